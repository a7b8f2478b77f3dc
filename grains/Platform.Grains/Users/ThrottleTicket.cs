using System.Collections.Immutable;

namespace Platform.Grains.Users;

/// <summary>Whether an attempt to log in may go on.</summary>
/// <param name="Ticket">What was counted; null where the attempt has to wait, and nothing was counted.</param>
/// <param name="RetryAfter">How long it has to wait.</param>
public sealed record ThrottleDecision(ThrottleTicket? Ticket, TimeSpan RetryAfter)
{
    internal static ThrottleDecision Wait(long milliseconds) => new(null, TimeSpan.FromMilliseconds(milliseconds));
}

/// <summary>The counts of one attempt, to be settled when its outcome is known. Unsettled, it stays a failure.</summary>
public sealed class ThrottleTicket
{
    internal ThrottleTicket(ImmutableArray<ThrottleCount> counted) => Counted = counted;

    internal ImmutableArray<ThrottleCount> Counted { get; }
}

/// <summary>One count of an attempt.</summary>
/// <param name="Key">The counter.</param>
/// <param name="Limit">The failures from which on it makes wait.</param>
/// <param name="BlockedUntil">The wait that this attempt set; 0: none.</param>
internal sealed record ThrottleCount(string Key, int Limit, long BlockedUntil);
