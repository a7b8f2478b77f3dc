using System.Collections.Immutable;
using Platform.Grains.Cluster;

namespace Platform.Grains.Scopes;

/// <summary>The memberships of one user, keyed by the user's key.</summary>
[Alias("platform.IMembershipsGrain")]
public interface IMembershipsGrain : IGrainWithStringKey
{
    /// <summary>All memberships, ordered by scope.</summary>
    [Alias("ListAsync"), Idempotent]
    Task<ImmutableArray<Membership>> ListAsync();

    /// <summary>Replaces all memberships that a directory's groups gave by those that they give now.</summary>
    /// <param name="source">The directory's name.</param>
    /// <param name="memberships">What the groups give now.</param>
    [Alias("ReplaceFromDirectoryAsync"), Idempotent]
    Task ReplaceFromDirectoryAsync(string source, ImmutableArray<Membership> memberships);
}

/// <summary>A user's place in a scope.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="Roles">The roles, ordered; empty: a plain member.</param>
/// <param name="Until">When it ends (UTC); null: not.</param>
/// <param name="Source">Null: given on the platform; otherwise the directory whose groups give it.</param>
/// <param name="Suspended">Whether it is suspended: then no membership of the scope counts, whatever gives it.</param>
/// <param name="RequestedAt">When the user asked for it (UTC); null: they did not.</param>
/// <param name="AcceptedAt">When it was given (UTC); null: by a directory, or before this was kept.</param>
/// <param name="AcceptedBy">Who gave it, as the audit names them; null: a directory, or not kept. Of a block, who suspended the member.</param>
[GenerateSerializer, Immutable, Alias("platform.Membership")]
public sealed record Membership(
    [property: Id(0)] ScopePath Scope,
    [property: Id(1)] ImmutableArray<string> Roles,
    [property: Id(2)] DateTimeOffset? Until,
    [property: Id(3)] string? Source,
    [property: Id(4)] bool Suspended = false,
    [property: Id(5)] DateTimeOffset? RequestedAt = null,
    [property: Id(6)] DateTimeOffset? AcceptedAt = null,
    [property: Id(7)] string? AcceptedBy = null)
{
    /// <summary>Whether it gives nothing and stands only to suspend what a directory gives: it was never accepted.</summary>
    public bool IsBlock => Source is null && Suspended && AcceptedAt is null && AcceptedBy is not null;

    /// <summary>Whether the membership has ended.</summary>
    public bool IsOver(DateTimeOffset now) => Until is { } until && until <= now;
}
