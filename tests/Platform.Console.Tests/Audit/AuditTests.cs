using System.Security.Cryptography;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Platform.Console.Tests.Support;
using Platform.Grains.Audit;
using Platform.Storage;

namespace Platform.Console.Tests.Audit;

/// <summary>The audit is complete, in order, and notices whatever is done to it; the same on both databases.</summary>
public abstract class AuditTests(TestDatabase database) : IAsyncLifetime
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
    public async Task Record_IsDurableAndInOrder()
    {
        await RecordAsync(_node.Log, 3);
        var records = await ListAsync(new AuditFilter(null, null, null, null));
        Assert.Equal([AuditActions.OpenChain, AuditActions.Login, AuditActions.Login, AuditActions.Login], records.Select(record => record.Entry.Action));
        Assert.Equal([1, 2, 3, 4], records.Select(record => record.Seq));
        Assert.Equal(new AuditEntry(AuditActions.Login, AuditEntry.Ok, "local:user", "handle 1", "192.0.2.1", "words"), records[1].Entry);
        Assert.Empty((await VerifyAsync()).Findings);
    }

    [Fact]
    public async Task List_Filters()
    {
        await _node.Log.RecordAsync(new AuditEntry(AuditActions.Login, "refused", "mallory", null, "192.0.2.1"), CancellationToken.None);
        _node.Time.Now += TimeSpan.FromHours(1);
        var later = _node.Time.Now;
        await _node.Log.RecordAsync(new AuditEntry(AuditActions.ChangeUser, AuditEntry.Ok, "console:root", "local:1", "console"), CancellationToken.None);

        Assert.Equal("mallory", Assert.Single(await ListAsync(new AuditFilter(null, null, ["mallory"], null))).Entry.Subject);
        Assert.Equal("local:1", Assert.Single(await ListAsync(new AuditFilter(null, null, ["local:1"], null))).Entry.Object);
        Assert.Equal("refused", Assert.Single(await ListAsync(new AuditFilter(null, null, null, AuditActions.Login))).Entry.Outcome);
        Assert.Equal(AuditActions.ChangeUser, Assert.Single(await ListAsync(new AuditFilter(later, null, null, null))).Entry.Action);
        Assert.Equal(2, (await ListAsync(new AuditFilter(null, later, null, null))).Count);
    }

    [Fact]
    public async Task List_GoesOnOverPages()
    {
        await Task.WhenAll(Enumerable.Range(0, 2500).Select(i => _node.Log.RecordAsync(Login(i), CancellationToken.None).AsTask()));
        var records = await ListAsync(new AuditFilter(null, null, null, AuditActions.Login));
        Assert.Equal(2500, records.Select(record => record.Entry.Object).Distinct().Count());
        Assert.Equal(2500, records.Count);
        Assert.Empty((await VerifyAsync()).Findings);
    }

    public static TheoryData<string, string, int?, string> Tampering => new()
    {
        { "the entry", "UPDATE audit_entry SET entry = replace(entry, '192.0.2.1', '192.0.2.9') WHERE seq = 3", 3, "was changed" },
        { "the entry's form", "UPDATE audit_entry SET entry = 'gone' WHERE seq = 3", 3, "cannot be read" },
        { "the hash", "UPDATE audit_entry SET hash = @bytes WHERE seq = 3", 3, "was changed" },
        { "the time", "UPDATE audit_entry SET at = at - 1 WHERE seq = 3", 3, "time beside" },
        { "the order of time", "UPDATE audit_entry SET at = at - 1 WHERE seq = 3", 3, "older" },
        { "the place", "UPDATE audit_entry SET seq = 9 WHERE seq = 5", 9, "written as number 5" },
        { "the node", "UPDATE audit_entry SET node = 'other' WHERE seq = 3", 3, "written in" },
        { "the day", "UPDATE audit_entry SET day = '2001-01-01' WHERE seq = 3", 3, "written in" },
        { "two entries changed places", "UPDATE audit_entry SET entry = CASE seq WHEN 3 THEN (SELECT entry FROM audit_entry WHERE seq = 4) ELSE (SELECT entry FROM audit_entry WHERE seq = 3) END WHERE seq IN (3, 4)", 3, "not in its place" },
        { "a gap", "DELETE FROM audit_entry WHERE seq = 3", 3, "is missing" },
        { "a wide gap", "DELETE FROM audit_entry WHERE seq IN (2, 3, 4)", 2, "up to 4 are missing" },
        { "the end cut off", "DELETE FROM audit_entry WHERE seq = 5", 5, "was cut" },
        { "all entries gone", "DELETE FROM audit_entry", 1, "was cut" },
        { "an addition", "INSERT INTO audit_entry (node, day, seq, at, entry, hash) SELECT node, day, 6, at, entry, hash FROM audit_entry WHERE seq = 5", 6, "not covered" },
        { "the head gone", "DELETE FROM audit_head", null, "has no head" },
        { "the head's place", "UPDATE audit_head SET seq = 4", 5, "not covered" },
        { "the head's hash", "UPDATE audit_head SET hash = @bytes", 5, "not the one in the chain's head" },
        { "the head's signature", "UPDATE audit_head SET signature = @bytes", 5, "not one of this cluster's key" },
        { "the signature gone", "UPDATE audit_head SET signature = @empty", 5, "not signed" },
        { "the head's node", "UPDATE audit_head SET node = 'other'", null, "has no head" },
        { "the head's day", "UPDATE audit_head SET day = '2001-01-01'", null, "has no head" },
    };

    [Theory]
    [MemberData(nameof(Tampering))]
    public async Task Verify_NamesWhatWasTamperedWith(string what, string sql, int? seq, string problem)
    {
        await RecordAsync(_node.Log, 4);
        Assert.Empty((await VerifyAsync()).Findings);
        await ExecuteAsync(sql);
        var findings = (await VerifyAsync()).Findings;
        Assert.True(
            findings.Any(finding => finding.Seq == seq && finding.Problem.Contains(problem, StringComparison.Ordinal)),
            $"{what}: {string.Join('\n', findings)}");
    }

    [Fact]
    public async Task Verify_NamesAChainThatWasRewrittenAndSignedWithAnotherKey()
    {
        await RecordAsync(_node.Log, 4);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var head = (await _node.Database.ReadAsync((c, t) => AuditTables.ListNewestHeadsAsync(c, null, 1, t), CancellationToken.None))[0].Head;
        var last = (await _node.Database.ReadAsync((c, t) => AuditTables.ListAsync(c, head.Chain, 4, 1, t), CancellationToken.None))[0];
        var before = (await _node.Database.ReadAsync((c, t) => AuditTables.ListAsync(c, head.Chain, 3, 1, t), CancellationToken.None))[0];
        var text = last.Entry.Replace("192.0.2.1", "192.0.2.9", StringComparison.Ordinal);
        var forged = head with { Hash = AuditEncoding.Hash(before.Hash, text) };
        await _node.Database.WriteAsync(
            async (c, t, token) =>
            {
                await c.ExecuteAsync("UPDATE audit_entry SET entry = @text, hash = @hash WHERE seq = 5", new { text, hash = Convert.FromHexString(forged.Hash) }, t);
                await AuditTables.SetHeadAsync(c, t, forged, AuditSigner.Sign(other, forged), token);
                return 0;
            },
            CancellationToken.None);

        var finding = Assert.Single((await VerifyAsync()).Findings);
        Assert.Equal(5, finding.Seq);
        Assert.Contains("not one of this cluster's key", finding.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_MissesAChainThatALaterOneSaw()
    {
        await RecordAsync(_node.Log, 2);
        await using var later = NewLog();
        await RecordAsync(later, 1);
        await ExecuteAsync($"DELETE FROM audit_entry WHERE node = '{_node.Log.Node}'");
        await ExecuteAsync($"DELETE FROM audit_head WHERE node = '{_node.Log.Node}'");

        var finding = Assert.Single((await VerifyAsync()).Findings);
        Assert.Equal(_node.Log.Node, finding.Chain.Node);
        Assert.Contains("the chain is gone", finding.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_TellsAnEmptiedAuditFromOneThatNeverBegan()
    {
        Assert.Empty((await VerifyAsync()).Findings);
        await RecordAsync(_node.Log, 2);
        await ExecuteAsync("DELETE FROM audit_entry");
        await ExecuteAsync("DELETE FROM audit_head");

        Assert.Contains("gone", Assert.Single((await VerifyAsync()).Findings).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TwoNodes_HaveAChainEach()
    {
        await using var other = NewLog();
        await Task.WhenAll(Enumerable.Range(0, 300).SelectMany(i => new[]
        {
            _node.Log.RecordAsync(Login(i), CancellationToken.None).AsTask(),
            other.RecordAsync(Login(i), CancellationToken.None).AsTask(),
        }));
        var result = await VerifyAsync();
        Assert.Empty(result.Findings);
        Assert.Equal(2, result.Chains);
        Assert.Equal(602, result.Entries);
    }

    [Fact]
    public async Task EveryDayHasItsChain_AndAClockThatIsSetBackReopensNone()
    {
        await RecordAsync(_node.Log, 1);
        _node.Time.Now += TimeSpan.FromDays(1);
        await RecordAsync(_node.Log, 1);
        _node.Time.Now -= TimeSpan.FromDays(1);
        await RecordAsync(_node.Log, 1);
        var result = await VerifyAsync();
        Assert.Empty(result.Findings);
        Assert.Equal(2, result.Chains);
        Assert.Equal([2, 3], (await ListAsync(new AuditFilter(null, null, null, null))).GroupBy(record => record.Chain).Select(chain => chain.Count()));
    }

    [Fact]
    public async Task EntriesThatWaitShareATransaction()
    {
        var slow = new SlowDatabase(_node.Database);
        await using var log = ActivatorUtilities.CreateInstance<AuditLog>(_node.Get<IServiceProvider>(), slow);
        var first = log.RecordAsync(Login(0), CancellationToken.None).AsTask();
        await slow.Entered;
        var others = Enumerable.Range(1, 100).Select(i => log.RecordAsync(Login(i), CancellationToken.None).AsTask()).ToArray();
        Assert.False(first.IsCompleted);
        slow.Release();
        await Task.WhenAll([first, .. others]);
        Assert.Equal(2, slow.Writes);
        Assert.Empty((await VerifyAsync()).Findings);
    }

    [Fact]
    public async Task ATransactionInDoubt_FailsItsCallers_AndTheChainGoesOn()
    {
        var doubtful = new DoubtfulDatabase(_node.Database);
        await using var log = ActivatorUtilities.CreateInstance<AuditLog>(_node.Get<IServiceProvider>(), doubtful);
        await log.RecordAsync(Login(0), CancellationToken.None);
        doubtful.LoseNextAnswer = true;
        await Assert.ThrowsAsync<StorageUnavailableException>(() => log.RecordAsync(Login(1), CancellationToken.None).AsTask());
        await log.RecordAsync(Login(2), CancellationToken.None);
        var result = await VerifyAsync();
        Assert.Empty(result.Findings);
        Assert.Equal(4, result.Entries);
    }

    [Fact]
    public async Task WhatAClientTyped_CannotForgeALine()
    {
        await _node.Log.RecordAsync(new AuditEntry(AuditActions.Login, "refused", "x\n2027  ok\u001b[2J\u202e\ud800", null, "192.0.2.1", new string('d', 5000)), CancellationToken.None);
        var text = await _node.Database.ReadAsync((c, _) => c.ExecuteScalarAsync<string>("SELECT entry FROM audit_entry WHERE seq = 2"), CancellationToken.None);
        Assert.All(text!, character => Assert.InRange(character, ' ', '~'));
        var record = Assert.Single(await ListAsync(new AuditFilter(null, null, null, AuditActions.Login)));
        Assert.StartsWith("x\n2027  ok\u001b[2J\u202e", record.Entry.Subject, StringComparison.Ordinal);
        Assert.Equal(1024, record.Entry.Detail!.Length);
        Assert.Empty((await VerifyAsync()).Findings);
    }

    [Fact]
    public async Task TheSigningKeyIsEncryptedAtRest_AndOneForAll()
    {
        await using var other = NewLog();
        await Task.WhenAll(RecordAsync(_node.Log, 1), RecordAsync(other, 1));
        var rows = await _node.States.ListAsync("audit-key", null, 10, CancellationToken.None);
        var stored = System.Text.Json.JsonDocument.Parse(Assert.Single(rows).Payload).RootElement.GetProperty("Key").GetString()!;
        using var key = ECDsa.Create();
        Assert.Throws<CryptographicException>(() => key.ImportPkcs8PrivateKey(Convert.FromBase64String(stored), out _));
        Assert.Empty((await VerifyAsync()).Findings);
    }

    private static AuditEntry Login(int number) => new(AuditActions.Login, AuditEntry.Ok, "local:user", $"handle {number}", "192.0.2.1", "words");

    private static async Task RecordAsync(IAuditLog log, int count)
    {
        for (var i = 1; i <= count; i++)
        {
            await log.RecordAsync(Login(i), CancellationToken.None);
        }
    }

    private AuditLog NewLog() => ActivatorUtilities.CreateInstance<AuditLog>(_node.Get<IServiceProvider>());

    private Task<AuditVerification> VerifyAsync() => _node.Verifier.VerifyAsync(CancellationToken.None);

    private async Task<List<AuditRecord>> ListAsync(AuditFilter filter)
    {
        var records = new List<AuditRecord>();
        await foreach (var record in _node.Reader.ListAsync(filter, CancellationToken.None))
        {
            records.Add(record);
        }

        return records;
    }

    private async Task ExecuteAsync(string sql) => await _node.Database.WriteAsync(
        (connection, transaction, _) => connection.ExecuteAsync(sql, new { bytes = new byte[32], empty = Array.Empty<byte>() }, transaction), CancellationToken.None);
}

/// <summary>On SQLite.</summary>
public sealed class SqliteAuditTests() : AuditTests(new SqliteTestDatabase());

/// <summary>On PostgreSQL, where two processes share the database as well.</summary>
public sealed class PostgreSqlAuditTests() : AuditTests(new PostgreSqlTestDatabase())
{
    [Fact]
    public async Task TwoProcessesThatStartTogether_MakeOneKey()
    {
        await using var database = new Shared();
        await database.Database.InitializeAsync();
        var nodes = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => TestNode.StartAsync(database.Database)));
        await Task.WhenAll(nodes.Select(node => node.Log.RecordAsync(new AuditEntry(AuditActions.Login, AuditEntry.Ok, "a", null, "::1"), CancellationToken.None).AsTask()));
        var result = await nodes[0].Verifier.VerifyAsync(CancellationToken.None);
        Assert.Empty(result.Findings);
        Assert.Equal(3, result.Chains);
        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }
    }

    private sealed class Shared : IAsyncDisposable
    {
        public PostgreSqlTestDatabase Database { get; } = new();

        public async ValueTask DisposeAsync() => await Database.DisposeAsync();
    }
}
