using Platform.Grains.Cluster;
using Platform.Grains.OAuth;
using Platform.Grains.OAuth.Import;
using Platform.Grains.Users;

namespace Platform.Grains.Scopes.Import;

/// <summary>What an import makes of the memberships.</summary>
internal sealed class MembershipPlan(StateTransaction transaction, HierarchyPlan hierarchy, ClientPlan clients, ImportOptions options)
{
    private readonly Dictionary<UserKey, MembershipsState> _before = [];
    private readonly Dictionary<UserKey, Dictionary<string, MembershipState>> _own = [];
    private readonly Dictionary<(UserKey User, ScopePath Scope), ImportPlace> _seen = [];

    internal List<ImportProblem> Problems { get; } = [];

    internal List<ImportChange> Changes { get; } = [];

    /// <summary>Works out the changes and stages them in the transaction.</summary>
    internal async Task MakeAsync(IReadOnlyList<ImportedMembership> imported, CancellationToken cancellationToken)
    {
        var users = new Dictionary<string, UserKey?>(StringComparer.Ordinal);
        foreach (var membership in imported)
        {
            if (!users.TryGetValue(membership.User, out var user))
            {
                user = users[membership.User] = await FindUserAsync(membership.User, cancellationToken);
            }

            if (user is { } key)
            {
                await ApplyAsync(key, membership, cancellationToken);
            }
            else
            {
                Problems.Add(new ImportProblem(membership.UserPlace, Missing(membership.User)));
            }
        }

        foreach (var client in clients.Removed)
        {
            await LeaveAllScopesAsync(client.AsMember, cancellationToken);
        }

        if (hierarchy.Removed.Count > 0)
        {
            await LeaveRemovedScopesAsync(cancellationToken);
        }

        Stage();
    }

    private async Task ApplyAsync(UserKey user, ImportedMembership membership, CancellationToken cancellationToken)
    {
        if (!_seen.TryAdd((user, membership.Scope), membership.Place))
        {
            Problems.Add(new ImportProblem(
                membership.Place, $"this user's membership of '{membership.Scope}' stands in this file before, in line {_seen[(user, membership.Scope)].Line}"));
            return;
        }

        if (!membership.Remove && !hierarchy.Contains(membership.Scope))
        {
            Problems.Add(new ImportProblem(membership.Place, $"there is no scope '{membership.Scope}'"));
            return;
        }

        var own = await OwnAsync(user, cancellationToken);
        var isNew = !own.TryGetValue(membership.Scope.Value, out var old);
        if (membership.Remove)
        {
            if (own.Remove(membership.Scope.Value))
            {
                Changes.Add(new ImportChange(ImportChangeKind.Removed, membership.Scope, user.ToString(), null));
            }

            return;
        }

        old ??= new MembershipState { Scope = membership.Scope.Value };
        var next = MembershipState.From(old.ToMembership() with
        {
            Roles = membership.Roles is { } roles ? roles.Value : old.Roles,
            Until = membership.Until is { } until ? until.Value : old.Until,
            Suspended = membership.Suspended is { } suspended ? suspended.Value : old.Suspended,
        });
        if (isNew || !next.Same(old))
        {
            own[membership.Scope.Value] = next;
            Changes.Add(new ImportChange(isNew ? ImportChangeKind.Added : ImportChangeKind.Changed, membership.Scope, user.ToString(), Describe(next)));
        }
    }

    private async Task<Dictionary<string, MembershipState>> OwnAsync(UserKey user, CancellationToken cancellationToken)
    {
        if (!_own.TryGetValue(user, out var own))
        {
            var state = await transaction.FindAsync<MembershipsState>(StateNames.Memberships, user.ToString(), cancellationToken) ?? new MembershipsState();
            _before[user] = state;
            own = _own[user] = Index(state);
        }

        return own;
    }

    /// <summary>Takes away all memberships of removed scopes: a scope that is made anew under the same path starts without members.</summary>
    private async Task LeaveRemovedScopesAsync(CancellationToken cancellationToken)
    {
        await foreach (var (key, state) in transaction.ListAsync<MembershipsState>(StateNames.Memberships, cancellationToken))
        {
            var user = UserKey.Parse(key);
            if (!_own.ContainsKey(user))
            {
                _before[user] = state;
                _own[user] = Index(state);
            }

            foreach (var scope in hierarchy.Removed.Where(scope => _own[user].Remove(scope.Value)))
            {
                Changes.Add(new ImportChange(ImportChangeKind.Removed, scope, key, null));
            }
        }
    }

    private async Task LeaveAllScopesAsync(UserKey user, CancellationToken cancellationToken)
    {
        var own = await OwnAsync(user, cancellationToken);
        Changes.AddRange(own.Keys.Select(scope => new ImportChange(ImportChangeKind.Removed, new ScopePath(scope), user.ToString(), null)));
        own.Clear();
    }

    private void Stage()
    {
        foreach (var (user, own) in _own)
        {
            var before = _before[user];
            var fromDirectories = before.Items.Where(item => item.Source is not null && !hierarchy.Removed.Contains(new ScopePath(item.Scope)));
            var after = before.With(fromDirectories.Concat(own.Values));
            if (after.Items.Length != before.Items.Length || !after.Items.Zip(before.Items).All(pair => pair.First.Same(pair.Second)))
            {
                transaction.Set(StateNames.Memberships, user.ToString(), after);

                // The memberships are of scopes that exist: nobody may remove one meanwhile.
                transaction.RestOn(StateNames.Scopes, ScopeHierarchyState.Key);
            }
        }
    }

    private static string Missing(string user) => UserLookup.TryParseKey(user, out var key) && key.Directory == ClientId.MemberDirectory
        ? $"there is no client '{key.Id}'"
        : $"there is no user '{user}'";

    private async Task<UserKey?> FindUserAsync(string text, CancellationToken cancellationToken)
    {
        if (UserLookup.TryParseKey(text, out var member) && member.Directory == ClientId.MemberDirectory)
        {
            return ClientId.TryParse(member.Id, out var client) && await clients.ContainsAsync(client, cancellationToken) ? member : null;
        }

        var user = await UserLookup.FindAsync(transaction, text, cancellationToken);
        return user is null && options.UnseenUsers && UserLookup.TryParseKey(text, out var key) && key.Directory != UserKey.Local ? key : user;
    }

    private static Dictionary<string, MembershipState> Index(MembershipsState state) =>
        state.Items.Where(item => item.Source is null).ToDictionary(item => item.Scope, StringComparer.Ordinal);

    private static string Describe(MembershipState membership) =>
        (membership.Roles.IsEmpty ? Roles.Member : string.Join(' ', membership.Roles))
        + (membership.Suspended ? ", suspended" : "")
        + (membership.Until is { } until ? $", until {ImportTime.Write(until)}" : "");
}
