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

/// <summary>What users do themselves about the scopes that they belong to. The actor is a user; nobody acts for another.</summary>
public sealed class Admissions
{
    /// <summary>The scopes that the user belongs to, ordered by path, those that cannot be entered included.</summary>
    public Task<AdministrationResult<IReadOnlyList<OwnScope>>> ListScopesAsync(AdministrationActor user, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>The user's requests, those that were rejected of late included, ordered by path.</summary>
    public Task<AdministrationResult<IReadOnlyList<OwnRequest>>> ListRequestsAsync(AdministrationActor user, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>The open scopes that the user may join or ask to join, ordered by path.</summary>
    /// <param name="user">Who.</param>
    /// <param name="text">Only those whose path, name or description holds this text; null: all.</param>
    /// <param name="page">Which part.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<AdministrationResult<Page<JoinableScope>>> ListJoinableAsync(
        AdministrationActor user, string? text, PageRequest page, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>The acceptable-use policies of the scopes that the user belongs to and of those above them, ordered by path.</summary>
    public Task<AdministrationResult<IReadOnlyList<OwnTerms>>> ListTermsAsync(AdministrationActor user, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Joins an open scope.</summary>
    public Task<AdministrationResult<OwnScope>> JoinAsync(AdministrationActor user, ScopePath scope, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Asks to join a restricted scope.</summary>
    public Task<AdministrationResult<OwnRequest>> RequestAsync(
        AdministrationActor user, ScopePath scope, string? message, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Takes a request back, or forgets a rejected one. The result is what it was.</summary>
    public Task<AdministrationResult<OwnRequest>> WithdrawAsync(AdministrationActor user, ScopePath scope, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Leaves a scope. The result is what it was to the user.</summary>
    public Task<AdministrationResult<OwnScope>> LeaveAsync(AdministrationActor user, ScopePath scope, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>What an invitation is for; it is not used by that.</summary>
    public Task<AdministrationResult<Invitation>> FindInvitationAsync(AdministrationActor user, string secret, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Uses an invitation.</summary>
    public Task<AdministrationResult<OwnScope>> AcceptInvitationAsync(AdministrationActor user, string secret, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Signs the acceptable-use policy of a scope.</summary>
    /// <param name="user">Who.</param>
    /// <param name="scope">Whose policy.</param>
    /// <param name="version">The version that the user saw; another one than that in force is not signed.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<AdministrationResult<OwnTerms>> SignAsync(AdministrationActor user, ScopePath scope, int version, CancellationToken cancellationToken) =>
        throw new NotImplementedException();
}
