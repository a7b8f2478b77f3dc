using System.Text;
using System.Text.Json;
using Platform.Api.Scopes.Import;
using Platform.Console.Tests.Support;
using Platform.Grains.Audit;
using Platform.Grains.Cluster;
using Platform.Grains.Scopes;
using Platform.Grains.Scopes.Import;
using Platform.Storage;

namespace Platform.Console.Tests.Scopes;

/// <summary>An import is all or nothing, idempotent, and takes rights away for good; the same on both databases.</summary>
public abstract class ImportTests(TestDatabase database) : IAsyncLifetime
{
    private TestNode _node = null!;

    public async Task InitializeAsync()
    {
        await database.InitializeAsync();
        _node = await TestNode.StartAsync(database);
    }

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task TheInfrastructureFile_ImportsAsItIs_AndASecondTimeChangesNothing()
    {
        var bytes = await File.ReadAllBytesAsync(Repository.File("api", "Demo", "d4science-infrastructure.json"));
        var outcome = await ImportAsync(bytes);
        Assert.Equal(10, outcome.Changes.Count);

        var exported = (await ExportAsync()).Scopes.ToDictionary(scope => scope.Path.Value);
        using var document = JsonDocument.Parse(bytes);
        Assert.Equal(10, exported.Count);
        foreach (var scope in document.RootElement.EnumerateArray())
        {
            Assert.Equal(scope.GetProperty("description").GetString(), exported[scope.GetProperty("scope").GetString()!].Description);
        }

        var version = await VersionAsync();
        Assert.Empty((await ImportAsync(bytes)).Changes);
        Assert.Equal(version, await VersionAsync());
    }

    [Fact]
    public async Task AnyProblem_KeepsEverythingOut()
    {
        await _node.AddUserAsync("alice");
        var outcome = await ImportAsync("""
            scopes: [{scope: /a}, {scope: /a}, {scope: /b/c}]
            memberships:
              - {user: alice, scope: /a}
              - {user: ' ALICE ', scope: /a}
              - {user: nobody, scope: /a}
              - {user: "local:unknown", scope: /a}
              - {user: "ldap:unseen", scope: /a}
              - {user: alice, scope: /nowhere}
            """);
        Assert.Equal(
            ["scopes[1].scope", "scopes[2].scope", "memberships[1].scope", "memberships[2].user", "memberships[3].user", "memberships[4].user", "memberships[5].scope"],
            outcome.Problems.OrderBy(problem => problem.Place.Line).ThenBy(problem => problem.Place.Column).Select(problem => problem.Place.Path));
        Assert.Empty(outcome.Changes);
        var export = await ExportAsync();
        Assert.Empty(export.Scopes);
        Assert.Empty(export.Memberships);
    }

    [Fact]
    public async Task WhatIsNotNamedStays()
    {
        await _node.AddUserAsync("alice");
        await ImportAsync("""
            scopes: [{scope: /a, description: one, visibility: hidden, displayName: A}, {scope: /a/b}]
            memberships: [{user: alice, scope: /a, roles: [VO-Admin], until: 2030-01-01T00:00:00Z}, {user: alice, scope: /a/b}]
            """);
        await ImportAsync("{\"scopes\": [{\"scope\": \"/a\", \"description\": \"two\"}], \"memberships\": [{\"user\": \"alice\", \"scope\": \"/a\", \"until\": null}]}");
        var export = await ExportAsync();
        Assert.Equal(("two", ScopeVisibility.Hidden, "A"), (export.Scopes[0].Description, export.Scopes[0].Visibility, export.Scopes[0].DisplayName));
        Assert.Equal(2, export.Memberships.Count);
        Assert.Equal([Roles.VOAdmin], export.Memberships[0].Membership.Roles.AsEnumerable());
        Assert.Null(export.Memberships[0].Membership.Until);
    }

    [Fact]
    public async Task Suspending_GivesTheScopeAndAllBelowANewEpoch()
    {
        await ImportAsync("scopes: [{scope: /a}, {scope: /a/b}, {scope: /a/b/c}, {scope: /a/d}]");
        var before = await EpochsAsync();
        await ImportAsync("""[{"scope": "/a/b", "suspended": true}]""");
        var suspended = await EpochsAsync();
        Assert.Equal(before["/a"], suspended["/a"]);
        Assert.Equal(before["/a/d"], suspended["/a/d"]);
        Assert.True(suspended["/a/b"] > before["/a/b"]);
        Assert.True(suspended["/a/b/c"] > before["/a/b/c"]);

        await ImportAsync("""[{"scope": "/a/b", "suspended": false}]""");
        Assert.Equal(suspended["/a/b"], (await EpochsAsync())["/a/b"]);
    }

    [Fact]
    public async Task AScopeThatEnded_AndIsOpenedAgain_HasANewEpoch()
    {
        await ImportAsync("""[{"scope": "/a", "endsAt": "2001-01-01T00:00:00Z"}]""");
        var before = await EpochsAsync();
        await ImportAsync("""[{"scope": "/a", "endsAt": null}]""");
        Assert.True((await EpochsAsync())["/a"] > before["/a"]);
    }

    [Fact]
    public async Task Removing_TakesTheMembershipsToo_AndASuccessorIsAnother()
    {
        await _node.AddUserAsync("alice");
        await ImportAsync("""
            scopes: [{scope: /a}, {scope: /a/b}]
            memberships: [{user: alice, scope: /a}, {user: alice, scope: /a/b, roles: [VO-Admin]}]
            """);
        var before = await EpochsAsync();
        var refused = await ImportAsync("""[{"scope": "/a", "remove": true}]""");
        Assert.Contains("'/a/b' lies below it", Assert.Single(refused.Problems).Message, StringComparison.Ordinal);

        var removed = await ImportAsync("""[{"scope": "/a/b", "remove": true}]""");
        Assert.Equal(2, removed.Changes.Count);
        Assert.Equal("/a", Assert.Single((await ExportAsync()).Memberships).Membership.Scope.Value);
        Assert.Empty((await ImportAsync("""[{"scope": "/a/b", "remove": true}]""")).Changes);

        await ImportAsync("""[{"scope": "/a/b"}]""");
        Assert.True((await EpochsAsync())["/a/b"] > before["/a/b"]);
        Assert.Single((await ExportAsync()).Memberships);
    }

    [Fact]
    public async Task Memberships_AreRemoved_AndEndInThePast()
    {
        await _node.AddUserAsync("alice");
        await ImportAsync("""
            scopes: [{scope: /a}, {scope: /a/b}]
            memberships: [{user: alice, scope: /a}, {user: alice, scope: /a/b}]
            """);
        var outcome = await ImportAsync("""
            memberships:
              - {user: alice, voms: [/a], remove: true}
              - {user: alice, scope: /a/b, until: 2001-01-01T00:00:00Z}
            """);
        Assert.Equal([ImportChangeKind.Removed, ImportChangeKind.Changed], outcome.Changes.Select(change => change.Kind));
        var left = Assert.Single((await ExportAsync()).Memberships).Membership;
        var access = new ScopeAccess(new ScopeCatalogue(await HierarchyAsync()), new MembershipIndex([left]), _node.Time.Now);
        Assert.False(access.MayEnter(left.Scope));
    }

    [Fact]
    public async Task UsersOfADirectory_AreTakenUnseenWhereThatIsAskedFor()
    {
        const string Text = """{"scopes": [{"scope": "/a"}], "memberships": [{"user": "ldap:6ba7b810", "scope": "/a"}, {"user": "local:6ba7b810", "scope": "/a"}]}""";
        var file = ScopeFile.Read(Encoding.UTF8.GetBytes(Text), null);
        var outcome = await _node.Importer.ImportAsync(file.Content, new ImportOptions("console:test", UnseenUsers: true), CancellationToken.None);
        Assert.Equal("memberships[1].user", Assert.Single(outcome.Problems).Place.Path);
    }

    [Fact]
    public async Task Check_ChangesNothing()
    {
        var file = ScopeFile.Read("""[{"scope": "/a"}]"""u8.ToArray(), null);
        var outcome = await _node.Importer.ImportAsync(file.Content, new ImportOptions("console:test", CheckOnly: true), CancellationToken.None);
        Assert.Single(outcome.Changes);
        Assert.Empty((await ExportAsync()).Scopes);
    }

    [Fact]
    public async Task ImportsAtOnce_AllTakeEffect()
    {
        await _node.AddUserAsync("alice");
        await ImportAsync("""[{"scope": "/a"}]""");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(i => ImportAsync(
            $$"""{"scopes": [{"scope": "/a/vo{{i}}"}], "memberships": [{"user": "alice", "scope": "/a/vo{{i}}"}]}""")));
        var export = await ExportAsync();
        Assert.Equal(5, export.Scopes.Count);
        Assert.Equal(4, export.Memberships.Count);
    }

    [Fact]
    public async Task ChangesOfRight_AreAudited()
    {
        await _node.AddUserAsync("alice");
        await ImportAsync("""{"scopes": [{"scope": "/a"}], "memberships": [{"user": "alice", "scope": "/a", "roles": ["VO-Admin"]}]}""");
        var entries = new List<AuditEntry>();
        await foreach (var record in _node.Reader.ListAsync(new AuditFilter(null, null, null, null), CancellationToken.None))
        {
            entries.Add(record.Entry);
        }

        Assert.Contains(entries, entry => entry is { Action: AuditActions.Import, Outcome: "begun", Subject: "console:test" });
        Assert.Contains(entries, entry => entry is { Action: AuditActions.ChangeScope, Object: "/a" });
        Assert.Contains(entries, entry => entry.Action == AuditActions.ChangeMembership && entry.Detail!.Contains("/a added: VO-Admin", StringComparison.Ordinal));
    }

    [Fact]
    public async Task TenThousandScopes_AndAUserWithAThousandMemberships()
    {
        await _node.AddUserAsync("alice");
        var scopes = Enumerable.Range(0, 10_000).Select(i => i == 0 ? "/a" : i < 100 ? $"/a/vo{i}" : $"/a/vo{(i % 99) + 1}/vre{i}").ToList();
        var bytes = JsonSerializer.SerializeToUtf8Bytes(new
        {
            scopes = scopes.Select(scope => new { scope, description = $"<p>Description of {scope}</p>" }),
            memberships = scopes.TakeLast(1000).Select(scope => new { user = "alice", scope, roles = new[] { "VRE-Manager" } }),
        });
        Assert.Equal(11_000, (await ImportAsync(bytes)).Changes.Count);
        Assert.Empty((await ImportAsync(bytes)).Changes);
        var export = await ExportAsync();
        Assert.Equal(10_000, export.Scopes.Count);
        Assert.Equal(1000, export.Memberships.Count);
        Assert.Empty((await _node.Verifier.VerifyAsync(CancellationToken.None)).Findings);
    }

    [Fact]
    public async Task Export_ImportsToTheSame()
    {
        var users = new[] { "alice", "Bob", "çelik" };
        foreach (var user in users)
        {
            await _node.AddUserAsync(user);
        }

        for (var seed = 1; seed <= 8; seed++)
        {
            var random = new Random(seed);
            var generated = RandomExport.Make(random, users);
            var imported = await ImportAsync(ScopeFileWriter.Write(generated, ScopeFileFormat.Json, voms: false));
            Assert.True(imported.Problems.Count == 0, $"seed {seed}: {string.Join('\n', imported.Problems)}");
            var before = await ExportAsync();
            foreach (var (format, voms) in new[] { (ScopeFileFormat.Json, false), (ScopeFileFormat.Yaml, false), (ScopeFileFormat.Json, true), (ScopeFileFormat.Yaml, true) })
            {
                var text = ScopeFileWriter.Write(before, format, voms);
                var again = await ImportAsync(text);
                Assert.True(again is { Problems.Count: 0, Changes.Count: 0 }, $"seed {seed}, {format}, voms {voms}: {string.Join('\n', again.Problems)}{string.Join('\n', again.Changes)}");
            }

            // Everything is removed and comes back from the text alone.
            var yaml = ScopeFileWriter.Write(before, ScopeFileFormat.Yaml, voms: true);
            await ImportAsync(JsonSerializer.Serialize(before.Scopes.Select(scope => new { scope = scope.Path.Value, remove = true })));
            Assert.Empty((await ExportAsync()).Memberships);
            await ImportAsync(yaml);
            Assert.Equal(yaml, ScopeFileWriter.Write(await ExportAsync(), ScopeFileFormat.Yaml, voms: true));
            await ImportAsync(JsonSerializer.Serialize(before.Scopes.Select(scope => new { scope = scope.Path.Value, remove = true })));
        }
    }

    private Task<ImportOutcome> ImportAsync(string text) => ImportAsync(Encoding.UTF8.GetBytes(text));

    private async Task<ImportOutcome> ImportAsync(byte[] bytes)
    {
        var file = ScopeFile.Read(bytes, null);
        Assert.Empty(file.Problems);
        return await _node.Importer.ImportAsync(file.Content, new ImportOptions("console:test"), CancellationToken.None);
    }

    private Task<ScopeExport> ExportAsync() => _node.Exporter.ExportAsync(CancellationToken.None);

    private async Task<Dictionary<string, long>> EpochsAsync() => (await ExportAsync()).Scopes.ToDictionary(scope => scope.Path.Value, scope => scope.Epoch);

    private async Task<long> VersionAsync() => (await RowAsync()).Version;

    private async Task<ScopeHierarchyState> HierarchyAsync() => StateSerializer.Deserialize<ScopeHierarchyState>((await RowAsync()).Payload.Span);

    private async Task<StateRow> RowAsync() =>
        (await _node.States.ReadAsync(new StateKey(StateNames.Scopes, ScopeHierarchyState.Key), CancellationToken.None))!;
}

/// <summary>On SQLite.</summary>
public sealed class SqliteImportTests() : ImportTests(new SqliteTestDatabase());

/// <summary>On PostgreSQL.</summary>
public sealed class PostgreSqlImportTests() : ImportTests(new PostgreSqlTestDatabase());
