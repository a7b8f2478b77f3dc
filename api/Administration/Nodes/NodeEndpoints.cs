using Platform.Api.Administration.Http;
using Platform.Grains.Administration.Nodes;
using Platform.Grains.Cluster;

namespace Platform.Api.Administration.Nodes;

/// <summary>The processes of the cluster by REST.</summary>
internal sealed class NodeEndpoints(NodeAdministration nodes)
{
    /// <summary>Maps them.</summary>
    public static void Map(AdministrationRoutes routes)
    {
        var endpoints = new NodeEndpoints(routes.Services.GetRequiredService<NodeAdministration>());
        routes.MapGet("/nodes", "Nodes", "ListNodes", "The processes of the cluster and how they do, which of them answers, and the machines that start containers.", endpoints.ListAsync);
    }

    private async Task<AdministrationAnswer> ListAsync(AdministrationRequest request) =>
        AdministrationAnswer.Of(await nodes.ListAsync(request.Actor, request.Aborted), list => new NodesDocument(
            list.Self, [.. list.Nodes.Select(node => new NodeDocument(node.Name, node.Engine, node.Version, node.StartedAt, node.LastSeenAt, node.Health))],
            [.. list.Machines.Select(machine => new MachineDocument(
                machine.Name, machine.Node, machine.Engine, machine.IsReady && !machine.IsMissing, machine.Capacity, machine.Running, machine.LastSeenAt))]));

    private sealed record NodesDocument(string Self, IReadOnlyList<NodeDocument> Items, IReadOnlyList<MachineDocument> Machines);

    private sealed record NodeDocument(string Name, string Engine, string Version, DateTimeOffset StartedAt, DateTimeOffset LastSeenAt, NodeHealth Health);

    private sealed record MachineDocument(string Name, string Node, string Engine, bool Ready, int Capacity, int Running, DateTimeOffset LastSeenAt);
}
