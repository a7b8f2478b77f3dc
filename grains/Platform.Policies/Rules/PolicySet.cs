using System.Collections.Immutable;

namespace Platform.Policies.Rules;

/// <summary>
/// What may be done at one protected service, and by whom. Deny wins over allow, whatever the order; what no rule lets through is
/// denied (invariant 7).
/// </summary>
public sealed record PolicySet
{
    /// <summary>
    /// The hosts under which reverse proxies show the service, as <c>name</c> or <c>name:port</c> in lower case, without a default port; one
    /// host belongs to one service. Empty: the service is found by its name alone.
    /// </summary>
    public ImmutableArray<string> Hosts { get; init; } = [];

    /// <summary>Whether the service's paths differ in letter case. Deny rules never do: what differs from a denied path in case alone is denied.</summary>
    public bool CaseSensitive { get; init; } = true;

    /// <summary>What is done with a URL, beyond normalising it, before rules look at it.</summary>
    public UrlCleaning Cleaning { get; init; }

    /// <summary>The VO or VRE whose managers may change the set; null: only those who manage the infrastructure.</summary>
    public string? Scope { get; init; }

    /// <summary>How long a proxy may keep a yes. Whoever sets it accepts that a logout takes that long to reach it. Null: not at all.</summary>
    public TimeSpan? CacheFor { get; init; }

    /// <summary>The rules, in the order of the file.</summary>
    public ImmutableArray<PolicyRule> Rules { get; init; } = [];
}

/// <summary>What is done with a URL, beyond normalising it.</summary>
public enum UrlCleaning
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>What OpenTox services do (contracts/opentox-opensso.md, "The filter before every request").</summary>
    OpenTox,
}

/// <summary>One rule.</summary>
public sealed record PolicyRule
{
    /// <summary>Its name in the set: letters, digits, <c>.</c>, <c>_</c>, <c>-</c>, at most 64.</summary>
    public required string Id { get; init; }

    /// <summary>What it is for, in words; null: not said.</summary>
    public string? Description { get; init; }

    /// <summary>Whether it lets through or keeps out.</summary>
    public required PolicyEffect Effect { get; init; }

    /// <summary>The methods (RFC 9110 §9: in their letter case; deny rules ignore it); empty: all.</summary>
    public ImmutableArray<string> Methods { get; init; } = [];

    /// <summary>The hosts, as in <see cref="PolicySet.Hosts"/>; empty: all.</summary>
    public ImmutableArray<string> Hosts { get; init; } = [];

    /// <summary>The paths.</summary>
    public required PathPattern Path { get; init; }

    /// <summary>Whom it speaks of: any of these. Never empty.</summary>
    public required ImmutableArray<PolicyAudience> Who { get; init; }

    /// <summary>What has to hold besides; null: nothing.</summary>
    public PolicyConditions? Conditions { get; init; }

    /// <summary>What paths may hold that is refused otherwise. Of allow rules alone.</summary>
    public EncodingAllowance Encoded { get; init; }
}

/// <summary>What a rule does.</summary>
public enum PolicyEffect
{
    /// <summary>It keeps out.</summary>
    Deny,

    /// <summary>It lets through.</summary>
    Allow,
}

/// <summary>Percent-encodings that are refused unless the rule that lets a request through takes them.</summary>
[Flags]
public enum EncodingAllowance
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary><c>%2F</c>: a slash that parts no segments.</summary>
    Slash = 1,

    /// <summary><c>%25</c> before two hexadecimal digits: what is encoded twice.</summary>
    Double = 2,
}
