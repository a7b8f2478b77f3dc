using Platform.Grains.Administration.Lists;
using Platform.Grains.Administration.Members;
using Platform.Grains.Administration.Sessions;
using Platform.Grains.Audit;
using Platform.Grains.Cluster;
using Platform.Grains.Scopes;
using Platform.Grains.Users;
using Platform.Storage;

namespace Platform.Grains.Administration.Users;

/// <summary>
/// What administrators do to users, whatever way they came in: rows change in one transaction, which rests on what the actor may. A user with a name
/// but without a row, or an administrator without rights, never exists.
/// </summary>
public sealed class UserAdministration
{
    private readonly IStateStore _store;
    private readonly UserList _list;
    private readonly AuthorityReader _authorities;
    private readonly IPasswords _passwords;
    private readonly EndedSessions _ended;
    private readonly MemberTable _members;
    private readonly IAuditLog _audit;
    private readonly TimeProvider _time;

    internal UserAdministration(
        IStateStore store, UserList list, AuthorityReader authorities, IPasswords passwords, EndedSessions ended, MemberTable members, IAuditLog audit, TimeProvider time)
    {
        _store = store;
        _list = list;
        _authorities = authorities;
        _passwords = passwords;
        _ended = ended;
        _members = members;
        _audit = audit;
        _time = time;
    }

    /// <summary>
    /// The users that the actor may see: all for those who administer users, and otherwise members of scopes whose members they may see. Nor does the
    /// latter's filter tell what anyone is elsewhere.
    /// </summary>
    public async Task<AdministrationResult<Page<UserListItem>>> ListAsync(
        AdministrationActor actor, UserFilter filter, PageRequest page, CancellationToken cancellationToken)
    {
        var authority = await _authorities.ReadAsync(actor, cancellationToken);
        if (authority.AllowsAnywhere(Permission.ManageUsers))
        {
            return await _list.FindAsync(filter, page, cancellationToken);
        }

        return authority.ScopesWith(Permission.ViewMembers) is { } seen && !(seen.Exact.IsEmpty && seen.Subtrees.IsEmpty)
            ? await _list.FindAsync(
                filter with { VisibleIn = seen, MembersOf = filter.MembersOf?.Within(seen) ?? (filter.Role is null ? null : seen) }, page, cancellationToken)
            : AdministrationRefusal.Forbidden("Users are listed to managers alone.");
    }

    /// <summary>A user.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="user">A local user name, or <c>directory:id</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<AdministrationResult<AdministeredUser>> FindAsync(AdministrationActor actor, string user, CancellationToken cancellationToken) =>
        StateTransaction.RunAsync<AdministrationResult<AdministeredUser>>(
            _store,
            async (transaction, token) =>
            {
                var now = _time.GetUtcNow();
                var found = await AdministeredRow.FindAsync(transaction, actor, user, now, token);
                return found.IsDone ? AdministeredUser.From(found.Value.Key, found.Value.State, now) : found.Refusal;
            },
            cancellationToken);

    /// <summary>Makes a user of the local directory.</summary>
    public async Task<AdministrationResult<AdministeredUser>> CreateAsync(AdministrationActor actor, NewUser user, CancellationToken cancellationToken)
    {
        var (profile, refusal) = UserRules.Read(user);
        if (profile is null)
        {
            return refusal!;
        }

        if (user.Password is { } chosen && _passwords.FindFault(chosen) is { } fault)
        {
            return AdministrationRefusal.Invalid("password", fault);
        }

        // Before the costly hash, so that nobody who may not has it made; the transaction asks again.
        if (await RefuseAsync(actor, cancellationToken) is { } notAllowed)
        {
            return notAllowed;
        }

        var hash = user.Password is { } password ? await _passwords.HashAsync(password, cancellationToken) : null;
        IReadOnlyList<string> roots = [];
        var result = await StateTransaction.RunAsync<AdministrationResult<AdministeredUser>>(
            _store,
            async (transaction, token) =>
            {
                var now = _time.GetUtcNow();
                var authority = await Authority.ReadAsync(transaction, actor, now, token);
                if (!authority.AllowsAnywhere(Permission.ManageUsers))
                {
                    return AdministeredRow.NotAllowed;
                }

                LocalName.TryParse(profile.UserName, out var name);

                // A name whose holder was never written belongs to a user who was not made after all.
                var key = await UserLookup.FindHolderAsync(transaction, name.Value, token) ?? new UserKey(UserKey.Local, Guid.NewGuid().ToString("N"));
                if (await transaction.FindAsync<UserState>(StateNames.User, key.ToString(), token) is not null)
                {
                    return UserRules.NameTaken;
                }

                await transaction.FindAsync<LocalNameState>(StateNames.LocalName, name.GrainKey, token);
                if (user.Administrator)
                {
                    roots = [.. authority.Scopes.ByName.Select(scope => scope.Path).Where(path => path.Kind == ScopeKind.Infrastructure).Order().Select(path => path.Value)];
                    if (roots.Count == 0)
                    {
                        return AdministrationRefusal.Conflict("no-infrastructure", "There is no infrastructure yet that an administrator could manage; import one first.");
                    }

                    if (!roots.All(root => authority.MayGive(Roles.InfrastructureManager, new ScopePath(root))))
                    {
                        return AdministrationRefusal.Forbidden($"You cannot give the role {Roles.InfrastructureManager} everywhere.");
                    }

                    var memberships = await transaction.FindAsync<MembershipsState>(StateNames.Memberships, key.ToString(), token) ?? new MembershipsState();
                    transaction.Set(
                        StateNames.Memberships,
                        key.ToString(),
                        memberships.With(roots.Select(root => new MembershipState { Scope = root, Roles = [Roles.InfrastructureManager], AcceptedAt = now, AcceptedBy = actor.Name })));
                }

                var state = UserChanges.Make(profile, hash, now);
                transaction.Set(StateNames.LocalName, name.GrainKey, new LocalNameState { Holder = key.ToString() });
                transaction.Set(StateNames.User, key.ToString(), state);
                return AdministeredUser.From(key, state, now);
            },
            cancellationToken);
        if (result.IsDone)
        {
            await RecordAsync(AuditActions.ChangeUser, actor, result.Value.Key, $"added: {result.Value.Profile.UserName}");
            foreach (var root in roots)
            {
                await RecordAsync(AuditActions.ChangeMembership, actor, result.Value.Key, $"{root} added: {Roles.InfrastructureManager}");
            }
        }

        return result;
    }

    /// <summary>Changes the profile of a local user.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="user">A local user name, or <c>directory:id</c>.</param>
    /// <param name="change">What.</param>
    /// <param name="ifMatch">The tags that the change rests on, <c>*</c> for any; null: no condition.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<AdministrationResult<AdministeredUser>> ChangeProfileAsync(
        AdministrationActor actor, string user, ProfileChange change, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken) =>
        ChangeAsync(
            actor,
            user,
            ifMatch,
            "profile changed",
            (row, _, _) =>
            {
                if (row.RefuseUnlessLocal() is { } refusal)
                {
                    return Task.FromResult<AdministrationResult<UserState>>(refusal);
                }

                var (profile, bad) = UserRules.Read(row.State.Profile, change);
                return Task.FromResult<AdministrationResult<UserState>>(profile is null
                    ? bad!
                    : row.State with { DisplayName = profile.DisplayName, Mail = profile.Mail });
            },
            cancellationToken);

    /// <summary>Refuses a user of any directory, which ends their sessions and tokens on every node with this answer, or lets them in again.</summary>
    public Task<AdministrationResult<AdministeredUser>> SetDisabledAsync(
        AdministrationActor actor, string user, bool disabled, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken) =>
        ChangeAsync(
            actor,
            user,
            ifMatch,
            disabled ? "disabled" : "enabled",
            async (row, transaction, token) => row.State.Disabled == disabled ? row.State
                : disabled && await LastManagers.RefusalAsync(transaction, actor, row, _members, _time.GetUtcNow(), token) is { } last ? last
                : UserChanges.SetDisabled(row.State, disabled),
            cancellationToken);

    /// <summary>Sets a local user's password, which ends their sessions and tokens.</summary>
    public async Task<AdministrationResult<AdministeredUser>> SetPasswordAsync(
        AdministrationActor actor, string user, string password, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken)
    {
        if (_passwords.FindFault(password) is { } fault)
        {
            return AdministrationRefusal.Invalid("password", fault);
        }

        if (await RefuseAsync(actor, cancellationToken) is { } notAllowed)
        {
            return notAllowed;
        }

        var hash = await _passwords.HashAsync(password, cancellationToken);
        return await ChangeAsync(
            actor,
            user,
            ifMatch,
            "password set",
            async (row, transaction, token) => row.RefuseUnlessLocal() is { } refusal ? refusal
                : await AdministeredRow.HoldsMoreAsync(transaction, row.Authority, row.Key, _time.GetUtcNow(), token) ? AdministeredRow.HoldsMore
                : UserChanges.SetPassword(row.State, hash),
            cancellationToken);
    }

    /// <summary>
    /// Removes a local user: row, name, memberships and what they gave to clients, in one transaction. Their sessions and tokens are over with it.
    /// </summary>
    public async Task<AdministrationResult<AdministeredUser>> RemoveAsync(
        AdministrationActor actor, string user, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken)
    {
        UserState? removed = null;
        var result = await StateTransaction.RunAsync<AdministrationResult<AdministeredUser>>(
            _store,
            async (transaction, token) =>
            {
                var now = _time.GetUtcNow();
                var found = await AdministeredRow.FindAsync(transaction, actor, user, now, token);
                if (!found.IsDone)
                {
                    return found.Refusal;
                }

                var (key, state, authority) = found.Value;
                if (found.Value.RefuseUnlessLocal() is { } refusal)
                {
                    return refusal;
                }

                var shown = AdministeredUser.From(key, state, now);
                if (!EntityTag.Holds(ifMatch, shown.Tag))
                {
                    return AdministrationRefusal.Stale;
                }

                if (await AdministeredRow.HoldsMoreAsync(transaction, authority, key, now, token))
                {
                    return AdministeredRow.HoldsMore;
                }

                if (await LastManagers.RefusalAsync(transaction, actor, found.Value, _members, now, token) is { } last)
                {
                    return last;
                }

                if (LocalName.TryParse(state.UserName, out var name)
                    && (await transaction.FindAsync<LocalNameState>(StateNames.LocalName, name.GrainKey, token))?.Holder == key.ToString())
                {
                    transaction.Remove(StateNames.LocalName, name.GrainKey);
                }

                await RemoveAsync<MembershipsState>(transaction, StateNames.Memberships, key, token);
                await RemoveAsync<OAuth.Grants.UserGrantsState>(transaction, StateNames.UserGrants, key, token);
                transaction.Remove(StateNames.User, key.ToString());
                removed = state;
                return shown;
            },
            cancellationToken);
        if (result.IsDone)
        {
            await RecordAsync(AuditActions.ChangeUser, actor, result.Value.Key, $"removed: {result.Value.Profile.UserName}");
            await _ended.TidyAsync(removed!.Sessions.Select(session => session.Key));
        }

        return result;
    }

    /// <summary>The key of the user that a text names, a local user name or <c>directory:id</c>; null where there is none. For the operator's commands.</summary>
    public Task<UserKey?> FindKeyAsync(string user, CancellationToken cancellationToken) =>
        StateTransaction.RunAsync(_store, (transaction, token) => UserLookup.FindAsync(transaction, user, token), cancellationToken);

    private static async Task RemoveAsync<TState>(StateTransaction transaction, string type, UserKey key, CancellationToken cancellationToken)
        where TState : class
    {
        await transaction.FindAsync<TState>(type, key.ToString(), cancellationToken);
        transaction.Remove(type, key.ToString());
    }

    /// <summary>Changes the row; where nothing comes out different, nothing is written and nothing recorded.</summary>
    private async Task<AdministrationResult<AdministeredUser>> ChangeAsync(
        AdministrationActor actor,
        string user,
        IReadOnlyCollection<string>? ifMatch,
        string what,
        Func<AdministeredRow, StateTransaction, CancellationToken, Task<AdministrationResult<UserState>>> change,
        CancellationToken cancellationToken)
    {
        UserState? before = null;
        UserState? after = null;
        var result = await StateTransaction.RunAsync<AdministrationResult<AdministeredUser>>(
            _store,
            async (transaction, token) =>
            {
                var now = _time.GetUtcNow();
                var found = await AdministeredRow.FindAsync(transaction, actor, user, now, token);
                if (!found.IsDone)
                {
                    return found.Refusal;
                }

                var (key, state, _) = found.Value;
                if (!EntityTag.Holds(ifMatch, AdministeredUser.From(key, state, now).Tag))
                {
                    return AdministrationRefusal.Stale;
                }

                var changed = await change(found.Value, transaction, token);
                if (!changed.IsDone)
                {
                    return changed.Refusal;
                }

                (before, after) = (state, changed.Value);
                if (after != before)
                {
                    transaction.Set(StateNames.User, key.ToString(), after);
                }

                return AdministeredUser.From(key, after, now);
            },
            cancellationToken);
        if (result.IsDone && after != before)
        {
            await RecordAsync(AuditActions.ChangeUser, actor, result.Value.Key, what);
            if (after!.Epoch != before!.Epoch)
            {
                await _ended.TidyAsync(before.Sessions.Select(session => session.Key));
            }
        }

        return result;
    }

    /// <summary>Whether the actor may not administer users.</summary>
    private async Task<AdministrationRefusal?> RefuseAsync(AdministrationActor actor, CancellationToken cancellationToken) =>
        (await _authorities.ReadAsync(actor, cancellationToken)).AllowsAnywhere(Permission.ManageUsers) ? null : AdministeredRow.NotAllowed;

    /// <summary>Records what is in force already, so the caller's going away does not end it.</summary>
    private ValueTask RecordAsync(string action, AdministrationActor actor, UserKey user, string detail) =>
        _audit.RecordAsync(new AuditEntry(action, AuditEntry.Ok, actor.Name, user.ToString(), actor.Address, detail), CancellationToken.None);
}
