using Platform.Grains.Cluster;
using Platform.Grains.Policies;

namespace Platform.Api.Policies.Sets;

/// <summary>Policy sets through their grains.</summary>
internal sealed class PolicyGrains(IPlatformGrains grains) : IPolicySets
{
    /// <inheritdoc/>
    public Task<PolicyChangeResult> ReplaceAsync(ServiceName service, PolicyChange change, ChangeCondition condition) =>
        grains.PolicySet(service).ReplaceAsync(change, condition);

    /// <inheritdoc/>
    public Task<PolicyChangeResult> RemoveAsync(ServiceName service, PolicyRemoval removal, ChangeCondition condition) =>
        grains.PolicySet(service).RemoveAsync(removal, condition);
}
