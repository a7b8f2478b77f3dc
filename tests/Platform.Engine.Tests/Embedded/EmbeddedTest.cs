using Microsoft.Extensions.DependencyInjection;
using Platform.Engine.Hosting;
using Platform.Engine.Tests.Hosts;
using Platform.Testing;

namespace Platform.Engine.Tests.Embedded;

/// <summary>A test that moves the clock of an embedded engine, or looks inside it.</summary>
public abstract class EmbeddedTest : EngineTest
{
    internal ManualClock Clock { get; } = new();

    /// <summary>Starts a node on the test's clock.</summary>
    internal async Task<IEngineNode> StartWithClockAsync(Action<EngineOptions>? configure = null)
    {
        await CreateAsync(new ClusterOptions());
        return await StartAnotherAsync(configure);
    }

    /// <summary>Starts one more node of the same cluster on the test's clock.</summary>
    internal Task<IEngineNode> StartAnotherAsync(Action<EngineOptions>? configure = null) =>
        ((EngineCluster)Cluster).StartNodeAsync(options => configure?.Invoke(options), Clock);

    internal static EmbeddedEngine EngineOf(IEngineNode node) => node.Services.GetRequiredService<EmbeddedEngine>();
}
