using System.Collections.Immutable;
using Platform.Grains.Scopes;

namespace Platform.Grains.Administration.Members;

/// <summary>An invitation to make.</summary>
public sealed record NewInvitation
{
    /// <summary>The roles that it gives; empty: a plain member's.</summary>
    public ImmutableArray<string> Roles { get; init; } = [];

    /// <summary>Until when it can be used; null: for 14 days.</summary>
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>When the membership that it gives ends; null: not.</summary>
    public DateTimeOffset? MemberUntil { get; init; }

    /// <summary>Whom it is for, in the manager's words; null: nothing is said.</summary>
    public string? Note { get; init; }
}

/// <summary>An invitation that was not used yet.</summary>
/// <param name="Id">Its id, which opens nothing.</param>
/// <param name="Scope">The scope.</param>
/// <param name="Roles">The roles that it gives; empty: a plain member's.</param>
/// <param name="MemberUntil">When the membership that it gives ends (UTC); null: not.</param>
/// <param name="EndsAt">Until when it can be used (UTC).</param>
/// <param name="CreatedAt">When it was made (UTC).</param>
/// <param name="CreatedBy">Who made it, as the audit names them.</param>
/// <param name="Note">Whom it is for, in the manager's words; null: nothing is said.</param>
public sealed record Invitation(
    string Id,
    ScopePath Scope,
    ImmutableArray<string> Roles,
    DateTimeOffset? MemberUntil,
    DateTimeOffset EndsAt,
    DateTimeOffset CreatedAt,
    string CreatedBy,
    string? Note);

/// <summary>An invitation as it is handed out, once.</summary>
/// <param name="Invitation">What it says.</param>
/// <param name="Secret">What opens it; only its hash is stored. The link is <c>/account/invitation#</c> and this.</param>
public sealed record IssuedInvitation(Invitation Invitation, string Secret);

/// <summary>Invitations into a scope, each for one use.</summary>
public sealed class InvitationAdministration
{
    /// <summary>The invitations that can still be used.</summary>
    public Task<AdministrationResult<Page<Invitation>>> ListAsync(
        AdministrationActor actor, ScopePath scope, PageRequest page, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Makes an invitation. It gives what its maker may still give when it is used.</summary>
    public Task<AdministrationResult<IssuedInvitation>> InviteAsync(
        AdministrationActor actor, ScopePath scope, NewInvitation invitation, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Takes an invitation back.</summary>
    public Task<AdministrationResult<Invitation>> RevokeAsync(
        AdministrationActor actor, ScopePath scope, string id, CancellationToken cancellationToken) => throw new NotImplementedException();
}
