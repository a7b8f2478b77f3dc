using System.Collections.Immutable;
using Platform.Grains.Administration.Lists;
using Platform.Grains.Administration.Scopes;
using Platform.Grains.Audit;
using Platform.Grains.Scopes;
using Platform.Grains.Scopes.Import;
using Platform.Storage;

namespace Platform.Grains.Administration.Members;

/// <summary>Who belongs to a scope, and who asks to. A user is named by a local user name or <c>directory:id</c>, a client by <c>client:id</c>.</summary>
public sealed class MemberAdministration
{
    private readonly IStateStore _store;
    private readonly ScopeActs _acts;
    private readonly AuthorityReader _authorities;
    private readonly MemberTable _table;
    private readonly MemberList _list;

    internal MemberAdministration(IStateStore store, ScopeActs acts, AuthorityReader authorities, MemberTable table, MemberList list)
    {
        _store = store;
        _acts = acts;
        _authorities = authorities;
        _table = table;
        _list = list;
    }

    /// <summary>The members of a scope, those that are suspended or over included, by name.</summary>
    public async Task<AdministrationResult<Page<AdministeredMember>>> ListAsync(
        AdministrationActor actor, ScopePath scope, MemberQuery query, CancellationToken cancellationToken)
    {
        var authority = await _authorities.ReadAsync(actor, cancellationToken);
        string? role = null;
        if ((RefusalOfViewing(authority, scope) ?? RefusalOfRole(query.Role, out role)) is { } refusal)
        {
            return refusal;
        }

        var filter = new MemberFilter { Scopes = ScopeSelection.Of(scope), Text = query.Text, Role = role, Standings = StandingsOf(query.Suspended) };
        var found = await _list.FindAsync(filter, query.Page, cancellationToken);
        if (!found.IsDone)
        {
            return found.Refusal;
        }

        var known = await KnownUsers.DescribeAsync(_store, [.. found.Value.Items.Select(item => item.User)], cancellationToken);
        return new Page<AdministeredMember>(
            [.. found.Value.Items.Zip(known, (item, user) => MemberRules.Show(user, scope, [.. item.Memberships.Select(MembershipState.From)]))],
            found.Value.Next,
            found.Value.Total);
    }

    /// <summary>One member.</summary>
    public Task<AdministrationResult<AdministeredMember>> FindAsync(
        AdministrationActor actor, ScopePath scope, string user, CancellationToken cancellationToken) =>
        _acts.MakeAsync<AdministeredMember>(
            actor,
            async (act, token) =>
            {
                if (RefusalOfViewing(act.Authority, scope) is { } refusal)
                {
                    return refusal;
                }

                return await FindAsync(act, scope, user, token) is (_, { } member, _) ? member : MemberRules.NoSuchMember;
            },
            cancellationToken);

    /// <summary>Makes someone a member, unasked.</summary>
    public Task<AdministrationResult<AdministeredMember>> AddAsync(
        AdministrationActor actor, ScopePath scope, NewMember member, CancellationToken cancellationToken) =>
        _acts.MakeAsync<AdministeredMember>(actor, (act, token) => AddAsync(act, scope, member, token), cancellationToken);

    /// <summary>Changes a membership's roles and its end.</summary>
    public Task<AdministrationResult<AdministeredMember>> ChangeAsync(
        AdministrationActor actor, ScopePath scope, string user, MemberChange change, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken) =>
        MakeAsync(actor, scope, user, ifMatch, (act, state, member) => Change(act, state, member, change), cancellationToken);

    /// <summary>Suspends a member, also one whom a directory makes one.</summary>
    public Task<AdministrationResult<AdministeredMember>> SuspendAsync(
        AdministrationActor actor, ScopePath scope, string user, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken) =>
        MakeAsync(actor, scope, user, ifMatch, Suspend, cancellationToken);

    /// <summary>Ends a suspension.</summary>
    public Task<AdministrationResult<AdministeredMember>> ResumeAsync(
        AdministrationActor actor, ScopePath scope, string user, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken) =>
        MakeAsync(actor, scope, user, ifMatch, Resume, cancellationToken);

    /// <summary>Takes away what was given on the platform. The result is what a directory still gives, without memberships where nothing is left.</summary>
    public Task<AdministrationResult<AdministeredMember>> RemoveAsync(
        AdministrationActor actor, ScopePath scope, string user, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken) =>
        MakeAsync(actor, scope, user, ifMatch, Remove, cancellationToken);

    /// <summary>The requests that wait for an answer, by name.</summary>
    public async Task<AdministrationResult<Page<JoinRequest>>> ListRequestsAsync(
        AdministrationActor actor, ScopePath scope, PageRequest page, CancellationToken cancellationToken)
    {
        var authority = await _authorities.ReadAsync(actor, cancellationToken);
        if (RefusalOfViewing(authority, scope) is { } refusal)
        {
            return refusal;
        }

        var filter = new MemberFilter { Scopes = ScopeSelection.Of(scope), Standings = [MemberStanding.Pending] };
        var found = await _list.FindAsync(filter, page, cancellationToken);
        if (!found.IsDone)
        {
            return found.Refusal;
        }

        var known = await KnownUsers.DescribeAsync(_store, [.. found.Value.Items.Select(item => item.User)], cancellationToken);
        return new Page<JoinRequest>(
            [.. found.Value.Items.Zip(known, (item, user) => Show(
                user, new JoinRequestState { Scope = scope.Value, Message = item.Request!.Message, RequestedAt = item.Request.RequestedAt }))],
            found.Value.Next,
            found.Value.Total);
    }

    /// <summary>Makes someone a member who asked to become one.</summary>
    public Task<AdministrationResult<AdministeredMember>> AcceptAsync(
        AdministrationActor actor,
        ScopePath scope,
        string user,
        ImmutableArray<string> roles,
        DateTimeOffset? until,
        IReadOnlyCollection<string>? ifMatch,
        CancellationToken cancellationToken) =>
        _acts.MakeAsync<AdministeredMember>(actor, (act, token) => AcceptAsync(act, scope, user, roles, until, ifMatch, token), cancellationToken);

    /// <summary>Rejects a request, with a message to who asked.</summary>
    public Task<AdministrationResult<JoinRequest>> RejectAsync(
        AdministrationActor actor, ScopePath scope, string user, string? message, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken) =>
        _acts.MakeAsync<JoinRequest>(actor, (act, token) => RejectAsync(act, scope, user, message, ifMatch, token), cancellationToken);

    private static AdministrationRefusal? RefusalOfViewing(Authority authority, ScopePath scope) =>
        authority.RefusalOf(Permission.ViewMembers, scope, $"You may not see the members of {scope}.");

    private static AdministrationRefusal? RefusalOfAdmitting(ScopeAct act, ScopePath scope) =>
        act.RefusalOf(Permission.AdmitMembers, scope, $"You may not admit or change members of {scope}.");

    private static AdministrationRefusal? RefusalOfRole(string? role, out string? spelled)
    {
        spelled = role is not null && Roles.All.TryGetValue(role, out var one) ? one : null;
        return role is null || spelled is not null ? null : AdministrationRefusal.Invalid("role", "There is no such role.");
    }

    private static MemberStanding[] StandingsOf(bool? suspended) => suspended switch
    {
        true => [MemberStanding.Suspended],
        false => [MemberStanding.Active, MemberStanding.Ended],
        _ => [MemberStanding.Active, MemberStanding.Suspended, MemberStanding.Ended],
    };

    /// <summary>A member as a change finds them; who is none has no memberships.</summary>
    private static async Task<(MembershipsState State, AdministeredMember? Member, KnownUser? User)> FindAsync(
        ScopeAct act, ScopePath scope, string user, CancellationToken cancellationToken)
    {
        if (await KnownUsers.FindAsync(act.Transaction, user, cancellationToken) is not { } known)
        {
            return (new MembershipsState(), null, null);
        }

        var state = await act.MembershipsAsync(known.Key, cancellationToken);
        var member = MemberRules.Show(known, state, scope);
        return (state, member.Memberships.Length > 0 ? member : null, known);
    }

    private Task<AdministrationResult<AdministeredMember>> MakeAsync(
        AdministrationActor actor, ScopePath scope, string user, IReadOnlyCollection<string>? ifMatch, MemberStep step, CancellationToken cancellationToken) =>
        _acts.MakeAsync<AdministeredMember>(
            actor,
            async (act, token) =>
            {
                if (RefusalOfAdmitting(act, scope) is { } refusal)
                {
                    return refusal;
                }

                if (await FindAsync(act, scope, user, token) is not (var state, { } member, _))
                {
                    return MemberRules.NoSuchMember;
                }

                if (!EntityTag.Holds(ifMatch, member.Tag))
                {
                    return AdministrationRefusal.Stale;
                }

                var made = step(act, state, member);
                if (made.Refusal is { } refused)
                {
                    return refused;
                }

                if (await MemberRules.RefusalOfLastManagerAsync(act, _table, member.User.Key, scope, state, made.After!, token) is { } last)
                {
                    return last;
                }

                if (made.Detail is { } detail)
                {
                    act.Set(member.User.Key, made.After!);
                    act.Record(member.User.Key, scope, detail);
                }

                return MemberRules.Show(member.User, made.After!, scope);
            },
            cancellationToken);

    private static async Task<AdministrationResult<AdministeredMember>> AddAsync(
        ScopeAct act, ScopePath scope, NewMember member, CancellationToken cancellationToken)
    {
        ImmutableArray<string> roles = [];
        if ((RefusalOfAdmitting(act, scope) ?? RefusalOfGiving(act, scope, member.Roles, member.Until, out roles)) is { } refusal)
        {
            return refusal;
        }

        var (state, present, known) = await FindAsync(act, scope, member.User, cancellationToken);
        if (known is null)
        {
            return new AdministrationRefusal(RefusalKind.Invalid, "no-such-user", "There is no such user.", "user");
        }

        if (present is { Suspended: true })
        {
            return MemberRules.SuspendedMember;
        }

        return present?.Own is { } own && !own.IsOver(act.Now)
            ? AdministrationRefusal.Conflict("already-member", "They are a member already; change the membership.")
            : Admit(act, scope, known, state, roles, member.Until);
    }

    private static AdministrationRefusal? RefusalOfGiving(
        ScopeAct act, ScopePath scope, ImmutableArray<string> roles, DateTimeOffset? until, out ImmutableArray<string> read) =>
        MemberRules.Read(roles, scope, out read)
        ?? MemberRules.RefusalOfRoles(act, read, scope)
        ?? ScopeTexts.RefusalOfEnd("until", until, act.Now);

    /// <summary>Makes someone a member; a request of theirs is answered by it.</summary>
    private static AdministeredMember Admit(
        ScopeAct act, ScopePath scope, KnownUser user, MembershipsState state, ImmutableArray<string> roles, DateTimeOffset? until)
    {
        var request = state.FindRequest(scope) is { RejectedAt: null } waiting ? waiting : null;
        var given = new Membership(
            scope, roles, until?.ToUniversalTime(), null, RequestedAt: request?.RequestedAt, AcceptedAt: act.Now, AcceptedBy: act.Actor.Name);
        var after = state.WithOwn(given).WithoutRequest(scope);
        act.Set(user.Key, after);
        act.Record(user.Key, scope, $"{(request is null ? "added" : "request accepted")}: {Describe(roles, given.Until)}");
        return MemberRules.Show(user, after, scope);
    }

    private static MemberStepResult Change(ScopeAct act, MembershipsState state, AdministeredMember member, MemberChange change)
    {
        if (member.Own is not { IsBlock: false } own)
        {
            return FromDirectory(member, "changed");
        }

        var wanted = change.Roles?.Value ?? own.Roles;
        if (MemberRules.Read(wanted, member.Scope, out var roles) is { } wrong)
        {
            return wrong;
        }

        // Who sets an end anew gives the roles for that time, or takes them from then on.
        var until = change.Until is { } given ? given.Value?.ToUniversalTime() : own.Until;
        var touched = until == own.Until ? roles.Except(own.Roles).Concat(own.Roles.Except(roles)) : roles.Union(own.Roles);
        if ((MemberRules.RefusalOfRoles(act, touched, member.Scope)
            ?? (change.Until is null ? null : ScopeTexts.RefusalOfEnd("until", until, act.Now))) is { } refusal)
        {
            return refusal;
        }

        return new MemberStepResult(state.WithOwn(own with { Roles = roles, Until = until }), $"changed: {Describe(roles, until)}");
    }

    private static MemberStepResult Suspend(ScopeAct act, MembershipsState state, AdministeredMember member)
    {
        if (member.Suspended)
        {
            return new MemberStepResult(state, null);
        }

        if (MemberRules.RefusalOfRoles(act, member.Roles, member.Scope) is { } refusal)
        {
            return refusal;
        }

        var blocked = member.Own is { } own ? own with { Suspended = true } : new Membership(member.Scope, [], null, null, Suspended: true, AcceptedBy: act.Actor.Name);
        return new MemberStepResult(state.WithOwn(blocked), "suspended");
    }

    private static MemberStepResult Resume(ScopeAct act, MembershipsState state, AdministeredMember member)
    {
        if (!member.Suspended)
        {
            return new MemberStepResult(state, null);
        }

        if (MemberRules.RefusalOfRoles(act, member.Roles, member.Scope) is { } refusal)
        {
            return refusal;
        }

        return new MemberStepResult(
            member.Own is { IsBlock: false } own ? state.WithOwn(own with { Suspended = false }) : state.WithoutOwn(member.Scope), "resumed");
    }

    private static MemberStepResult Remove(ScopeAct act, MembershipsState state, AdministeredMember member)
    {
        if (member.Own is not { IsBlock: false } own)
        {
            return FromDirectory(member, "removed");
        }

        // Without it the directory's membership would count again.
        if (own.Suspended && member.Directories.Length > 0)
        {
            return AdministrationRefusal.Conflict(
                "from-directory", $"They are suspended, and the directory {string.Join(", ", member.Directories)} makes them a member, too: end the suspension first.");
        }

        return MemberRules.RefusalOfRoles(act, own.Roles, member.Scope) is { } refusal
            ? refusal
            : new MemberStepResult(state.WithoutOwn(member.Scope), "removed");
    }

    private static MemberStepResult FromDirectory(AdministeredMember member, string act) => member.Directories.Length > 0
        ? AdministrationRefusal.Conflict(
            "from-directory", $"The directory {string.Join(", ", member.Directories)} makes them a member: that is {act} there. Here they can be suspended.")
        : AdministrationRefusal.Conflict("only-suspended", "Nothing is left of the membership but its suspension; end that.");

    private static async Task<AdministrationResult<AdministeredMember>> AcceptAsync(
        ScopeAct act, ScopePath scope, string user, ImmutableArray<string> roles, DateTimeOffset? until, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken)
    {
        ImmutableArray<string> given = [];
        if ((RefusalOfAdmitting(act, scope) ?? RefusalOfGiving(act, scope, roles, until, out given)) is { } refusal)
        {
            return refusal;
        }

        var (state, present, known) = await FindAsync(act, scope, user, cancellationToken);
        if (known is null || state.FindRequest(scope) is not { RejectedAt: null } request)
        {
            return MemberRules.NoSuchRequest;
        }

        if (present is { Suspended: true })
        {
            return MemberRules.SuspendedMember;
        }

        return EntityTag.Holds(ifMatch, EntityTag.Of(request)) ? Admit(act, scope, known, state, given, until) : AdministrationRefusal.Stale;
    }

    private static async Task<AdministrationResult<JoinRequest>> RejectAsync(
        ScopeAct act, ScopePath scope, string user, string? message, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken)
    {
        if ((RefusalOfAdmitting(act, scope) ?? ScopeTexts.RefusalOfMessage("message", message)) is { } refusal)
        {
            return refusal;
        }

        var (state, _, known) = await FindAsync(act, scope, user, cancellationToken);
        if (known is null || state.FindRequest(scope) is not { RejectedAt: null } request)
        {
            return MemberRules.NoSuchRequest;
        }

        if (!EntityTag.Holds(ifMatch, EntityTag.Of(request)))
        {
            return AdministrationRefusal.Stale;
        }

        var rejected = request with { RejectedAt = act.Now, RejectedBy = act.Actor.Name, Answer = message };
        act.Set(known.Key, state.WithRequest(rejected));
        act.Entries.Add(new AuditEntry(
            AuditActions.RequestMembership, AuditEntry.Ok, act.Actor.Name, known.Key.ToString(), act.Actor.Address, $"{scope} rejected", scope.Value));
        return Show(known, rejected);
    }

    private static JoinRequest Show(KnownUser user, JoinRequestState request) => new(
        user, new ScopePath(request.Scope), request.Message, request.RequestedAt, request.RejectedAt, request.Answer, EntityTag.Of(request));

    private static string Describe(ImmutableArray<string> roles, DateTimeOffset? until) =>
        (roles.IsEmpty ? Roles.Member : string.Join(' ', roles)) + (until is { } end ? $", until {ImportTime.Write(end)}" : "");

    private delegate MemberStepResult MemberStep(ScopeAct act, MembershipsState state, AdministeredMember member);

    /// <summary>What a change makes of someone's memberships; without a detail nothing changes.</summary>
    private readonly record struct MemberStepResult(MembershipsState? After, string? Detail, AdministrationRefusal? Refusal = null)
    {
        public static implicit operator MemberStepResult(AdministrationRefusal refusal) => new(null, null, refusal);
    }
}
