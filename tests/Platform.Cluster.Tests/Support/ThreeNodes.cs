using Platform.Testing;

namespace Platform.Cluster.Tests.Support;

/// <summary>Three nodes over one PostgreSQL, shared by the tests that leave them as they were.</summary>
public sealed class ThreeNodes : IAsyncLifetime
{
    private PlatformCluster? _cluster;

    internal PlatformCluster Cluster => _cluster ?? throw new InvalidOperationException("The cluster was not started.");

    internal IEnumerable<HttpClient> Clients => Cluster.Nodes.Select(node => node.Client);

    internal HttpClient Node(int index) => Cluster.Nodes[index].Client;

    public async Task InitializeAsync() => _cluster = await PlatformCluster.StartAsync(3, TokenHolder.Settings);

    public async Task DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }
}

[CollectionDefinition(Name)]
public sealed class ThreeNodesTests : ICollectionFixture<ThreeNodes>
{
    public const string Name = "three nodes";
}
