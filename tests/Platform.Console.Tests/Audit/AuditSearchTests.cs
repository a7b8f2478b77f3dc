using Platform.Console.Tests.Support;
using Platform.Grains.Administration.Lists;
using Platform.Grains.Audit;
using Platform.Grains.Scopes;

namespace Platform.Console.Tests.Audit;

/// <summary>The audit is searched through an index, on both databases.</summary>
public abstract class AuditSearchTests(TestDatabase database) : IAsyncLifetime
{
    private TestNode _node = null!;

    private AuditList List => _node.Get<AuditList>();

    public async Task InitializeAsync()
    {
        await database.InitializeAsync();
        _node = await TestNode.StartAsync(database);
        await RecordAsync(new(AuditActions.Login, AuditEntry.Ok, "local:1", "handle", "192.0.2.1", "Älice"));
        await RecordAsync(new(AuditActions.Login, "wrong-password", "mallory\0\ud800", null, "198.51.100.1"));
        await RecordAsync(new(AuditActions.EnterScope, AuditEntry.Ok, "local:1", "/i/v/r", "192.0.2.1"));
        await RecordAsync(new(AuditActions.ChangeMembership, AuditEntry.Ok, "local:2", "local:1", "192.0.2.2", "made a VO-Admin", "/i/v"));
    }

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task Entries_AreFoundByWhatTheySay_TheNewestFirst()
    {
        Assert.Equal([AuditActions.ChangeMembership, AuditActions.EnterScope, AuditActions.Login, AuditActions.Login, AuditActions.OpenChain], await FindAsync(new()));
        Assert.Equal([AuditActions.EnterScope, AuditActions.Login], await FindAsync(new() { Actor = "local:1" }));
        Assert.Equal([AuditActions.ChangeMembership], await FindAsync(new() { Object = "local:1" }));
        Assert.Equal([AuditActions.ChangeMembership, AuditActions.EnterScope, AuditActions.Login], await FindAsync(new() { About = "local:1" }));
        Assert.Equal([AuditActions.ChangeMembership, AuditActions.EnterScope], await FindAsync(new() { Scopes = ScopeSelection.Below(new ScopePath("/i/v")) }));
        Assert.Equal([AuditActions.ChangeMembership], await FindAsync(new() { Scopes = ScopeSelection.Of(new ScopePath("/i/v")) }));
        Assert.Equal([AuditActions.EnterScope], await FindAsync(new() { VisibleIn = ScopeSelection.Of(new ScopePath("/i/v/r")) }));
        Assert.Empty(await FindAsync(new() { VisibleIn = ScopeSelection.None }));
        Assert.Equal([AuditActions.Login, AuditActions.Login], await FindAsync(new() { Action = AuditActions.Login }));
        Assert.Equal([AuditActions.EnterScope], await FindAsync(new() { Action = "scope.*" }));
        Assert.Equal([AuditActions.Login], await FindAsync(new() { Outcome = "wrong-password" }));
        Assert.Equal([AuditActions.Login], await FindAsync(new() { Refused = true }));
        Assert.Equal(4, (await FindAsync(new() { Refused = false })).Length);
        Assert.Equal([AuditActions.Login], await FindAsync(new() { Text = "äLICE" }));
        Assert.Equal([AuditActions.Login], await FindAsync(new() { Text = "198.51" }));
        Assert.Empty(await FindAsync(new() { Text = "\0", Actor = "\ud800" }));
        Assert.Equal(5, (await FindAsync(new() { Since = _node.Time.Now })).Length);
        Assert.Empty(await FindAsync(new() { Until = _node.Time.Now }));
        Assert.Equal("/i/v", (await List.FindAsync(new(), new(1), default)).Value!.Items[0].Entry.Scope);
    }

    [Fact]
    public async Task Pages_FollowOneAnother_WhileEntriesAreAdded()
    {
        var first = (await List.FindAsync(new(), new(2), default)).Value!;
        Assert.Equal([5L, 4L], first.Items.Select(record => record.Seq));
        await RecordAsync(new(AuditActions.Logout, AuditEntry.Ok, "local:1", "handle", "192.0.2.1"));
        var second = (await List.FindAsync(new(), new(3, first.Next), default)).Value!;
        Assert.Equal([3L, 2L, 1L], second.Items.Select(record => record.Seq));
        Assert.Equal((null, 6L), (second.Next, second.Total));
    }

    [Fact]
    public async Task Export_HasEverythingInTheOrderOfTime_AsLines()
    {
        await Task.WhenAll(Enumerable.Range(0, 1200).Select(_ => RecordAsync(new(AuditActions.Logout, AuditEntry.Ok, "local:3", null, "192.0.2.3"))));
        var all = new List<AuditRecord>();
        await foreach (var record in List.ExportAsync(new() { Actor = "local:3" }, default))
        {
            all.Add(record);
        }

        Assert.Equal(Enumerable.Range(6, 1200).Select(seq => (long)seq), all.Select(record => record.Seq));
        var line = AuditLines.ToJson((await List.FindAsync(new() { Scopes = ScopeSelection.Of(new ScopePath("/i/v")) }, new(), default)).Value!.Items[0]);
        Assert.Contains("\"scope\":\"/i/v\"", line, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', line);
    }

    private async Task RecordAsync(AuditEntry entry) => await _node.Log.RecordAsync(entry, default);

    private async Task<string[]> FindAsync(AuditSearch search)
    {
        var page = (await List.FindAsync(search, new(), default)).Value!;
        Assert.Equal(page.Items.Count, page.Total);
        return [.. page.Items.Select(record => record.Entry.Action)];
    }
}

public sealed class SqliteAuditSearchTests() : AuditSearchTests(new SqliteTestDatabase());

public sealed class PostgreSqlAuditSearchTests() : AuditSearchTests(new PostgreSqlTestDatabase());
