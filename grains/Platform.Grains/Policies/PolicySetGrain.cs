using System.Collections.Immutable;
using Platform.Grains.Cluster;

namespace Platform.Grains.Policies;

/// <inheritdoc cref="IPolicySetGrain"/>
/// <remarks>
/// A change is one transaction over the set, the document of the revision that it replaces, the one that is no longer kept, and the row that
/// says which host is whose. This activation sees the new row at its next turn, as it sees the writes of other nodes.
/// </remarks>
[GrainType("policy-set")]
internal sealed class PolicySetGrain(
    [PersistentState(StateNames.PolicySet, StateNames.Storage)] IPersistentState<PolicySetState> stored,
    PolicyHistory history,
    PolicySetAdministration administration) : StatefulGrain<PolicySetState>(StateNames.PolicySet, stored), IPolicySetGrain
{
    private ServiceName Service => ServiceName.FromGrainKey(Key);

    public Task<PolicyRevision?> FindAsync() => Task.FromResult(PolicySetChanges.Current(State, Service, withDocument: true));

    public Task<PolicyChangeResult> ReplaceAsync(PolicyChange change, ChangeCondition condition) => administration.ReplaceAsync(Service, change, condition);

    public Task<PolicyChangeResult> RemoveAsync(PolicyRemoval removal, ChangeCondition condition) => administration.RemoveAsync(Service, removal, condition);

    public Task<ImmutableArray<PolicyRevision>> ListRevisionsAsync() => Task.FromResult(PolicySetChanges.Revisions(State, Service));

    public Task<PolicyRevision?> FindRevisionAsync(long number) => history.FindAsync(State, Service, number, CancellationToken.None);
}
