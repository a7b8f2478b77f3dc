using Platform.Engine.Tests.Grains;

namespace Platform.Engine.Tests.Hosts;

/// <summary>A test with a cluster of its own, which ends with it.</summary>
public abstract class EngineTest : IAsyncLifetime
{
    private readonly List<IEngineCluster> _clusters = [];

    /// <summary>How long a condition may take to come true before the test fails. Long, since the machine may be busy.</summary>
    protected static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    internal IEngineCluster Cluster { get; private set; } = null!;

    internal Probe Probe => Cluster.Probe;

    /// <inheritdoc/>
    public Task InitializeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        foreach (var cluster in _clusters)
        {
            await cluster.DisposeAsync();
        }
    }

    /// <summary>Starts a node of a new cluster.</summary>
    internal async Task<IEngineNode> StartAsync(ClusterOptions? options = null)
    {
        await CreateAsync(options ?? new ClusterOptions());
        return await Cluster.StartNodeAsync();
    }

    /// <summary>Makes a new cluster without a node.</summary>
    internal async Task CreateAsync(ClusterOptions options)
    {
        Cluster = await EngineCluster.CreateAsync(options);
        _clusters.Add(Cluster);
    }

    /// <summary>A key that no other test uses. Its prefix keeps it from reading as a number, which Orleans' storage keeps apart.</summary>
    internal static string NewKey() => $"key-{Guid.NewGuid():N}";
}
