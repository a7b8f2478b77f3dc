using System.Data.Common;
using System.Net;
using Microsoft.Extensions.Options;
using Platform.Grains.Cluster;
using Platform.Storage;

namespace Platform.Grains.Users;

/// <summary>
/// Slows repeated failures of a login, in the whole cluster. An attempt counts as a failure before anything is checked, and is
/// taken back when it was none: guesses made at once all count.
/// </summary>
public sealed class LoginThrottle(IDatabase database, IOptions<LoginThrottleOptions> options, TimeProvider time) : IExpiredRows
{
    private readonly LoginThrottleOptions _options = options.Value;

    /// <summary>Counts an attempt on an account from an address, unless one of them has to wait.</summary>
    /// <param name="account">The account in a comparable form.</param>
    /// <param name="address">Where from.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public ValueTask<ThrottleDecision> BeginAsync(string account, IPAddress address, CancellationToken cancellationToken) =>
        BeginAsync(
            [new(ThrottleKeys.Account(account), _options.AccountFailures), new(ThrottleKeys.Address(address), _options.AddressFailures)],
            cancellationToken);

    /// <summary>
    /// Counts an attempt from an address that the account's user has logged in from before. It has a budget of its own, so that
    /// guesses from elsewhere lock nobody out; the account's and the address's counters do not matter to it.
    /// </summary>
    public ValueTask<ThrottleDecision> BeginKnownAsync(string account, IPAddress address, CancellationToken cancellationToken) =>
        BeginAsync([new(ThrottleKeys.Pair(account, address), _options.KnownAddressFailures)], cancellationToken);

    /// <summary>The attempt was a login: what stood on the account (or on the pair) is forgotten, and the address gets its one back.</summary>
    public async ValueTask SucceedAsync(ThrottleTicket ticket, CancellationToken cancellationToken) =>
        await database.WriteAsync(
            async (connection, transaction, token) =>
            {
                await ThrottleTable.DeleteAsync(connection, transaction, ticket.Counted[0].Key, token);
                foreach (var counted in ticket.Counted.Skip(1))
                {
                    await ThrottleTable.TakeBackAsync(connection, transaction, counted, token);
                }

                return true;
            },
            cancellationToken);

    /// <summary>Nothing was found out about the password, a directory being down for instance: the attempt does not count.</summary>
    public async ValueTask WithdrawAsync(ThrottleTicket ticket, CancellationToken cancellationToken) =>
        await database.WriteAsync(
            async (connection, transaction, token) =>
            {
                foreach (var counted in ticket.Counted)
                {
                    await ThrottleTable.TakeBackAsync(connection, transaction, counted, token);
                }

                return true;
            },
            cancellationToken);

    /// <inheritdoc/>
    public async Task<int> PurgeAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        await database.WriteAsync(
            (connection, transaction, token) => ThrottleTable.PurgeAsync(
                connection, transaction, now.ToUnixTimeMilliseconds(), (now - _options.ForgetAfter).ToUnixTimeMilliseconds(), token),
            cancellationToken);

    private async ValueTask<ThrottleDecision> BeginAsync(ThrottleCounter[] counters, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var keys = counters.Select(counter => counter.Key).ToArray();

        // A flood of attempts that have to wait costs reads, no writes.
        var until = await database.ReadAsync((connection, token) => ThrottleTable.FindBlockAsync(connection, null, keys, token), cancellationToken);
        return until > now
            ? ThrottleDecision.Wait(until - now)
            : await database.WriteAsync((connection, transaction, token) => CountAsync(connection, transaction, counters, now, token), cancellationToken);
    }

    private async Task<ThrottleDecision> CountAsync(
        DbConnection connection, DbTransaction transaction, ThrottleCounter[] counters, long now, CancellationToken cancellationToken)
    {
        const string Attempt = "throttle_attempt";
        await transaction.SaveAsync(Attempt, cancellationToken);

        // Every attempt takes its rows in the same order, the account's first, so that no two wait for each other.
        var ticket = new List<ThrottleCount>();
        foreach (var counter in counters)
        {
            var forgotten = now - (long)_options.ForgetAfter.TotalMilliseconds;
            if (await ThrottleTable.TryCountAsync(connection, transaction, counter.Key, now, forgotten, cancellationToken) is not { } failures)
            {
                await transaction.RollbackAsync(Attempt, cancellationToken);
                var until = await ThrottleTable.FindBlockAsync(connection, transaction, [.. counters.Select(c => c.Key)], cancellationToken);
                return ThrottleDecision.Wait(Math.Max(until - now, 1));
            }

            var blockedUntil = 0L;
            if (failures >= counter.Limit)
            {
                blockedUntil = now + Delay(failures - counter.Limit);
                await ThrottleTable.BlockAsync(connection, transaction, counter.Key, blockedUntil, cancellationToken);
            }

            ticket.Add(new ThrottleCount(counter.Key, counter.Limit, blockedUntil));
        }

        return new ThrottleDecision(new ThrottleTicket([.. ticket]), TimeSpan.Zero);
    }

    private long Delay(long doublings)
    {
        var longest = (long)_options.LongestDelay.TotalMilliseconds;
        var first = (long)_options.FirstDelay.TotalMilliseconds;
        return doublings >= 32 ? longest : Math.Min(first << (int)doublings, longest);
    }

    private readonly record struct ThrottleCounter(string Key, int Limit);
}
