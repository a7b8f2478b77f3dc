using System.Collections.Immutable;

namespace Platform.Grains.Scopes;

/// <summary>The persisted shape of a user's memberships, ordered by scope (ordinal) and source.</summary>
internal sealed record MembershipsState
{
    /// <summary>The version of this shape.</summary>
    public int Version { get; init; } = 1;

    public ImmutableArray<MembershipState> Items { get; init; } = [];

    /// <summary>These items in their order.</summary>
    public MembershipsState With(IEnumerable<MembershipState> items) => this with
    {
        Items = [.. items.OrderBy(item => item.Scope, StringComparer.Ordinal).ThenBy(item => item.Source, StringComparer.Ordinal)],
    };
}

/// <summary>The persisted shape of one membership.</summary>
internal sealed record MembershipState
{
    public string Scope { get; init; } = "";

    public ImmutableArray<string> Roles { get; init; } = [];

    public DateTimeOffset? Until { get; init; }

    public string? Source { get; init; }

    public Membership ToMembership() => new(new ScopePath(Scope), Roles, Until, Source);

    public static MembershipState From(Membership membership) => new()
    {
        Scope = membership.Scope.Value,
        Roles = [.. membership.Roles.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
        Until = membership.Until,
        Source = membership.Source,
    };

    /// <summary>Whether both say the same; records compare arrays by reference.</summary>
    public bool Same(MembershipState other) =>
        Scope == other.Scope && Until == other.Until && Source == other.Source && Roles.SequenceEqual(other.Roles, StringComparer.Ordinal);
}
