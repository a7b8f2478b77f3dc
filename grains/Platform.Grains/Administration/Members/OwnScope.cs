using System.Collections.Immutable;
using Platform.Grains.Scopes;

namespace Platform.Grains.Administration.Members;

/// <summary>A scope that a user belongs to.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="Memberships">What makes them a member.</param>
/// <param name="Roles">Their roles there, ordered, those from above included.</param>
/// <param name="IsOpen">Whether it and all above it are open.</param>
/// <param name="MayEnter">Whether they may enter it now.</param>
/// <param name="TermsDue">The scopes whose acceptable-use policy they should sign for it, from the top.</param>
public sealed record OwnScope(
    ScopeSnapshot Scope, ImmutableArray<Membership> Memberships, ImmutableArray<string> Roles, bool IsOpen, bool MayEnter, ImmutableArray<ScopePath> TermsDue)
{
    /// <summary>Whether the membership is suspended.</summary>
    public bool Suspended => Memberships.Any(membership => membership.Suspended);
}

/// <summary>A request of a user's own.</summary>
/// <param name="Scope">The scope; null: it is there no longer.</param>
/// <param name="Path">Where it is, or was.</param>
/// <param name="Message">What they said; null: nothing.</param>
/// <param name="RequestedAt">When (UTC).</param>
/// <param name="RejectedAt">When it was rejected (UTC); null: it waits.</param>
/// <param name="Answer">What they were told; null: nothing.</param>
public sealed record OwnRequest(
    ScopeSnapshot? Scope, ScopePath Path, string? Message, DateTimeOffset RequestedAt, DateTimeOffset? RejectedAt, string? Answer);

/// <summary>An acceptable-use policy that a user signed, or should sign.</summary>
/// <param name="Scope">Whose it is.</param>
/// <param name="Version">The version in force.</param>
/// <param name="Signature">The newest signature; null: they never signed.</param>
/// <param name="IsDue">Whether they should sign now.</param>
public sealed record OwnTerms(ScopeSnapshot Scope, int Version, TermsSignature? Signature, bool IsDue);

/// <summary>What a scope is to a user who could join it.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="IsRequested">Whether they asked and wait for an answer.</param>
public sealed record JoinableScope(ScopeSnapshot Scope, bool IsRequested);
