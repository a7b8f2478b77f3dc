using System.Collections.Immutable;
using Platform.Grains.Cluster;
using Platform.Storage;

namespace Platform.Grains.Policies;

/// <inheritdoc cref="IPolicySetGrain"/>
/// <remarks>
/// A change is one transaction over the set, the document of the revision that it replaces, the one that is no longer kept, and the row that
/// says which host is whose. This activation sees the new row at its next turn, as it sees the writes of other nodes.
/// </remarks>
[GrainType("policy-set")]
internal sealed class PolicySetGrain(
    [PersistentState(StateNames.PolicySet, StateNames.Storage)] IPersistentState<PolicySetState> stored,
    IStateStore store,
    TimeProvider time) : StatefulGrain<PolicySetState>(StateNames.PolicySet, stored), IPolicySetGrain
{
    private ServiceName Service => ServiceName.FromGrainKey(Key);

    public Task<PolicyRevision?> FindAsync() => Task.FromResult(PolicySetChanges.Current(State, Service, withDocument: true));

    public Task<PolicyChangeResult> ReplaceAsync(PolicyChange change, PolicyCondition condition) =>
        StateTransaction.RunAsync(store, (transaction, cancellationToken) => ReplaceAsync(transaction, change, condition, cancellationToken), CancellationToken.None);

    public Task<PolicyChangeResult> RemoveAsync(PolicyRemoval removal, PolicyCondition condition) =>
        StateTransaction.RunAsync(store, (transaction, cancellationToken) => RemoveAsync(transaction, removal, condition, cancellationToken), CancellationToken.None);

    public Task<ImmutableArray<PolicyRevision>> ListRevisionsAsync() => Task.FromResult<ImmutableArray<PolicyRevision>>(
        State.Number == 0
            ? []
            : [PolicySetChanges.Newest(State, Service, withDocument: false), .. State.Earlier.Select(revision => PolicySetChanges.Earlier(revision, Service, null))]);

    public async Task<PolicyRevision?> FindRevisionAsync(long number)
    {
        if (State.Number == number && number != 0)
        {
            return PolicySetChanges.Newest(State, Service, withDocument: true);
        }

        if (State.Earlier.FirstOrDefault(revision => revision.Number == number) is not { } earlier)
        {
            return null;
        }

        if (earlier.Removed)
        {
            return PolicySetChanges.Earlier(earlier, Service, null);
        }

        // Another node may have let go of it since this turn began.
        var row = await store.ReadAsync(new StateKey(StateNames.PolicyRevision, PolicyRevisionState.KeyOf(Service, number)), CancellationToken.None);
        return row is null ? null : PolicySetChanges.Earlier(earlier, Service, StateSerializer.Deserialize<PolicyRevisionState>(row.Payload.Span).Document);
    }

    private async Task<PolicyChangeResult> ReplaceAsync(
        StateTransaction transaction, PolicyChange change, PolicyCondition condition, CancellationToken cancellationToken)
    {
        var before = await FindStateAsync(transaction, cancellationToken);

        // The call came again after its own write: what it rested on is gone, and it has done what it should.
        if (PolicySetChanges.Knows(before, change.Tag))
        {
            var created = before.Earlier is not [{ Removed: false }, ..];
            return new(created ? PolicyChangeOutcome.Created : PolicyChangeOutcome.Replaced, PolicySetChanges.Current(before, Service, withDocument: false));
        }

        if (!PolicySetChanges.Holds(condition, before))
        {
            return new(PolicyChangeOutcome.PreconditionFailed, PolicySetChanges.Current(before, Service, withDocument: false));
        }

        var services = await FindServicesAsync(transaction, cancellationToken);
        foreach (var (other, hosts) in services.Hosts)
        {
            if (other != Service.Value && change.Hosts.FirstOrDefault(hosts.Contains) is { } taken)
            {
                return new(
                    PolicyChangeOutcome.HostTaken, PolicySetChanges.Current(before, Service, withDocument: false), taken, new ServiceName(other));
            }
        }

        var next = PolicySetChanges.Next(before, change.Tag, change.Document, change.By, change.Comment, time.GetUtcNow());
        await SetAsync(transaction, before, next, cancellationToken);
        transaction.Set(StateNames.PolicyServices, PolicyServicesState.Key, services with { Hosts = services.Hosts.SetItem(Service.Value, change.Hosts) });
        return new(
            before.Document is null ? PolicyChangeOutcome.Created : PolicyChangeOutcome.Replaced, PolicySetChanges.Current(next, Service, withDocument: false));
    }

    private async Task<PolicyChangeResult> RemoveAsync(
        StateTransaction transaction, PolicyRemoval removal, PolicyCondition condition, CancellationToken cancellationToken)
    {
        var before = await FindStateAsync(transaction, cancellationToken);
        if (PolicySetChanges.Knows(before, removal.Tag))
        {
            return new(PolicyChangeOutcome.Removed, PolicySetChanges.Current(before, Service, withDocument: false));
        }

        if (!PolicySetChanges.Holds(condition, before))
        {
            return new(PolicyChangeOutcome.PreconditionFailed, PolicySetChanges.Current(before, Service, withDocument: false));
        }

        if (before.Document is null)
        {
            return new(PolicyChangeOutcome.NotFound, null);
        }

        var next = PolicySetChanges.Next(before, removal.Tag, null, removal.By, removal.Comment, time.GetUtcNow());
        await SetAsync(transaction, before, next, cancellationToken);
        var services = await FindServicesAsync(transaction, cancellationToken);
        transaction.Set(StateNames.PolicyServices, PolicyServicesState.Key, services with { Hosts = services.Hosts.Remove(Service.Value) });
        return new(PolicyChangeOutcome.Removed, null);
    }

    private async Task<PolicySetState> FindStateAsync(StateTransaction transaction, CancellationToken cancellationToken) =>
        await transaction.FindAsync<PolicySetState>(StateNames.PolicySet, Key, cancellationToken) ?? new PolicySetState();

    private static async Task<PolicyServicesState> FindServicesAsync(StateTransaction transaction, CancellationToken cancellationToken) =>
        await transaction.FindAsync<PolicyServicesState>(StateNames.PolicyServices, PolicyServicesState.Key, cancellationToken) ?? new PolicyServicesState();

    /// <summary>Sets the new state, keeps the document that it replaces, and lets go of the one that is too old.</summary>
    private async Task SetAsync(StateTransaction transaction, PolicySetState before, PolicySetState next, CancellationToken cancellationToken)
    {
        transaction.Set(StateNames.PolicySet, Key, next);
        if (before.Document is { } document)
        {
            var kept = PolicyRevisionState.KeyOf(Service, before.Number);
            await transaction.FindAsync<PolicyRevisionState>(StateNames.PolicyRevision, kept, cancellationToken);
            transaction.Set(StateNames.PolicyRevision, kept, new PolicyRevisionState { Document = document });
        }

        if (before.Earlier.Length == PolicySetChanges.MaxRevisions - 1)
        {
            var dropped = PolicyRevisionState.KeyOf(Service, before.Earlier[^1].Number);
            await transaction.FindAsync<PolicyRevisionState>(StateNames.PolicyRevision, dropped, cancellationToken);
            transaction.Remove(StateNames.PolicyRevision, dropped);
        }
    }
}
