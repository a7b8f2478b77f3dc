using System.Collections.Immutable;
using Platform.Grains.Administration.Scopes;
using Platform.Grains.Scopes;
using Platform.Grains.Scopes.Import;

namespace Platform.Grains.Administration.Members;

/// <summary>A member of a scope.</summary>
/// <param name="User">Who.</param>
/// <param name="Scope">The scope.</param>
/// <param name="Memberships">What makes them a member: the platform's own membership, and those that directories' groups give.</param>
/// <param name="Tag">The entity tag, for conditions of changes.</param>
public sealed record AdministeredMember(KnownUser User, ScopePath Scope, ImmutableArray<Membership> Memberships, string Tag)
{
    /// <summary>What was given on the platform and can be changed here; null: nothing was.</summary>
    public Membership? Own => Memberships.FirstOrDefault(membership => membership.Source is null);

    /// <summary>Whether the membership is suspended, whatever gives it.</summary>
    public bool Suspended => Memberships.Any(membership => membership.Suspended);

    /// <summary>All roles, ordered.</summary>
    public ImmutableArray<string> Roles =>
        [.. Memberships.SelectMany(membership => membership.Roles).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>When the last of it ends (UTC); null: not.</summary>
    public DateTimeOffset? Until => Memberships.Any(membership => membership.Until is null) ? null : Memberships.Max(membership => membership.Until);

    /// <summary>The directories whose groups make them a member.</summary>
    public ImmutableArray<string> Directories => [.. Memberships.Select(membership => membership.Source).OfType<string>()];
}

/// <summary>Which members to list.</summary>
public sealed record MemberQuery
{
    /// <summary>Only those whose name, full name or mail address holds this text, whatever its letter case; null: all.</summary>
    public string? Text { get; init; }

    /// <summary>Only those who hold this role; null: all.</summary>
    public string? Role { get; init; }

    /// <summary>Only those who are suspended, or only those who are not; null: all.</summary>
    public bool? Suspended { get; init; }

    /// <summary>Which part of the list.</summary>
    public PageRequest Page { get; init; } = new();
}

/// <summary>A member to add.</summary>
/// <param name="User">Who: a local user name, or <c>directory:id</c>; for a client <c>client:id</c>.</param>
public sealed record NewMember(string User)
{
    /// <summary>The roles; empty: a plain member.</summary>
    public ImmutableArray<string> Roles { get; init; } = [];

    /// <summary>When the membership ends; null: not.</summary>
    public DateTimeOffset? Until { get; init; }
}

/// <summary>What to change of a membership; what is null stays as it is.</summary>
public sealed record MemberChange
{
    /// <summary>The roles; empty in it: a plain member.</summary>
    public Given<ImmutableArray<string>>? Roles { get; init; }

    /// <summary>When it ends; null in it: not.</summary>
    public Given<DateTimeOffset?>? Until { get; init; }
}

/// <summary>A request to join a scope.</summary>
/// <param name="User">Who asks.</param>
/// <param name="Scope">The scope.</param>
/// <param name="Message">What they say; null: nothing.</param>
/// <param name="RequestedAt">When (UTC).</param>
/// <param name="RejectedAt">When it was rejected (UTC); null: it waits.</param>
/// <param name="Answer">What they were told; null: nothing.</param>
/// <param name="Tag">The entity tag, for conditions of changes.</param>
public sealed record JoinRequest(
    KnownUser User, ScopePath Scope, string? Message, DateTimeOffset RequestedAt, DateTimeOffset? RejectedAt, string? Answer, string Tag);
