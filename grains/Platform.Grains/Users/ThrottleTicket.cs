using System.Collections.Immutable;

namespace Platform.Grains.Users;

/// <summary>Whether an attempt to log in may go on.</summary>
/// <param name="Ticket">What was taken; null where the attempt has to wait, and nothing was taken.</param>
/// <param name="RetryAfter">How long it has to wait.</param>
/// <param name="AwaitsOthers">
/// Whether it waits for the outcome of other attempts and not for a delay: as many are under way as may still fail. It may be its
/// turn at any moment.
/// </param>
public sealed record ThrottleDecision(ThrottleTicket? Ticket, TimeSpan RetryAfter, bool AwaitsOthers)
{
    internal static ThrottleDecision Go(ThrottleTicket ticket) => new(ticket, TimeSpan.Zero, AwaitsOthers: false);

    internal static ThrottleDecision Wait(long milliseconds) => new(null, TimeSpan.FromMilliseconds(milliseconds), AwaitsOthers: false);

    internal static ThrottleDecision AwaitOthers(TimeSpan retryAfter) => new(null, retryAfter, AwaitsOthers: true);
}

/// <summary>The places that one attempt took, to be settled once, when its outcome is known.</summary>
public sealed class ThrottleTicket
{
    private int _settled;

    internal ThrottleTicket(ImmutableArray<ThrottleCounter> counters) => Counters = counters;

    internal ImmutableArray<ThrottleCounter> Counters { get; }

    /// <summary>Whether this is the first time. Settled twice, an attempt would give another's place back.</summary>
    internal bool TrySettle() => Interlocked.Exchange(ref _settled, 1) == 0;
}

/// <summary>A counter.</summary>
/// <param name="Key">Its row.</param>
/// <param name="Limit">The failures from which on it makes wait.</param>
internal sealed record ThrottleCounter(string Key, int Limit);
