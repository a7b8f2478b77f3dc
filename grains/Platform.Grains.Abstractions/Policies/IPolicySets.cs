using Platform.Grains.Cluster;

namespace Platform.Grains.Policies;

/// <summary>Changes policy sets: through their grains in a server, on their rows for commands. Who may, and whether a set is valid, the caller has checked.</summary>
public interface IPolicySets
{
    /// <summary>Stores a set, new or over the one that is there.</summary>
    Task<PolicyChangeResult> ReplaceAsync(ServiceName service, PolicyChange change, ChangeCondition condition);

    /// <summary>Removes a set, and frees its hosts; its history stays.</summary>
    Task<PolicyChangeResult> RemoveAsync(ServiceName service, PolicyRemoval removal, ChangeCondition condition);
}
