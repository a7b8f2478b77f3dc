using System.Net;
using Dapper;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Platform.Grains.Users;
using Platform.Storage;
using Platform.Testing;

namespace Platform.Users.Tests.Throttle;

public sealed class SqliteLoginThrottleTests : LoginThrottleTests
{
    private readonly TemporaryFolder _folder = new();

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    private protected override Task<(string Name, string Value)> DatabaseAsync() => Task.FromResult(("Storage:Path", _folder.File("platform.db")));
}

public sealed class PostgreSqlLoginThrottleTests : LoginThrottleTests
{
    private protected override async Task<(string Name, string Value)> DatabaseAsync() =>
        ("Storage:ConnectionString", await (await PostgresServer.SharedAsync()).CreateDatabaseAsync());
}

/// <summary>What the throttle promises, on each database.</summary>
public abstract class LoginThrottleTests : IAsyncLifetime
{
    private static readonly IPAddress s_here = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress s_there = IPAddress.Parse("198.51.100.7");
    private readonly ManualClock _clock = new();
    private ServiceProvider _services = null!;

    public async Task InitializeAsync()
    {
        var (name, value) = await DatabaseAsync();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { [name] = value }).Build();
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddPlatformStorage(configuration);
        _services = services.BuildServiceProvider();
        await _services.GetRequiredService<StorageStart>().EnsureReadyAsync(CancellationToken.None);
    }

    public virtual async Task DisposeAsync() => await _services.DisposeAsync();

    [Fact]
    public async Task AfterFiveFailures_EachFurtherTry_WaitsTwiceAsLong_UpToThirtySeconds()
    {
        var throttle = Throttle();
        for (var i = 0; i < 5; i++)
        {
            await FailAsync(throttle, "alice", Another());
        }

        foreach (var seconds in new[] { 1, 2, 4, 8, 16, 30, 30 })
        {
            var waiting = await BeginAsync(throttle, "alice", Another());
            Assert.Null(waiting.Ticket);
            Assert.Equal(TimeSpan.FromSeconds(seconds), waiting.RetryAfter);

            // Tries that have to wait make nobody wait longer.
            _clock.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
            Assert.Equal(TimeSpan.FromMilliseconds(1), (await BeginAsync(throttle, "alice", Another())).RetryAfter);
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            await FailAsync(throttle, "alice", Another());
        }

        // Another account is another matter.
        Assert.NotNull((await BeginAsync(throttle, "bob", Another())).Ticket);
    }

    [Fact]
    public async Task AfterTwentyFailures_AnAddress_Waits_WhateverTheAccount()
    {
        var throttle = Throttle();
        for (var i = 0; i < 20; i++)
        {
            await FailAsync(throttle, $"user{i}", s_here);
        }

        Assert.Equal(TimeSpan.FromSeconds(1), (await BeginAsync(throttle, "someone", s_here)).RetryAfter);
        Assert.NotNull((await BeginAsync(throttle, "someone", s_there)).Ticket);

        // What the address refused did not count on the account.
        Assert.Equal(0, await FailuresAsync(ThrottleKeys.Account("someone")));
    }

    [Theory]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("::ffff:192.0.2.9", "192.0.2.9", true)]
    [InlineData("192.0.2.8", "192.0.2.9", false)]
    public async Task Addresses_AreGrouped(string one, string other, bool together)
    {
        var throttle = Throttle();
        for (var i = 0; i < 20; i++)
        {
            await FailAsync(throttle, $"user{i}", IPAddress.Parse(one));
        }

        Assert.Equal(together, (await BeginAsync(throttle, "someone", IPAddress.Parse(other))).Ticket is null);
    }

    [Fact]
    public async Task GuessesMadeAtOnce_GetNoFurtherThanGuessesInTurn()
    {
        // Two nodes over one database, where that can be.
        var nodes = new[] { Throttle(), Throttle() };
        var decisions = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() => BeginAsync(nodes[i % 2], "alice", Another()))));
        var tickets = decisions.Select(decision => decision.Ticket).OfType<ThrottleTicket>().ToArray();
        Assert.Equal(5, tickets.Length);
        Assert.All(decisions.Where(decision => decision.Ticket is null), decision => Assert.True(decision.AwaitsOthers));
        foreach (var ticket in tickets)
        {
            await nodes[0].FailAsync(ticket, default);
        }

        var next = await BeginAsync(nodes[1], "alice", Another());
        Assert.Equal((null, TimeSpan.FromSeconds(1), false), (next.Ticket, next.RetryAfter, next.AwaitsOthers));

        // Beyond the limit one at a time.
        _clock.Advance(TimeSpan.FromSeconds(1));
        decisions = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Task.Run(() => BeginAsync(nodes[i % 2], "alice", Another()))));
        Assert.Single(decisions, decision => decision.Ticket is not null);

        decisions = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => Task.Run(() => BeginAsync(nodes[i % 2], $"user{i}", s_here))));
        Assert.Equal(20, decisions.Count(decision => decision.Ticket is not null));
    }

    [Fact]
    public async Task LoginsMadeAtOnce_TakeTurns()
    {
        var throttle = Throttle();
        var under = new List<ThrottleTicket>();
        for (var i = 0; i < 5; i++)
        {
            under.Add((await BeginAsync(throttle, "alice", Another())).Ticket!);
        }

        Assert.True((await BeginAsync(throttle, "alice", Another())).AwaitsOthers);
        await throttle.SucceedAsync(under[0], default);
        Assert.NotNull((await BeginAsync(throttle, "alice", Another())).Ticket);
        Assert.True((await BeginAsync(throttle, "alice", Another())).AwaitsOthers);
    }

    [Fact]
    public async Task PlacesLostWithANode_AreGivenAgain()
    {
        var throttle = Throttle();
        for (var i = 0; i < 5; i++)
        {
            await BeginAsync(throttle, "alice", Another());
        }

        _clock.Advance(TimeSpan.FromMinutes(2));
        for (var i = 0; i < 5; i++)
        {
            Assert.NotNull((await BeginAsync(throttle, "alice", Another())).Ticket);
        }
    }

    [Fact]
    public async Task ALogin_ResetsTheAccount_AndTakesItsOwnCountFromTheAddress()
    {
        var throttle = Throttle();
        for (var i = 0; i < 4; i++)
        {
            await FailAsync(throttle, "alice", s_here);
        }

        var fifth = await BeginAsync(throttle, "alice", s_here);
        await throttle.SucceedAsync(fifth.Ticket!, default);
        Assert.Null(await FailuresAsync(ThrottleKeys.Account("alice")));
        Assert.Equal(4, await FailuresAsync(ThrottleKeys.Address(s_here)));
    }

    [Fact]
    public async Task Logins_AlwaysFromOneAddress_NeverWait()
    {
        var throttle = Throttle();
        for (var i = 0; i < 50; i++)
        {
            var decision = await BeginAsync(throttle, $"user{i % 7}", s_here);
            await throttle.SucceedAsync(decision.Ticket!, default);
        }

        Assert.Equal(0, await RowsAsync());
    }

    [Fact]
    public async Task ALogin_FromAnAddressAtItsLimit_LeavesTheAddressAsItWas()
    {
        var throttle = Throttle();
        for (var i = 0; i < 24; i++)
        {
            await FailAsync(throttle, $"user{i}", s_here);
            _clock.Advance(TimeSpan.FromSeconds(31));
        }

        var login = await BeginAsync(throttle, "alice", s_here);
        await throttle.SucceedAsync(login.Ticket!, default);
        Assert.Equal(24, await FailuresAsync(ThrottleKeys.Address(s_here)));
        await FailAsync(throttle, "bob", s_here);
        Assert.Null((await BeginAsync(throttle, "carol", s_here)).Ticket);
    }

    [Fact]
    public async Task Withdrawn_AnAttemptCountsForNothing()
    {
        var throttle = Throttle();
        for (var i = 0; i < 30; i++)
        {
            var decision = await BeginAsync(throttle, "alice", s_here);
            await throttle.WithdrawAsync(decision.Ticket!, default);
        }

        Assert.Equal(0, await RowsAsync());
    }

    [Fact]
    public async Task ATicket_IsSettledOnce()
    {
        var throttle = Throttle();
        await FailAsync(throttle, "alice", s_here);
        var second = (await BeginAsync(throttle, "alice", s_here)).Ticket!;
        await throttle.WithdrawAsync(second, default);
        await throttle.WithdrawAsync(second, default);
        await throttle.SucceedAsync(second, default);
        Assert.Equal(1, await FailuresAsync(ThrottleKeys.Account("alice")));
        Assert.Equal(1, await FailuresAsync(ThrottleKeys.Address(s_here)));
    }

    [Fact]
    public async Task AKnownAddress_HasABudgetOfItsOwn()
    {
        var throttle = Throttle();
        for (var i = 0; i < 6; i++)
        {
            await FailAsync(throttle, "alice", s_here);
            _clock.Advance(TimeSpan.FromSeconds(2));
        }

        await FailAsync(throttle, "alice", s_here);
        Assert.Null((await BeginAsync(throttle, "alice", s_here)).Ticket);
        for (var i = 0; i < 20; i++)
        {
            await throttle.FailAsync((await throttle.BeginKnownAsync("alice", s_here, default)).Ticket!, default);
        }

        Assert.Equal(TimeSpan.FromSeconds(1), (await throttle.BeginKnownAsync("alice", s_here, default)).RetryAfter);
        Assert.NotNull((await throttle.BeginKnownAsync("alice", s_there, default)).Ticket);
        Assert.NotNull((await throttle.BeginKnownAsync("bob", s_here, default)).Ticket);
    }

    [Fact]
    public async Task Failures_AreForgotten_FifteenMinutesAfterTheLast()
    {
        var throttle = Throttle();
        for (var i = 0; i < 4; i++)
        {
            await FailAsync(throttle, "alice", Another());
            _clock.Advance(TimeSpan.FromMinutes(14));
        }

        Assert.Equal(4, await FailuresAsync(ThrottleKeys.Account("alice")));
        _clock.Advance(TimeSpan.FromMinutes(1));
        await FailAsync(throttle, "alice", Another());
        Assert.Equal(1, await FailuresAsync(ThrottleKeys.Account("alice")));
    }

    [Fact]
    public async Task Purge_DeletesWhatIsForgotten_AndNothingElse()
    {
        var throttle = Throttle();
        await FailAsync(throttle, "alice", s_here);
        _clock.Advance(TimeSpan.FromMinutes(10));
        await FailAsync(throttle, "bob", s_there);
        Assert.Equal(0, await throttle.PurgeAsync(_clock.GetUtcNow(), default));
        _clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(2, await throttle.PurgeAsync(_clock.GetUtcNow(), default));
        Assert.Equal(2, await RowsAsync());
        Assert.Equal(1, await FailuresAsync(ThrottleKeys.Account("bob")));
    }

    [Fact]
    public async Task Rows_HoldNoNameAndNoAddress()
    {
        await BeginAsync(Throttle(), "alice", s_here);
        var keys = await Database.ReadAsync(
            async (connection, token) => (await connection.QueryAsync<string>(new CommandDefinition("SELECT key FROM throttle", cancellationToken: token))).ToArray(), default);
        Assert.Equal(2, keys.Length);
        Assert.All(keys, key => Assert.Matches("^(account|address):[0-9a-f]{64}$", key));
    }

    private protected abstract Task<(string Name, string Value)> DatabaseAsync();

    private IDatabase Database => _services.GetRequiredService<IDatabase>();

    private LoginThrottle Throttle() => new(Database, Options.Create(new LoginThrottleOptions()), _clock);

    private static Task<ThrottleDecision> BeginAsync(LoginThrottle throttle, string account, IPAddress address) =>
        throttle.BeginAsync(account, address, CancellationToken.None).AsTask();

    private static async Task FailAsync(LoginThrottle throttle, string account, IPAddress address)
    {
        var decision = await BeginAsync(throttle, account, address);
        Assert.NotNull(decision.Ticket);
        await throttle.FailAsync(decision.Ticket, default);
    }

    private int _others;

    // An address that nothing has come from before.
    private IPAddress Another() => new([203, 0, (byte)(Interlocked.Increment(ref _others) >> 8), (byte)_others]);

    private async Task<long?> FailuresAsync(string key) =>
        await Database.ReadAsync(
            (connection, token) => connection.QuerySingleOrDefaultAsync<long?>(new CommandDefinition("SELECT failures FROM throttle WHERE key = @key", new { key }, cancellationToken: token)),
            default);

    private async Task<long> RowsAsync() =>
        await Database.ReadAsync((connection, token) => connection.ExecuteScalarAsync<long>(new CommandDefinition("SELECT COUNT(*) FROM throttle", cancellationToken: token)), default);
}
