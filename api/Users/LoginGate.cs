using System.Collections.Concurrent;
using System.Net;
using Platform.Grains.Cluster;
using Platform.Grains.Users;

namespace Platform.Api.Users;

/// <summary>Lets attempts to log in through, or has them wait; a user at an address that they logged in from before has a gate of their own.</summary>
internal sealed class LoginGate(LoginThrottle throttle, UserDirectories directories, IPlatformGrains grains, TimeProvider time)
{
    // A flood of attempts that have to wait asks a directory about each account once in this time.
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(1);
    private const int Capacity = 10_000;

    /// <summary>How long an attempt waits for its turn, and how long between two looks.</summary>
    private static readonly TimeSpan LongestTurn = TimeSpan.FromSeconds(20), TurnPause = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentDictionary<string, (long At, string[] Groups)> _known = new(StringComparer.Ordinal);

    /// <summary>Lets an attempt through, or says how long it has to wait. Attempts made at once take turns.</summary>
    public async Task<ThrottleDecision> BeginAsync(LoginCandidate candidate, IPAddress address, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        bool? known = null;
        while (true)
        {
            var decision = await throttle.BeginAsync(candidate.Account, address, cancellationToken).ConfigureAwait(false);
            if (decision.Ticket is null && (known ??= await IsKnownAsync(candidate, address, cancellationToken).ConfigureAwait(false)))
            {
                decision = await throttle.BeginKnownAsync(candidate.Account, address, cancellationToken).ConfigureAwait(false);
            }

            if (!decision.AwaitsOthers || time.GetElapsedTime(began) > LongestTurn)
            {
                return decision;
            }

            await Task.Delay(TurnPause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The attempt was a login; its address is one of the known from now on.</summary>
    public ValueTask SucceedAsync(LoginCandidate candidate, ThrottleTicket ticket, CancellationToken cancellationToken)
    {
        _known.TryRemove(candidate.Account, out _);
        return throttle.SucceedAsync(ticket, cancellationToken);
    }

    /// <summary>The attempt was refused.</summary>
    public ValueTask FailAsync(ThrottleTicket ticket, CancellationToken cancellationToken) => throttle.FailAsync(ticket, cancellationToken);

    /// <summary>The attempt came to nothing that was the client's doing.</summary>
    public ValueTask WithdrawAsync(ThrottleTicket ticket, CancellationToken cancellationToken) => throttle.WithdrawAsync(ticket, cancellationToken);

    private async Task<bool> IsKnownAsync(LoginCandidate candidate, IPAddress address, CancellationToken cancellationToken)
    {
        if (candidate.Name is not { } name)
        {
            return false;
        }

        if (!_known.TryGetValue(candidate.Account, out var known) || time.GetElapsedTime(known.At) >= Remembered)
        {
            known = (time.GetTimestamp(), await FindKnownAsync(name, cancellationToken).ConfigureAwait(false));
            if (_known.Count >= Capacity)
            {
                _known.Clear();
            }

            _known[candidate.Account] = known;
        }

        return known.Groups.Contains(ThrottleKeys.GroupOf(address), StringComparer.Ordinal);
    }

    private async Task<string[]> FindKnownAsync(LocalName name, CancellationToken cancellationToken)
    {
        foreach (var directory in directories.Ordered)
        {
            if (await directory.ResolveAsync(name, cancellationToken).ConfigureAwait(false) is { Key: { } key })
            {
                var user = await grains.User(key).FindAsync().ConfigureAwait(false);
                return [.. (user?.KnownAddresses ?? []).Select(text => IPAddress.TryParse(text, out var address) ? ThrottleKeys.GroupOf(address) : "")];
            }
        }

        return [];
    }
}
