using System.Collections.Immutable;
using Platform.Grains.Administration.Scopes;
using Platform.Grains.Audit;
using Platform.Grains.Cluster;
using Platform.Grains.OAuth;
using Platform.Grains.Scopes;
using Platform.Grains.Users;
using Platform.Storage;

namespace Platform.Grains.Administration.Members;

/// <summary>What users do themselves about the scopes that they belong to. The actor is a user; nobody acts for another.</summary>
public sealed class Admissions
{
    private readonly ScopeActs _acts;
    private readonly MemberTable _table;
    private readonly IActivityStore _activity;

    internal Admissions(ScopeActs acts, MemberTable table, IActivityStore activity)
    {
        _acts = acts;
        _table = table;
        _activity = activity;
    }

    private static AdministrationRefusal NotAUser { get; } = AdministrationRefusal.Forbidden("Only a user does this, for themselves.");

    /// <summary>The scopes that the user belongs to, ordered by path, those that cannot be entered included.</summary>
    public Task<AdministrationResult<IReadOnlyList<OwnScope>>> ListScopesAsync(AdministrationActor user, CancellationToken cancellationToken) =>
        MakeAsync<IReadOnlyList<OwnScope>>(
            user,
            null,
            (act, self, state, _) => Done<IReadOnlyList<OwnScope>>(
                [.. state.Items.Select(item => new ScopePath(item.Scope)).Distinct().Where(path => act.Authority.Scopes.Find(path) is not null).Order()
                    .Select(path => Show(act, state, path))]),
            cancellationToken);

    /// <summary>The user's requests, those that were rejected of late included, ordered by path.</summary>
    public Task<AdministrationResult<IReadOnlyList<OwnRequest>>> ListRequestsAsync(AdministrationActor user, CancellationToken cancellationToken) =>
        MakeAsync<IReadOnlyList<OwnRequest>>(
            user, null, (act, self, state, _) => Done<IReadOnlyList<OwnRequest>>([.. state.Requests.Select(request => Show(act, request))]), cancellationToken);

    /// <summary>The open scopes that the user may join or ask to join, ordered by path.</summary>
    /// <param name="user">Who.</param>
    /// <param name="text">Only those whose path, name or description holds this text; null: all.</param>
    /// <param name="page">Which part.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<AdministrationResult<Page<JoinableScope>>> ListJoinableAsync(
        AdministrationActor user, string? text, PageRequest page, CancellationToken cancellationToken) =>
        MakeAsync<Page<JoinableScope>>(user, null, (act, self, state, _) => Task.FromResult(ListJoinable(act, state, text, page)), cancellationToken);

    /// <summary>The acceptable-use policies of the scopes that the user belongs to and of those above them, ordered by path.</summary>
    public Task<AdministrationResult<IReadOnlyList<OwnTerms>>> ListTermsAsync(AdministrationActor user, CancellationToken cancellationToken) =>
        MakeAsync<IReadOnlyList<OwnTerms>>(
            user, null, (act, self, state, _) => Done<IReadOnlyList<OwnTerms>>(TermsOf(act.Authority.Scopes, state.ToIndex(), act.Now)), cancellationToken);

    /// <summary>Joins an open scope.</summary>
    public Task<AdministrationResult<OwnScope>> JoinAsync(AdministrationActor user, ScopePath scope, CancellationToken cancellationToken) =>
        MakeAsync<OwnScope>(user, scope, (act, self, state, _) => Task.FromResult(Join(act, self, state, scope)), cancellationToken);

    /// <summary>Asks to join a restricted scope.</summary>
    public Task<AdministrationResult<OwnRequest>> RequestAsync(
        AdministrationActor user, ScopePath scope, string? message, CancellationToken cancellationToken) =>
        MakeAsync<OwnRequest>(user, scope, (act, self, state, _) => Task.FromResult(Request(act, self, state, scope, message)), cancellationToken);

    /// <summary>Takes a request back, or forgets a rejected one. The result is what it was.</summary>
    public Task<AdministrationResult<OwnRequest>> WithdrawAsync(AdministrationActor user, ScopePath scope, CancellationToken cancellationToken) =>
        MakeAsync<OwnRequest>(user, scope, (act, self, state, _) => Task.FromResult(Withdraw(act, self, state, scope)), cancellationToken);

    /// <summary>Leaves a scope. The result is what it was to the user.</summary>
    public Task<AdministrationResult<OwnScope>> LeaveAsync(AdministrationActor user, ScopePath scope, CancellationToken cancellationToken) =>
        MakeAsync<OwnScope>(user, scope, (act, self, state, token) => LeaveAsync(act, self, state, scope, token), cancellationToken);

    /// <summary>What an invitation is for; it is not used by that.</summary>
    public Task<AdministrationResult<Invitation>> FindInvitationAsync(AdministrationActor user, string secret, CancellationToken cancellationToken) =>
        MakeAsync<Invitation>(
            user,
            null,
            async (act, self, state, token) => await FindAsync(act, secret, token) is ({ } id, { } invitation)
                ? invitation.ToInvitation(id) with { Note = null }
                : InvitationAdministration.NoSuchInvitation,
            cancellationToken);

    /// <summary>Uses an invitation.</summary>
    public async Task<AdministrationResult<OwnScope>> AcceptInvitationAsync(AdministrationActor user, string secret, CancellationToken cancellationToken)
    {
        var result = await MakeAsync<OwnScope>(user, null, (act, self, state, token) => AcceptAsync(act, self, state, secret, token), cancellationToken);
        if (result.IsDone)
        {
            await _activity.EndAsync(new StateKey(StateNames.Invitation, SecretKey.FromSecret(secret).Value), CancellationToken.None);
        }

        return result;
    }

    /// <summary>Signs the acceptable-use policy of a scope.</summary>
    /// <param name="user">Who.</param>
    /// <param name="scope">Whose policy.</param>
    /// <param name="version">The version that the user saw; another one than that in force is not signed.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<AdministrationResult<OwnTerms>> SignAsync(AdministrationActor user, ScopePath scope, int version, CancellationToken cancellationToken) =>
        MakeAsync<OwnTerms>(user, null, (act, self, state, _) => Task.FromResult(Sign(act, self, state, scope, version)), cancellationToken);

    /// <summary>The acceptable-use policies that concern someone, ordered by path.</summary>
    internal static ImmutableArray<OwnTerms> TermsOf(IScopeCatalogue scopes, MembershipIndex memberships, DateTimeOffset now) =>
        [.. scopes.WithTerms
            .Where(scope => memberships.All.Any(membership => scope.Path.Covers(membership.Scope) && !membership.IsOver(now)))
            .Select(scope => Show(scope, memberships.SignatureOf(scope.Path), now))];

    private static Task<AdministrationResult<T>> Done<T>(T value)
        where T : class => Task.FromResult(AdministrationResult<T>.Done(value));

    private Task<AdministrationResult<T>> MakeAsync<T>(
        AdministrationActor user, ScopePath? scope, Func<ScopeAct, UserKey, MembershipsState, CancellationToken, Task<AdministrationResult<T>>> body, CancellationToken cancellationToken)
        where T : class => _acts.MakeAsync<T>(
            user,
            async (act, token) =>
            {
                if (user.Subject is not { } self || self.Directory == ClientId.MemberDirectory)
                {
                    return NotAUser;
                }

                // A token for one scope says nothing of others, and gets nothing in them.
                return user.LimitedTo is { } limit && limit != scope
                    ? AdministrationRefusal.Forbidden($"The token is for {limit} alone.")
                    : await body(act, self, await act.MembershipsAsync(self, token), token);
            },
            cancellationToken);

    private static AdministrationResult<Page<JoinableScope>> ListJoinable(ScopeAct act, MembershipsState state, string? text, PageRequest page)
    {
        if (Paging.Read(page, out var after) is { } refusal)
        {
            return refusal;
        }

        var access = act.Authority.Access;
        var present = state.Items.Where(item => item.Suspended || !(item.Until <= act.Now)).Select(item => item.Scope).ToHashSet(StringComparer.Ordinal);
        var found = access.Listed()
            .Where(scope => scope.Admission != ScopeAdmission.Private && !present.Contains(scope.Path.Value))
            .Where(scope => string.IsNullOrEmpty(text) || ScopeViews.Mentions(scope, text))
            .OrderBy(scope => scope.Path)
            .ToList();
        return Paging.Cut(
            found,
            page,
            after,
            scope => scope.Path.Value,
            scope => new JoinableScope(scope, state.FindRequest(scope.Path) is { RejectedAt: null }));
    }

    /// <summary>Why a user cannot become a member of a scope by themselves; null: they may try.</summary>
    private static AdministrationRefusal? RefusalOfBecoming(ScopeAct act, MembershipsState state, ScopePath scope, ScopeAdmission admission)
    {
        if (act.Authority.Scopes.Find(scope) is not { } found || !act.Authority.Sees(scope))
        {
            return AdministrationRefusal.NoSuchScope;
        }

        if (MemberRules.Of(state, scope).Any(item => item.Suspended))
        {
            return MemberRules.SuspendedMember;
        }

        if (!act.Authority.Scopes.IsOpen(scope, act.Now))
        {
            return AdministrationRefusal.Conflict("scope-closed", $"{scope} is not open.");
        }

        if (act.Authority.Access.IsMember(scope))
        {
            return AdministrationRefusal.Conflict("already-member", "You are a member already.");
        }

        return found.Admission == admission ? null : found.Admission switch
        {
            ScopeAdmission.Open => AdministrationRefusal.Conflict("join-freely", $"{scope} is joined freely."),
            ScopeAdmission.Restricted => AdministrationRefusal.Conflict("request-needed", $"Managers of {scope} admit its members: ask them."),
            _ => AdministrationRefusal.Conflict("invitation-needed", $"{scope} is joined by invitation."),
        };
    }

    private static AdministrationResult<OwnScope> Join(ScopeAct act, UserKey self, MembershipsState state, ScopePath scope)
    {
        if (RefusalOfBecoming(act, state, scope, ScopeAdmission.Open) is { } refusal)
        {
            return refusal;
        }

        var after = state.WithOwn(new Membership(scope, [], null, null, AcceptedAt: act.Now, AcceptedBy: act.Actor.Name)).WithoutRequest(scope);
        act.Set(self, after);
        act.Record(self, scope, $"joined: {Roles.Member}");
        return Show(act, after, scope);
    }

    private static AdministrationResult<OwnRequest> Request(ScopeAct act, UserKey self, MembershipsState state, ScopePath scope, string? message)
    {
        if ((ScopeTexts.RefusalOfMessage("message", message) ?? RefusalOfBecoming(act, state, scope, ScopeAdmission.Restricted)) is { } refusal)
        {
            return refusal;
        }

        if (state.FindRequest(scope) is { RejectedAt: null })
        {
            return AdministrationRefusal.Conflict("already-requested", "You have asked already, and wait for an answer.");
        }

        if (state.Requests.Count(other => other.RejectedAt is null) >= MemberRules.MaxRequests)
        {
            return AdministrationRefusal.Conflict("too-many-requests", $"{MemberRules.MaxRequests} of your requests wait for an answer: take some back.");
        }

        var request = new JoinRequestState { Scope = scope.Value, Message = string.IsNullOrWhiteSpace(message) ? null : message, RequestedAt = act.Now };
        act.Set(self, state.WithRequest(request));
        Record(act, self, scope, "made");
        return Show(act, request);
    }

    private static AdministrationResult<OwnRequest> Withdraw(ScopeAct act, UserKey self, MembershipsState state, ScopePath scope)
    {
        if (state.FindRequest(scope) is not { } request)
        {
            return MemberRules.NoSuchRequest;
        }

        act.Set(self, state.WithoutRequest(scope));
        Record(act, self, scope, "taken back");
        return Show(act, request);
    }

    private async Task<AdministrationResult<OwnScope>> LeaveAsync(
        ScopeAct act, UserKey self, MembershipsState state, ScopePath scope, CancellationToken cancellationToken)
    {
        var items = MemberRules.Of(state, scope);
        if (items.IsEmpty || act.Authority.Scopes.Find(scope) is null)
        {
            return AdministrationRefusal.NoSuchScope;
        }

        // Who left could come back without it.
        if (items.Any(item => item.Suspended))
        {
            return MemberRules.SuspendedMember;
        }

        if (state.FindOwn(scope) is null)
        {
            return AdministrationRefusal.Conflict(
                "from-directory", $"The directory {string.Join(", ", items.Select(item => item.Source))} makes you a member; that ends there.");
        }

        var after = state.WithoutOwn(scope);
        if (await MemberRules.RefusalOfLastManagerAsync(act, _table, self, scope, state, after, cancellationToken) is { } last)
        {
            return last;
        }

        act.Set(self, after);
        act.Record(self, scope, "left");
        return Show(act, state, scope);
    }

    private static async Task<(string? Id, InvitationState? Invitation)> FindAsync(ScopeAct act, string secret, CancellationToken cancellationToken)
    {
        var id = SecretKey.FromSecret(secret).Value;
        return await act.Transaction.FindAsync<InvitationState>(StateNames.Invitation, id, cancellationToken) is { } state
            && state.EndsAt > act.Now
            && act.Authority.Scopes.Find(new ScopePath(state.Scope)) is not null
                ? (id, state)
                : (null, null);
    }

    private static async Task<AdministrationResult<OwnScope>> AcceptAsync(
        ScopeAct act, UserKey self, MembershipsState state, string secret, CancellationToken cancellationToken)
    {
        if (await FindAsync(act, secret, cancellationToken) is not ({ } id, { } invitation))
        {
            return InvitationAdministration.NoSuchInvitation;
        }

        var scope = new ScopePath(invitation.Scope);
        if (act.RefusalOfArchived(scope) is { } archived)
        {
            return archived;
        }

        if (MemberRules.Of(state, scope).Any(item => item.Suspended))
        {
            return MemberRules.SuspendedMember;
        }

        if (state.FindOwn(scope) is { } own && !(own.Until <= act.Now))
        {
            return AdministrationRefusal.Conflict("already-member", "You are a member already.");
        }

        // It gives what who made it may give now, not what they once could, and nothing once they may not log in; the commit rests on both.
        if (invitation.Inviter is { } inviter)
        {
            var maker = UserKey.Parse(inviter);
            var authority = await Authority.ReadAsync(
                act.Transaction, AdministrationActor.Of(maker, null, act.Actor.Address), act.Now, cancellationToken);
            if (!await KnownUsers.IsActiveAsync(act.Transaction, maker, cancellationToken)
                || !authority.Allows(Permission.AdmitMembers, scope) || invitation.Roles.Any(role => !authority.MayGive(role, scope)))
            {
                return InvitationAdministration.NoSuchInvitation;
            }
        }

        if (invitation.MemberUntil <= act.Now)
        {
            return InvitationAdministration.NoSuchInvitation;
        }

        var given = new Membership(
            scope,
            invitation.Roles,
            invitation.MemberUntil,
            null,
            RequestedAt: state.FindRequest(scope) is { RejectedAt: null } request ? request.RequestedAt : null,
            AcceptedAt: act.Now,
            AcceptedBy: invitation.CreatedBy);
        var after = state.WithOwn(given).WithoutRequest(scope);
        act.Set(self, after);
        act.Transaction.Remove(StateNames.Invitation, id);
        act.Record(self, scope, $"invited: {(invitation.Roles.IsEmpty ? Roles.Member : string.Join(' ', invitation.Roles))}, by {invitation.CreatedBy}");
        act.Record(AuditActions.Invite, scope, $"used: {id[..12]}");
        return Show(act, after, scope);
    }

    private static AdministrationResult<OwnTerms> Sign(ScopeAct act, UserKey self, MembershipsState state, ScopePath path, int version)
    {
        if (act.Authority.Scopes.Find(path) is not { } scope || !(act.Authority.Sees(path) || act.Authority.Access.BelongsBelow(path)))
        {
            return AdministrationRefusal.NoSuchScope;
        }

        if (scope.Terms is not { Version: > 0 } terms)
        {
            return AdministrationRefusal.Conflict("no-terms", $"{path} asks nobody to sign anything.");
        }

        if (terms.Version != version)
        {
            return AdministrationRefusal.Conflict("other-version", $"Version {terms.Version} is in force: read that one.");
        }

        var signature = new TermsSignatureState { Scope = path.Value, Version = version, SignedAt = act.Now };
        act.Set(self, state.WithSignature(signature));
        act.Record(AuditActions.SignTerms, path, $"version {version}");
        return Show(scope, signature.ToSignature(), act.Now);
    }

    private static void Record(ScopeAct act, UserKey self, ScopePath scope, string detail) => act.Entries.Add(new AuditEntry(
        AuditActions.RequestMembership, AuditEntry.Ok, act.Actor.Name, self.ToString(), act.Actor.Address, $"{scope} {detail}", scope.Value));

    private static OwnScope Show(ScopeAct act, MembershipsState state, ScopePath path)
    {
        var access = new ScopeAccess(act.Authority.Scopes, state.ToIndex(), act.Now);
        return new OwnScope(
            act.Authority.Scopes.Find(path)!,
            [.. MemberRules.Of(state, path).Select(item => item.ToMembership())],
            [.. access.RolesHeldIn(path)],
            access.IsOpen(path),
            access.MayEnter(path),
            [.. access.TermsDueFor(path).Select(scope => scope.Path)]);
    }

    private static OwnRequest Show(ScopeAct act, JoinRequestState request)
    {
        var path = new ScopePath(request.Scope);
        return new OwnRequest(
            act.Authority.Sees(path) ? act.Authority.Scopes.Find(path) : null,
            path,
            request.Message,
            request.RequestedAt,
            request.RejectedAt,
            request.Answer);
    }

    private static OwnTerms Show(ScopeSnapshot scope, TermsSignature? signature, DateTimeOffset now) =>
        new(scope, scope.Terms!.Version, signature, scope.Terms.AreDue(signature, now));
}
