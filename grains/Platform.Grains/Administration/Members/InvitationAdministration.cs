using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Platform.Grains.Administration.Scopes;
using Platform.Grains.Audit;
using Platform.Grains.Cluster;
using Platform.Grains.OAuth;
using Platform.Grains.Scopes;
using Platform.Storage;

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
/// <param name="Secret">What opens it; only its hash is stored.</param>
public sealed record IssuedInvitation(Invitation Invitation, string Secret);

/// <summary>Invitations into a scope, each for one use.</summary>
public sealed class InvitationAdministration
{
    /// <summary>How long an invitation can be used unless said otherwise.</summary>
    public static readonly TimeSpan DefaultLifetime = TimeSpan.FromDays(14);

    /// <summary>How long an invitation can be used at most.</summary>
    public static readonly TimeSpan MaxLifetime = TimeSpan.FromDays(366);

    /// <summary>How many invitations into one scope can be open at a time.</summary>
    public const int MaxOfScope = 1000;

    private const int SecretBytes = 32;

    private readonly IStateStore _store;
    private readonly ScopeActs _acts;
    private readonly AuthorityReader _authorities;
    private readonly MemberTable _table;
    private readonly IActivityStore _activity;
    private readonly TimeProvider _time;

    internal InvitationAdministration(
        IStateStore store, ScopeActs acts, AuthorityReader authorities, MemberTable table, IActivityStore activity, TimeProvider time)
    {
        _store = store;
        _acts = acts;
        _authorities = authorities;
        _table = table;
        _activity = activity;
        _time = time;
    }

    internal static AdministrationRefusal NoSuchInvitation { get; } =
        new(RefusalKind.NotFound, "no-such-invitation", "There is no such invitation: it was used, taken back, or is over.");

    /// <summary>The invitations that can still be used, in the order of their ids.</summary>
    public async Task<AdministrationResult<Page<Invitation>>> ListAsync(
        AdministrationActor actor, ScopePath scope, PageRequest page, CancellationToken cancellationToken)
    {
        var authority = await _authorities.ReadAsync(actor, cancellationToken);
        if ((Paging.Read(page, out var after) ?? authority.RefusalOf(Permission.AdmitMembers, scope, RefusalText(scope))) is { } refusal)
        {
            return refusal;
        }

        var probes = (await _table.InvitationsAsync(scope, cancellationToken)).Select(key => new StateProbe(new StateKey(StateNames.Invitation, key), 0)).ToArray();
        var answers = probes.Length == 0 ? [] : await _store.ProbeAsync(probes, cancellationToken);
        var now = _time.GetUtcNow();
        var open = probes.Zip(answers)
            .Where(pair => pair.Second.Version > 0)
            .Select(pair => StateSerializer.Deserialize<InvitationState>(pair.Second.Payload.Span).ToInvitation(pair.First.Key.Key))
            .Where(invitation => invitation.Scope == scope && invitation.EndsAt > now)
            .ToList();
        return Paging.Cut(open, page, after, invitation => invitation.Id, invitation => invitation);
    }

    /// <summary>Makes an invitation. It gives what its maker may still give when it is used.</summary>
    public async Task<AdministrationResult<IssuedInvitation>> InviteAsync(
        AdministrationActor actor, ScopePath scope, NewInvitation invitation, CancellationToken cancellationToken)
    {
        if ((await _table.InvitationsAsync(scope, cancellationToken)).Count >= MaxOfScope)
        {
            var authority = await _authorities.ReadAsync(actor, cancellationToken);
            return authority.RefusalOf(Permission.AdmitMembers, scope, RefusalText(scope))
                ?? AdministrationRefusal.Conflict("too-many-invitations", $"{MaxOfScope} invitations into {scope} are open: take some back.");
        }

        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        var id = SecretKey.FromSecret(secret).Value;
        var result = await _acts.MakeAsync<IssuedInvitation>(actor, (act, token) => InviteAsync(act, scope, invitation, id, secret, token), cancellationToken);
        if (result.IsDone)
        {
            // By this the sweeper finds it; an invitation that is over opens nothing, swept or not.
            await _activity.StartAsync(
                new StateKey(StateNames.Invitation, id), _time.GetUtcNow(), result.Value.Invitation.EndsAt, CancellationToken.None);
        }

        return result;
    }

    /// <summary>Takes an invitation back.</summary>
    public Task<AdministrationResult<Invitation>> RevokeAsync(
        AdministrationActor actor, ScopePath scope, string id, CancellationToken cancellationToken) =>
        _acts.MakeAsync<Invitation>(actor, (act, token) => RevokeAsync(act, scope, id, token), cancellationToken);

    private static string RefusalText(ScopePath scope) => $"You may not invite into {scope}.";

    private static async Task<AdministrationResult<IssuedInvitation>> InviteAsync(
        ScopeAct act, ScopePath scope, NewInvitation invitation, string id, string secret, CancellationToken cancellationToken)
    {
        ImmutableArray<string> roles = [];
        var endsAt = (invitation.EndsAt ?? act.Now + DefaultLifetime).ToUniversalTime();
        if ((act.RefusalOf(Permission.AdmitMembers, scope, RefusalText(scope))
            ?? MemberRules.Read(invitation.Roles, scope, out roles)
            ?? MemberRules.RefusalOfRoles(act, roles, scope)
            ?? ScopeTexts.RefusalOfMessage("note", invitation.Note)
            ?? ScopeTexts.RefusalOfEnd("endsAt", endsAt, act.Now)
            ?? (endsAt > act.Now + MaxLifetime ? AdministrationRefusal.Invalid("endsAt", "An invitation ends within 366 days.") : null)
            ?? ScopeTexts.RefusalOfEnd("memberUntil", invitation.MemberUntil, act.Now)) is { } refusal)
        {
            return refusal;
        }

        var state = new InvitationState
        {
            Scope = scope.Value,
            Roles = roles,
            MemberUntil = invitation.MemberUntil?.ToUniversalTime(),
            EndsAt = endsAt,
            CreatedAt = act.Now,
            CreatedBy = act.Actor.Name,
            Inviter = act.Actor.Subject?.ToString(),
            Note = invitation.Note,
        };
        await act.Transaction.FindAsync<InvitationState>(StateNames.Invitation, id, cancellationToken);
        act.Transaction.Set(StateNames.Invitation, id, state);
        act.Record(AuditActions.Invite, scope, $"made: {id[..12]} {(roles.IsEmpty ? Roles.Member : string.Join(' ', roles))}");
        return new IssuedInvitation(state.ToInvitation(id), secret);
    }

    private static async Task<AdministrationResult<Invitation>> RevokeAsync(ScopeAct act, ScopePath scope, string id, CancellationToken cancellationToken)
    {
        if (act.Authority.RefusalOf(Permission.AdmitMembers, scope, RefusalText(scope)) is { } refusal)
        {
            return refusal;
        }

        if (!IsId(id)
            || await act.Transaction.FindAsync<InvitationState>(StateNames.Invitation, id, cancellationToken) is not { } state
            || state.Scope != scope.Value)
        {
            return NoSuchInvitation;
        }

        act.Transaction.Remove(StateNames.Invitation, id);
        act.Record(AuditActions.Invite, scope, $"taken back: {id[..12]}");
        return state.ToInvitation(id);
    }

    private static bool IsId(string id) => id.Length == 64 && id.All(char.IsAsciiHexDigitLower);
}
