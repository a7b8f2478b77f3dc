using System.Collections.Immutable;
using Platform.Grains.Cluster;
using Platform.Storage;

namespace Platform.Grains.Policies;

/// <summary>Reads the revisions of policy sets from their rows: for a set's grain, and for commands, which start no engine.</summary>
public sealed class PolicyHistory(IStateStore store)
{
    /// <summary>A service's revisions without their documents, the newest first.</summary>
    public async Task<ImmutableArray<PolicyRevision>> ListAsync(ServiceName service, CancellationToken cancellationToken) =>
        PolicySetChanges.Revisions(await ReadStateAsync(service, cancellationToken), service);

    /// <summary>One revision with its document; null where there is none of this number, or no longer.</summary>
    public async Task<PolicyRevision?> FindAsync(ServiceName service, long number, CancellationToken cancellationToken) =>
        await FindAsync(await ReadStateAsync(service, cancellationToken), service, number, cancellationToken);

    internal async Task<PolicyRevision?> FindAsync(PolicySetState state, ServiceName service, long number, CancellationToken cancellationToken)
    {
        if (state.Number == number && number != 0)
        {
            return PolicySetChanges.Newest(state, service, withDocument: true);
        }

        if (state.Earlier.FirstOrDefault(revision => revision.Number == number) is not { } earlier)
        {
            return null;
        }

        if (earlier.Removed)
        {
            return PolicySetChanges.Earlier(earlier, service, null);
        }

        // Somebody may have let go of it since the state was read.
        var row = await store.ReadAsync(new StateKey(StateNames.PolicyRevision, PolicyRevisionState.KeyOf(service, number)), cancellationToken);
        return row is null ? null : PolicySetChanges.Earlier(earlier, service, StateSerializer.Deserialize<PolicyRevisionState>(row.Payload.Span).Document);
    }

    private async Task<PolicySetState> ReadStateAsync(ServiceName service, CancellationToken cancellationToken)
    {
        var row = await store.ReadAsync(new StateKey(StateNames.PolicySet, service.GrainKey), cancellationToken);
        return row is null ? new PolicySetState() : StateSerializer.Deserialize<PolicySetState>(row.Payload.Span);
    }
}
