using System.Collections.Immutable;
using Platform.Grains.Cluster;
using Platform.Grains.Runs;
using Platform.Grains.Scopes;

namespace Platform.Grains.Administration.Nodes;

/// <summary>The processes of the cluster.</summary>
/// <param name="Self">The one that answers.</param>
/// <param name="Nodes">All of them, by name.</param>
/// <param name="Machines">The machines that start containers, by name.</param>
public sealed record AdministeredNodes(string Self, ImmutableArray<NodeStatus> Nodes, ImmutableArray<RunMachine> Machines);

/// <summary>The processes of the cluster, for those who operate it.</summary>
public sealed class NodeAdministration
{
    private readonly NodeRegistry _registry;
    private readonly RunMachines _machines;
    private readonly AuthorityReader _authorities;

    internal NodeAdministration(NodeRegistry registry, RunMachines machines, AuthorityReader authorities)
    {
        _registry = registry;
        _machines = machines;
        _authorities = authorities;
    }

    /// <summary>The processes that there are and those that were lost of late.</summary>
    public async Task<AdministrationResult<AdministeredNodes>> ListAsync(AdministrationActor actor, CancellationToken cancellationToken) =>
        (await _authorities.ReadAsync(actor, cancellationToken)).AllowsAnywhere(Permission.OperateCluster)
            ? new AdministeredNodes(_registry.Self, [.. await _registry.ListAsync(cancellationToken)], [.. await _machines.ListAsync(cancellationToken)])
            : AdministrationRefusal.Forbidden("Nodes are seen by managers of an infrastructure alone.");
}
