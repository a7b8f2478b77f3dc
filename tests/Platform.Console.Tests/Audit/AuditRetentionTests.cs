using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Platform.Console.Tests.Support;
using Platform.Grains.Audit;

namespace Platform.Console.Tests.Audit;

/// <summary>Old days leave the audit, and what remains is verified as before; the same on both databases.</summary>
public abstract class AuditRetentionTests(TestDatabase database) : IAsyncLifetime
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
    public async Task WholeOldDays_Go_AndTheRestIsVerified()
    {
        await RecordDaysAsync(5);
        await using var other = ActivatorUtilities.CreateInstance<AuditLog>(_node.Get<IServiceProvider>());
        await other.RecordAsync(Entry, default);
        Assert.Equal(0, await PurgeAsync(null));
        Assert.Equal(0, await PurgeAsync(TimeSpan.FromDays(4)));
        Assert.Equal(6, await CountAsync("audit_head"));

        Assert.Equal(4, await PurgeAsync(TimeSpan.FromDays(2)));
        Assert.Equal(4, await CountAsync("audit_head"));
        var left = await ExecuteAsync("select count(*) from audit_entry where day < '" + AuditEncoding.DayOf(_node.Time.Now.AddDays(-2)) + "'");
        Assert.Equal(0, left);
        Assert.Equal(await CountAsync("audit_entry"), await CountAsync("audit_index"));
        Assert.Empty((await _node.Verifier.VerifyAsync(default)).Findings);
        var told = Assert.Single((await _node.Get<AuditList>().FindAsync(new() { Action = AuditActions.CutAudit }, new(), default)).Value!.Items);
        Assert.Contains("4 entries", told.Entry.Detail, StringComparison.Ordinal);
        Assert.Equal(0, await PurgeAsync(TimeSpan.FromDays(2)));
    }

    [Fact]
    public async Task WhatWasNotOldEnough_IsMissedStill()
    {
        await RecordDaysAsync(5);
        await PurgeAsync(TimeSpan.FromDays(2));
        var day = AuditEncoding.DayOf(_node.Time.Now.AddDays(-1));
        await ExecuteAsync($"delete from audit_entry where day = '{day}'");
        await ExecuteAsync($"delete from audit_head where day = '{day}'");
        Assert.Contains((await _node.Verifier.VerifyAsync(default)).Findings, finding => finding.Chain.Day == day && finding.Problem.Contains("is gone", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("update audit_cut set day = '9999-12-31'")]
    [InlineData("update audit_cut set signature = @bytes")]
    [InlineData("delete from audit_cut")]
    public async Task ADeletionThatNobodySigned_IsFound(string forgery)
    {
        await RecordDaysAsync(4);
        await PurgeAsync(TimeSpan.FromDays(1));
        Assert.Empty((await _node.Verifier.VerifyAsync(default)).Findings);
        await ExecuteAsync(forgery);
        Assert.NotEmpty((await _node.Verifier.VerifyAsync(default)).Findings);
    }

    [Fact]
    public async Task WhatARemovalThatWasInterruptedLeft_IsNoFinding_AndGoesLater()
    {
        await RecordDaysAsync(3);
        await PurgeAsync(TimeSpan.FromDays(1));
        await ExecuteAsync("insert into audit_entry (node, day, seq, at, entry, hash) values ('left', '2001-01-01', 7, 978307200000, '{}', @bytes)");
        Assert.Empty((await _node.Verifier.VerifyAsync(default)).Findings);
        Assert.Equal(1, await PurgeAsync(TimeSpan.FromDays(1)));
    }

    private static AuditEntry Entry { get; } = new(AuditActions.Login, AuditEntry.Ok, "local:1", "handle", "192.0.2.1");

    private async Task RecordDaysAsync(int days)
    {
        for (var i = 0; i < days; i++)
        {
            _node.Time.Now += i == 0 ? TimeSpan.Zero : TimeSpan.FromDays(1);
            await _node.Log.RecordAsync(Entry, default);
        }
    }

    private Task<int> PurgeAsync(TimeSpan? keepFor) =>
        ActivatorUtilities.CreateInstance<AuditRetention>(_node.Get<IServiceProvider>(), Options.Create(new AuditOptions { KeepFor = keepFor }))
            .PurgeAsync(_node.Time.Now, default);

    private Task<long> CountAsync(string table) => ExecuteAsync($"select count(*) from {table}");

    private async Task<long> ExecuteAsync(string sql) => await _node.Database.WriteAsync(
        (connection, transaction, token) => connection.ExecuteScalarAsync<long>(new CommandDefinition(sql, new { bytes = new byte[64] }, transaction, cancellationToken: token)),
        default);
}

public sealed class SqliteAuditRetentionTests() : AuditRetentionTests(new SqliteTestDatabase());

public sealed class PostgreSqlAuditRetentionTests() : AuditRetentionTests(new PostgreSqlTestDatabase());
