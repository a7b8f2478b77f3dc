using Platform.Grains.Cluster;
using Platform.Grains.Tests.Hosts;
using Platform.Silo;
using Platform.Testing;

namespace Platform.Grains.Tests.Cluster;

[Collection(GrainNodesTests.Name)]
public sealed class NodeHeartbeatTests(GrainNodes nodes)
{
    [Fact]
    public async Task EveryNode_IsSeenByTheOther()
    {
        for (var node = 0; node < 2; node++)
        {
            var other = nodes.Nodes(1 - node).Self;
            var registry = nodes.Nodes(node);
            await Eventually.TrueAsync(
                async () => (await registry.ListAsync(default)).Any(one => one.Name == other && one.Engine == PlatformEngine.Name),
                2 * NodeRegistry.Interval,
                "the other node is listed");
        }
    }
}
