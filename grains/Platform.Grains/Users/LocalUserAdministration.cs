using Platform.Grains.Audit;
using Platform.Grains.Cluster;
using Platform.Grains.Scopes;
using Platform.Storage;

namespace Platform.Grains.Users;

/// <summary>How a change of a local user ended.</summary>
public enum LocalUserOutcome
{
    /// <summary>It was made.</summary>
    Done,

    /// <summary>Everything was so already.</summary>
    Unchanged,

    /// <summary>The name is not one that a local user can have.</summary>
    BadName,

    /// <summary>The display name or the mail address is not one.</summary>
    BadProfile,

    /// <summary>The password is not one that may be chosen.</summary>
    BadPassword,

    /// <summary>Someone has the name.</summary>
    NameTaken,

    /// <summary>Nobody has the name.</summary>
    NoSuchUser,

    /// <summary>An administrator was asked for, and there is no infrastructure to administer.</summary>
    NoInfrastructure,
}

/// <summary>
/// What an operator does to local users. Like an import it writes the rows of the grains in one transaction: a user with a name but
/// without a password, or an administrator without rights, never exists.
/// </summary>
public sealed class LocalUserAdministration(IStateStore store, IAuditLog audit)
{
    private const string Address = "console";

    /// <summary>Makes a user; as an administrator, Infrastructure-Manager of every infrastructure that there is.</summary>
    public async Task<LocalUserOutcome> AddAsync(LocalUserDefinition definition, bool admin, string actor, CancellationToken cancellationToken)
    {
        if (!LocalName.TryParse(definition.UserName, out var name))
        {
            return LocalUserOutcome.BadName;
        }

        var (outcome, user, roots) = await StateTransaction.RunAsync(
            store, (transaction, token) => AddAsync(transaction, name, definition, admin, token), cancellationToken);
        if (outcome == LocalUserOutcome.Done)
        {
            await RecordAsync(AuditActions.ChangeUser, actor, user, $"added: {name}");
            foreach (var root in roots)
            {
                await RecordAsync(AuditActions.ChangeMembership, actor, user, $"{root} added: {Roles.InfrastructureManager}");
            }
        }

        return outcome;
    }

    /// <summary>Disables a user, which ends their sessions, or enables them.</summary>
    public Task<LocalUserOutcome> SetDisabledAsync(string name, bool disabled, string actor, CancellationToken cancellationToken) =>
        ChangeAsync(
            name,
            state => state.Disabled == disabled ? null : UserChanges.SetDisabled(state, disabled),
            disabled ? "disabled" : "enabled",
            actor,
            cancellationToken);

    /// <summary>Replaces a user's password, which ends their sessions.</summary>
    public Task<LocalUserOutcome> SetPasswordAsync(string name, string passwordHash, string actor, CancellationToken cancellationToken) =>
        ChangeAsync(
            name,
            state => UserChanges.Define(state, new LocalUserDefinition(state.UserName, state.DisplayName, state.Mail, passwordHash, state.Disabled)),
            "password set",
            actor,
            cancellationToken);

    /// <summary>The key of the local user with this name; null where there is none.</summary>
    public Task<UserKey?> FindAsync(string name, CancellationToken cancellationToken) =>
        StateTransaction.RunAsync(store, (transaction, token) => UserLookup.FindAsync(transaction, name, token), cancellationToken);

    private static async Task<(LocalUserOutcome Outcome, UserKey User, IReadOnlyList<string> Roots)> AddAsync(
        StateTransaction transaction, LocalName name, LocalUserDefinition definition, bool admin, CancellationToken cancellationToken)
    {
        // A name whose holder was never written belongs to a user who was not made after all.
        var claimed = await UserLookup.FindHolderAsync(transaction, name.Value, cancellationToken);
        var user = claimed ?? new UserKey(UserKey.Local, Guid.NewGuid().ToString("N"));
        if (await transaction.FindAsync<UserState>(StateNames.User, user.ToString(), cancellationToken) is not null)
        {
            return (LocalUserOutcome.NameTaken, user, []);
        }

        IReadOnlyList<string> roots = [];
        if (admin)
        {
            var hierarchy = await transaction.FindAsync<ScopeHierarchyState>(StateNames.Scopes, ScopeHierarchyState.Key, cancellationToken);
            roots = [.. (hierarchy?.Scopes ?? []).Select(scope => scope.Path).Where(path => new ScopePath(path).Kind == ScopeKind.Infrastructure)];
            if (roots.Count == 0)
            {
                return (LocalUserOutcome.NoInfrastructure, user, []);
            }

            await AdmitAsync(transaction, user, roots, cancellationToken);
            transaction.RestOn(StateNames.Scopes, ScopeHierarchyState.Key);
        }

        transaction.Set(StateNames.LocalName, name.GrainKey, new LocalNameState { Holder = user.ToString() });
        transaction.Set(StateNames.User, user.ToString(), UserChanges.Define(null, definition));
        return (LocalUserOutcome.Done, user, roots);
    }

    private static async Task AdmitAsync(StateTransaction transaction, UserKey user, IReadOnlyList<string> roots, CancellationToken cancellationToken)
    {
        var memberships = await transaction.FindAsync<MembershipsState>(StateNames.Memberships, user.ToString(), cancellationToken) ?? new MembershipsState();
        transaction.Set(
            StateNames.Memberships,
            user.ToString(),
            memberships.With(roots.Select(root => new MembershipState { Scope = root, Roles = [Roles.InfrastructureManager] })));
    }

    private async Task<LocalUserOutcome> ChangeAsync(
        string name, Func<UserState, UserState?> change, string detail, string actor, CancellationToken cancellationToken)
    {
        var (outcome, user) = await StateTransaction.RunAsync(
            store,
            async (transaction, token) =>
            {
                if (await UserLookup.FindAsync(transaction, name, token) is not { Directory: UserKey.Local } found)
                {
                    return (LocalUserOutcome.NoSuchUser, default);
                }

                var state = await transaction.FindAsync<UserState>(StateNames.User, found.ToString(), token);
                if (change(state!) is not { } next)
                {
                    return (LocalUserOutcome.Unchanged, found);
                }

                transaction.Set(StateNames.User, found.ToString(), next);
                return (LocalUserOutcome.Done, found);
            },
            cancellationToken);
        if (outcome == LocalUserOutcome.Done)
        {
            await RecordAsync(AuditActions.ChangeUser, actor, user, detail);
        }

        return outcome;
    }

    /// <summary>Records what is in force already, so the caller's going away does not end it.</summary>
    private ValueTask RecordAsync(string action, string actor, UserKey user, string detail) =>
        audit.RecordAsync(new AuditEntry(action, AuditEntry.Ok, actor, user.ToString(), Address, detail), CancellationToken.None);
}
