using Platform.Api.Http.Access;
using Platform.Api.Http.Pages.Components;
using Platform.Api.Http.Wire;
using Platform.Grains.Administration;
using Platform.Grains.Cluster;
using Platform.Grains.Runs;
using Platform.Grains.Scopes;

namespace Platform.Api.Administration.Pages.Operations;

/// <summary>The nodes of the cluster.</summary>
/// <param name="Nodes">The nodes.</param>
/// <param name="Self">The one that answers.</param>
/// <param name="Machines">The machines that start containers.</param>
public sealed record NodesModel(IReadOnlyList<NodeStatus> Nodes, string Self, IReadOnlyList<RunMachine> Machines);

/// <summary>The nodes, with their health.</summary>
internal sealed class NodePages(ConsoleDesk desk, NodeRegistry nodes, RunMachines machines)
{
    private const string Section = ConsoleDesk.Root + "/nodes";

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet(Section, routes.ServiceProvider.GetRequiredService<NodePages>().ShowAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();

    private async Task ShowAsync(HttpContext context)
    {
        if (await desk.OpenAsync(context) is not { } visit)
        {
            return;
        }

        await (visit.Access.AllowsAnywhere(Permission.OperateCluster)
            ? desk.WriteAsync<NodesPage, NodesModel>(visit, Section, "Nodes", new NodesModel(await nodes.ListAsync(visit.Aborted), nodes.Self, await machines.ListAsync(visit.Aborted)))
            : PageDesk.RefuseAsync(visit, AdministrationRefusal.Forbidden("Nodes are seen by managers of an infrastructure alone.")));
    }
}
