using System.Collections.Immutable;

namespace Platform.Policies.Rules;

/// <summary>
/// What has to hold besides, all of it. What cannot be told (no address, no login) does not hold for an allow rule, and holds for a deny
/// rule (invariant 7).
/// </summary>
public sealed record PolicyConditions
{
    /// <summary>From this instant on (UTC); null: always.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Before this instant (UTC); null: always.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The daily hours; null: all day.</summary>
    public DailyWindow? Hours { get; init; }

    /// <summary>The days of the week, in the time zone of <see cref="Hours"/> or else UTC; empty: all.</summary>
    public ImmutableArray<DayOfWeek> Days { get; init; } = [];

    /// <summary>Networks, as <c>address/bits</c> or one address, one of which the client's address is in; empty: any.</summary>
    public ImmutableArray<string> Addresses { get; init; } = [];

    /// <summary>How long ago the caller may have logged in; null: it does not matter.</summary>
    public TimeSpan? MaxSessionAge { get; init; }

    /// <summary>Ways of logging in (<c>acr</c>), one of which was used; empty: any.</summary>
    public ImmutableArray<string> Strengths { get; init; } = [];
}

/// <summary>Hours of each day.</summary>
/// <param name="From">From this time on.</param>
/// <param name="Until">Before this time; where it is not later than <paramref name="From"/>, of the next day.</param>
/// <param name="TimeZone">An IANA time zone.</param>
public sealed record DailyWindow(TimeOnly From, TimeOnly Until, string TimeZone = "UTC");
