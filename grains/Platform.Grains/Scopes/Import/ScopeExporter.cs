using System.Collections.Immutable;
using Platform.Grains.Cluster;
using Platform.Grains.OAuth;
using Platform.Grains.OAuth.Clients;
using Platform.Grains.Users;
using Platform.Storage;

namespace Platform.Grains.Scopes.Import;

/// <summary>All scopes, all clients, and all memberships that were given on the platform; those that a directory's groups give come from there again.</summary>
/// <param name="Scopes">The scopes, ordered by path (ordinal), so that a scope comes before those below it.</param>
/// <param name="Memberships">The memberships, ordered by user and scope.</param>
public sealed record ScopeExport(IReadOnlyList<ScopeSnapshot> Scopes, IReadOnlyList<ExportedMembership> Memberships)
{
    /// <summary>All OAuth clients, ordered by id.</summary>
    public IReadOnlyList<ClientSnapshot> Clients { get; init; } = [];
}

/// <summary>One membership.</summary>
/// <param name="User">The local user's name, or <c>directory:id</c>; for a client <c>client:id</c>.</param>
/// <param name="Membership">The membership.</param>
public sealed record ExportedMembership(string User, Membership Membership);

/// <summary>Reads what <see cref="ScopeImporter"/> writes.</summary>
public sealed class ScopeExporter(IStateStore store)
{
    /// <summary>
    /// Reads everything. Changes that are made meanwhile may be in it or not, one user's at a time; the hierarchy is of one instant.
    /// </summary>
    public Task<ScopeExport> ExportAsync(CancellationToken cancellationToken) => StateTransaction.RunAsync(store, ReadAsync, cancellationToken);

    private static async Task<ScopeExport> ReadAsync(StateTransaction transaction, CancellationToken cancellationToken)
    {
        var memberships = new List<ExportedMembership>();
        await foreach (var (key, state) in transaction.ListAsync<MembershipsState>(StateNames.Memberships, cancellationToken))
        {
            var own = state.Items.Where(item => item.Source is null).ToImmutableArray();
            if (own.Length > 0)
            {
                var user = await NameAsync(transaction, key, cancellationToken);
                memberships.AddRange(own.Select(item => new ExportedMembership(user, item.ToMembership())));
            }
        }

        var clients = new List<ClientSnapshot>();
        await foreach (var (key, state) in transaction.ListAsync<ClientState>(StateNames.Client, cancellationToken))
        {
            clients.Add(state.ToSnapshot(ClientId.FromGrainKey(key)));
        }

        // Read last: a scope that a membership names was there before the membership was.
        var hierarchy = await transaction.FindAsync<ScopeHierarchyState>(StateNames.Scopes, ScopeHierarchyState.Key, cancellationToken);
        var scopes = (hierarchy?.Scopes ?? []).Select(scope => scope.ToSnapshot()).ToList();
        var paths = scopes.Select(scope => scope.Path).ToHashSet();
        return new ScopeExport(scopes, [.. memberships
            .Where(membership => paths.Contains(membership.Membership.Scope))
            .OrderBy(membership => membership.User, StringComparer.Ordinal)
            .ThenBy(membership => membership.Membership.Scope)]) { Clients = clients };
    }

    private static async Task<string> NameAsync(StateTransaction transaction, string key, CancellationToken cancellationToken)
    {
        var user = UserKey.Parse(key);
        var state = user.Directory == UserKey.Local
            ? await transaction.FindAsync<UserState>(StateNames.User, key, cancellationToken)
            : null;
        return state is { UserName.Length: > 0 } ? state.UserName : key;
    }
}
