using Platform.Grains.Cluster;
using Platform.Storage;

namespace Platform.Grains.Policies;

/// <summary>Changes policy sets on their rows: within the turn of a set's grain, and for commands, which start no engine.</summary>
public sealed class PolicySetAdministration(IStateStore store, TimeProvider time) : IPolicySets
{
    /// <inheritdoc/>
    public Task<PolicyChangeResult> ReplaceAsync(ServiceName service, PolicyChange change, ChangeCondition condition) =>
        StateTransaction.RunAsync(store, (transaction, cancellationToken) => ReplaceAsync(service, transaction, change, condition, cancellationToken), CancellationToken.None);

    /// <inheritdoc/>
    public Task<PolicyChangeResult> RemoveAsync(ServiceName service, PolicyRemoval removal, ChangeCondition condition) =>
        StateTransaction.RunAsync(store, (transaction, cancellationToken) => RemoveAsync(service, transaction, removal, condition, cancellationToken), CancellationToken.None);

    private async Task<PolicyChangeResult> ReplaceAsync(
        ServiceName service, StateTransaction transaction, PolicyChange change, ChangeCondition condition, CancellationToken cancellationToken)
    {
        var before = await FindStateAsync(service, transaction, cancellationToken);

        // The call came again after its own write: what it rested on is gone, and it has done what it should.
        if (PolicySetChanges.Knows(before, change.Tag))
        {
            var created = before.Earlier is not [{ Removed: false }, ..];
            return new(created ? PolicyChangeOutcome.Created : PolicyChangeOutcome.Replaced, PolicySetChanges.Current(before, service, withDocument: false));
        }

        if (!PolicySetChanges.Holds(condition, before))
        {
            return new(PolicyChangeOutcome.PreconditionFailed, PolicySetChanges.Current(before, service, withDocument: false));
        }

        var services = await FindServicesAsync(transaction, cancellationToken);
        foreach (var (other, hosts) in services.Hosts)
        {
            if (other != service.Value && change.Hosts.FirstOrDefault(hosts.Contains) is { } taken)
            {
                return new(
                    PolicyChangeOutcome.HostTaken, PolicySetChanges.Current(before, service, withDocument: false), taken, new ServiceName(other));
            }
        }

        var next = PolicySetChanges.Next(before, change.Tag, change.Document, change.By, change.Comment, time.GetUtcNow());
        await SetAsync(service, transaction, before, next, cancellationToken);
        transaction.Set(StateNames.PolicyServices, PolicyServicesState.Key, services with { Hosts = services.Hosts.SetItem(service.Value, change.Hosts) });
        return new(
            before.Document is null ? PolicyChangeOutcome.Created : PolicyChangeOutcome.Replaced, PolicySetChanges.Current(next, service, withDocument: false));
    }

    private async Task<PolicyChangeResult> RemoveAsync(
        ServiceName service, StateTransaction transaction, PolicyRemoval removal, ChangeCondition condition, CancellationToken cancellationToken)
    {
        var before = await FindStateAsync(service, transaction, cancellationToken);
        if (PolicySetChanges.Knows(before, removal.Tag))
        {
            return new(PolicyChangeOutcome.Removed, PolicySetChanges.Current(before, service, withDocument: false));
        }

        if (!PolicySetChanges.Holds(condition, before))
        {
            return new(PolicyChangeOutcome.PreconditionFailed, PolicySetChanges.Current(before, service, withDocument: false));
        }

        if (before.Document is null)
        {
            return new(PolicyChangeOutcome.NotFound, null);
        }

        var next = PolicySetChanges.Next(before, removal.Tag, null, removal.By, removal.Comment, time.GetUtcNow());
        await SetAsync(service, transaction, before, next, cancellationToken);
        var services = await FindServicesAsync(transaction, cancellationToken);
        transaction.Set(StateNames.PolicyServices, PolicyServicesState.Key, services with { Hosts = services.Hosts.Remove(service.Value) });
        return new(PolicyChangeOutcome.Removed, null);
    }

    private static async Task<PolicySetState> FindStateAsync(ServiceName service, StateTransaction transaction, CancellationToken cancellationToken) =>
        await transaction.FindAsync<PolicySetState>(StateNames.PolicySet, service.GrainKey, cancellationToken) ?? new PolicySetState();

    private static async Task<PolicyServicesState> FindServicesAsync(StateTransaction transaction, CancellationToken cancellationToken) =>
        await transaction.FindAsync<PolicyServicesState>(StateNames.PolicyServices, PolicyServicesState.Key, cancellationToken) ?? new PolicyServicesState();

    /// <summary>Sets the new state, keeps the document that it replaces, and lets go of the one that is too old.</summary>
    private static async Task SetAsync(ServiceName service, StateTransaction transaction, PolicySetState before, PolicySetState next, CancellationToken cancellationToken)
    {
        transaction.Set(StateNames.PolicySet, service.GrainKey, next);
        if (before.Document is { } document)
        {
            var kept = PolicyRevisionState.KeyOf(service, before.Number);
            await transaction.FindAsync<PolicyRevisionState>(StateNames.PolicyRevision, kept, cancellationToken);
            transaction.Set(StateNames.PolicyRevision, kept, new PolicyRevisionState { Document = document });
        }

        if (before.Earlier.Length == PolicySetChanges.MaxRevisions - 1)
        {
            var dropped = PolicyRevisionState.KeyOf(service, before.Earlier[^1].Number);
            await transaction.FindAsync<PolicyRevisionState>(StateNames.PolicyRevision, dropped, cancellationToken);
            transaction.Remove(StateNames.PolicyRevision, dropped);
        }
    }
}
