using Platform.Console.Tests.Support;
using Platform.Grains.Cluster;

namespace Platform.Console.Tests.Cluster;

/// <summary>Administrators see which nodes there are, on both databases.</summary>
public abstract class NodeRegistryTests(TestDatabase database) : IAsyncLifetime
{
    private TestNode _node = null!;

    private NodeRegistry Nodes => _node.Get<NodeRegistry>();

    public async Task InitializeAsync()
    {
        await database.InitializeAsync();
        _node = await TestNode.StartAsync(database);
    }

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task ANode_IsListedWhileItIsThere()
    {
        Assert.Empty(await Nodes.ListAsync(default));
        var startedAt = _node.Time.Now;
        await BeatAsync(startedAt, ready: true);
        _node.Time.Now += NodeRegistry.Interval;
        await BeatAsync(startedAt, ready: true);
        var node = Assert.Single(await Nodes.ListAsync(default));
        Assert.Equal((_node.Log.Node, "Embedded", "1.2", NodeHealth.Ready), (node.Name, node.Engine, node.Version, node.Health));
        Assert.Equal((startedAt.ToUnixTimeMilliseconds(), _node.Time.Now.ToUnixTimeMilliseconds()), (node.StartedAt.ToUnixTimeMilliseconds(), node.LastSeenAt.ToUnixTimeMilliseconds()));

        await BeatAsync(startedAt, ready: false);
        Assert.Equal(NodeHealth.Stopping, Assert.Single(await Nodes.ListAsync(default)).Health);
        await Nodes.LeaveAsync(default);
        Assert.Empty(await Nodes.ListAsync(default));
    }

    [Fact]
    public async Task ANodeThatIsLost_IsMissing_AndForgotten()
    {
        await BeatAsync(_node.Time.Now, ready: true);
        _node.Time.Now += (3 * NodeRegistry.Interval) - TimeSpan.FromSeconds(1);
        Assert.Equal(NodeHealth.Ready, Assert.Single(await Nodes.ListAsync(default)).Health);
        _node.Time.Now += TimeSpan.FromSeconds(2);
        Assert.Equal(NodeHealth.Missing, Assert.Single(await Nodes.ListAsync(default)).Health);
        Assert.Equal(0, await Nodes.PurgeAsync(_node.Time.Now, default));
        _node.Time.Now += NodeRegistry.ForgetAfter;
        Assert.Empty(await Nodes.ListAsync(default));
        Assert.Equal(1, await Nodes.PurgeAsync(_node.Time.Now, default));
    }

    private Task BeatAsync(DateTimeOffset startedAt, bool ready) => Nodes.BeatAsync("Embedded", "1.2", startedAt, ready, default);
}

public sealed class SqliteNodeRegistryTests() : NodeRegistryTests(new SqliteTestDatabase());

public sealed class PostgreSqlNodeRegistryTests() : NodeRegistryTests(new PostgreSqlTestDatabase());
