using System.Data.Common;
using System.Net;
using Microsoft.Extensions.Options;
using Platform.Grains.Cluster;
using Platform.Storage;

namespace Platform.Grains.Users;

/// <summary>
/// Slows repeated failures of a login, in the whole cluster. An attempt takes a place before anything is checked, and no more places
/// are given than failures are left before the limit: guesses made at once get no further than guesses made in turn, and people
/// who log in at once take turns instead of being refused.
/// </summary>
public sealed class LoginThrottle(IDatabase database, IOptions<LoginThrottleOptions> options, TimeProvider time) : IExpiredRows
{
    /// <summary>An attempt that has not been settled for this long was lost with its node. Longer than any attempt takes.</summary>
    private static readonly TimeSpan LostAfter = TimeSpan.FromMinutes(2);

    private readonly LoginThrottleOptions _options = options.Value;

    /// <summary>Takes a place for an attempt on an account from an address, unless it has to wait.</summary>
    /// <param name="account">The account in a comparable form.</param>
    /// <param name="address">Where from.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public ValueTask<ThrottleDecision> BeginAsync(string account, IPAddress address, CancellationToken cancellationToken) =>
        BeginAsync(
            [new(ThrottleKeys.Account(account), _options.AccountFailures), new(ThrottleKeys.Address(address), _options.AddressFailures)],
            cancellationToken);

    /// <summary>
    /// Takes a place for an attempt from an address that the account's user has logged in from before. It has a budget of its own, so that
    /// guesses from elsewhere lock nobody out; the account's and the address's counters do not matter to it.
    /// </summary>
    public ValueTask<ThrottleDecision> BeginKnownAsync(string account, IPAddress address, CancellationToken cancellationToken) =>
        BeginAsync([new(ThrottleKeys.Pair(account, address), _options.KnownAddressFailures)], cancellationToken);

    /// <summary>The attempt was a login: what stood on the account (or on the pair) is forgotten, and all places are given back.</summary>
    public ValueTask SucceedAsync(ThrottleTicket ticket, CancellationToken cancellationToken) => GiveBackAsync(ticket, forgetFirst: true, cancellationToken);

    /// <summary>Nothing was found out about the password, a directory being down for instance: the attempt does not count.</summary>
    public ValueTask WithdrawAsync(ThrottleTicket ticket, CancellationToken cancellationToken) => GiveBackAsync(ticket, forgetFirst: false, cancellationToken);

    /// <summary>The attempt was refused: it counts, and makes the next ones wait from the limit on.</summary>
    public ValueTask FailAsync(ThrottleTicket ticket, CancellationToken cancellationToken) =>
        SettleAsync(
            ticket,
            async (connection, transaction, token) =>
            {
                var now = time.GetUtcNow().ToUnixTimeMilliseconds();
                foreach (var counter in ticket.Counters)
                {
                    var failures = await ThrottleTable.FailAsync(connection, transaction, counter.Key, now, token);
                    if (failures >= counter.Limit)
                    {
                        await ThrottleTable.BlockAsync(connection, transaction, counter.Key, now + Delay(failures - counter.Limit), token);
                    }
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
            : await database.WriteAsync((connection, transaction, token) => BeginAsync(connection, transaction, counters, now, token), cancellationToken);
    }

    private async Task<ThrottleDecision> BeginAsync(
        DbConnection connection, DbTransaction transaction, ThrottleCounter[] counters, long now, CancellationToken cancellationToken)
    {
        const string Attempt = "throttle_attempt";
        await transaction.SaveAsync(Attempt, cancellationToken);
        var forgotten = now - (long)_options.ForgetAfter.TotalMilliseconds;
        var lost = now - (long)LostAfter.TotalMilliseconds;

        // Every attempt takes its rows in the same order, the account's first, so that no two wait for each other.
        foreach (var counter in counters)
        {
            if (await ThrottleTable.TryBeginAsync(connection, transaction, counter, now, forgotten, lost, cancellationToken))
            {
                continue;
            }

            await transaction.RollbackAsync(Attempt, cancellationToken);
            var until = await ThrottleTable.FindBlockAsync(connection, transaction, [.. counters.Select(c => c.Key)], cancellationToken);
            return until > now ? ThrottleDecision.Wait(until - now) : ThrottleDecision.AwaitOthers(_options.FirstDelay);
        }

        return ThrottleDecision.Go(new ThrottleTicket([.. counters]));
    }

    private ValueTask GiveBackAsync(ThrottleTicket ticket, bool forgetFirst, CancellationToken cancellationToken) =>
        SettleAsync(
            ticket,
            async (connection, transaction, token) =>
            {
                for (var i = 0; i < ticket.Counters.Length; i++)
                {
                    await ThrottleTable.GiveBackAsync(connection, transaction, ticket.Counters[i].Key, forgetFirst && i == 0, token);
                }

                return true;
            },
            cancellationToken);

    private async ValueTask SettleAsync(
        ThrottleTicket ticket, Func<DbConnection, DbTransaction, CancellationToken, Task<bool>> settle, CancellationToken cancellationToken)
    {
        if (ticket.TrySettle())
        {
            await database.WriteAsync(settle, cancellationToken);
        }
    }

    private long Delay(long doublings)
    {
        var longest = (long)_options.LongestDelay.TotalMilliseconds;
        var first = (long)_options.FirstDelay.TotalMilliseconds;
        return doublings >= 32 ? longest : Math.Min(first << (int)doublings, longest);
    }
}
