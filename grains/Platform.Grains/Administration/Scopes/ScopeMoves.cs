using System.Collections.Immutable;
using Platform.Grains.Administration.Members;
using Platform.Grains.Audit;
using Platform.Grains.Cluster;
using Platform.Grains.Policies;
using Platform.Grains.Resources;
using Platform.Grains.Runs;
using Platform.Grains.Scopes;
using Platform.Grains.Users;
using Platform.Storage;

namespace Platform.Grains.Administration.Scopes;

/// <summary>Moves a VRE into another VO: all that is keyed by its path in one transaction.</summary>
internal sealed class ScopeMoves(IStateStore store, ScopeActs acts, MemberTable table, RunRows runs)
{
    public async Task<AdministrationResult<MovedScope>> MoveAsync(
        AdministrationActor actor, ScopePath path, ScopePath newParent, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken)
    {
        var result = await acts.MakeAsync<MovedScope>(actor, (act, token) => MoveAsync(act, path, newParent, ifMatch, token), cancellationToken);
        if (result.IsDone)
        {
            // Someone who was admitted between the look at the index and the commit; now that the path is gone, nobody is any longer.
            foreach (var user in await table.AllOfAsync(path, CancellationToken.None))
            {
                await StateTransaction.RunAsync(
                    store, (transaction, token) => MoveMemberAsync(transaction, UserKey.Parse(user), path, result.Value.Scope.Scope.Path, token), CancellationToken.None);
            }
        }

        return result;
    }

    private async Task<AdministrationResult<MovedScope>> MoveAsync(
        ScopeAct act, ScopePath from, ScopePath newParent, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken)
    {
        if (from.Kind != ScopeKind.VirtualResearchEnvironment || newParent.Kind != ScopeKind.VirtualOrganisation)
        {
            return AdministrationRefusal.Invalid("to", "A VRE is moved, into a VO.");
        }

        if (act.Authority.Scopes.Find(from) is not { } scope || !act.Authority.Sees(from))
        {
            return AdministrationRefusal.NoSuchScope;
        }

        if (!ScopePath.TryParse($"{newParent.Value}/{from.Name}", out var to))
        {
            return AdministrationRefusal.Invalid("to", "The path would be too long.");
        }

        if ((act.RefusalOf(Permission.MoveScope, from.Parent!.Value, $"You may not move VREs out of {from.Parent}.")
            ?? act.RefusalOf(Permission.MoveScope, newParent, $"You may not move VREs into {newParent}.")
            ?? act.RefusalOfArchived(from)) is { } refusal)
        {
            return refusal;
        }

        if (!EntityTag.Holds(ifMatch, ScopeViews.Show(act.Authority, scope, act.Now, 0).Tag))
        {
            return AdministrationRefusal.Stale;
        }

        if (await NewScopes.RefusalOfPathAsync(act, to, cancellationToken) is { } taken)
        {
            return taken;
        }

        var hierarchy = await act.HierarchyAsync(cancellationToken);
        var index = ScopeHierarchyChanges.IndexOf(hierarchy, from);
        var state = hierarchy.Scopes[index];
        var after = ScopeHierarchyChanges.Add(hierarchy with { Scopes = hierarchy.Scopes.RemoveAt(index) }, state with { Path = to.Value });
        act.Set(after);
        var members = 0;
        foreach (var user in await table.AllOfAsync(from, cancellationToken))
        {
            members += await MoveMemberAsync(act.Transaction, UserKey.Parse(user), from, to, cancellationToken);
        }

        await MoveInvitationsAsync(act.Transaction, from, to, cancellationToken);
        await runs.MoveAsync(act.Transaction, from, to, cancellationToken);
        var documents = await MoveDocumentsAsync(act.Transaction, from, to, cancellationToken);
        act.Record(AuditActions.ChangeScope, to, $"moved from {from}: {members} members, {documents} documents");
        var authority = act.Authority.With(new ScopeCatalogue(after));
        return new MovedScope(
            ScopeViews.Show(authority, authority.Scopes.Find(to)!, act.Now, 0),
            from,
            members,
            documents,
            await FindPoliciesAsync(act.Transaction, from, cancellationToken));
    }

    /// <summary>Moves one user's place, whatever gives it, their request and their signature.</summary>
    /// <returns>1 where they are a member.</returns>
    private static async Task<int> MoveMemberAsync(
        StateTransaction transaction, UserKey user, ScopePath from, ScopePath to, CancellationToken cancellationToken)
    {
        if (await transaction.FindAsync<MembershipsState>(StateNames.Memberships, user.ToString(), cancellationToken) is not { } state)
        {
            return 0;
        }

        var moved = state.With(state.Items.Select(item => item.Scope == from.Value ? item with { Scope = to.Value } : item)) with
        {
            Requests = [.. state.Requests
                .Select(request => request.Scope == from.Value ? request with { Scope = to.Value } : request)
                .OrderBy(request => request.Scope, StringComparer.Ordinal)],
            Signatures = [.. state.Signatures
                .Select(signature => signature.Scope == from.Value ? signature with { Scope = to.Value } : signature)
                .OrderBy(signature => signature.Scope, StringComparer.Ordinal)],
        };
        transaction.Set(StateNames.Memberships, user.ToString(), moved);
        return state.Items.Any(item => item.Scope == from.Value) ? 1 : 0;
    }

    private async Task MoveInvitationsAsync(StateTransaction transaction, ScopePath from, ScopePath to, CancellationToken cancellationToken)
    {
        foreach (var key in await table.InvitationsAsync(from, cancellationToken))
        {
            if (await transaction.FindAsync<InvitationState>(StateNames.Invitation, key, cancellationToken) is { } invitation && invitation.Scope == from.Value)
            {
                transaction.Set(StateNames.Invitation, key, invitation with { Scope = to.Value });
            }
        }
    }

    private static async Task<int> MoveDocumentsAsync(StateTransaction transaction, ScopePath from, ScopePath to, CancellationToken cancellationToken)
    {
        var documents = new List<(string Key, ResourceState State)>();
        await foreach (var document in transaction.ListAsync<ResourceState>(StateNames.Resource, ResourceKey.PrefixOf(from), cancellationToken))
        {
            documents.Add(document);
        }

        foreach (var (key, document) in documents)
        {
            var moved = (ResourceKey.Parse(key) with { Scope = to }).ToString();
            await transaction.FindAsync<ResourceState>(StateNames.Resource, moved, cancellationToken);
            transaction.Set(StateNames.Resource, moved, document);
            transaction.Remove(StateNames.Resource, key);
        }

        return documents.Count;
    }

    private static async Task<ImmutableArray<string>> FindPoliciesAsync(StateTransaction transaction, ScopePath from, CancellationToken cancellationToken)
    {
        var services = ImmutableArray.CreateBuilder<string>();
        await foreach (var (key, set) in transaction.ListAsync<PolicySetState>(StateNames.PolicySet, cancellationToken))
        {
            if (set.Document?.Contains(from.Value, StringComparison.OrdinalIgnoreCase) == true)
            {
                services.Add(ServiceName.FromGrainKey(key).Value);
            }
        }

        return services.ToImmutable();
    }
}
