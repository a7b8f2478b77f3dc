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
    PolicySetAdministration administration) : StatefulGrain<PolicySetState>(StateNames.PolicySet, stored), IPolicySetGrain
{
    private ServiceName Service => ServiceName.FromGrainKey(Key);

    public Task<PolicyRevision?> FindAsync() => Task.FromResult(PolicySetChanges.Current(State, Service, withDocument: true));

    public Task<PolicyChangeResult> ReplaceAsync(PolicyChange change, PolicyCondition condition) => administration.ReplaceAsync(Service, change, condition);

    public Task<PolicyChangeResult> RemoveAsync(PolicyRemoval removal, PolicyCondition condition) => administration.RemoveAsync(Service, removal, condition);

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
}
