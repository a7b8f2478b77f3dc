namespace Platform.Api.Tests.Support;

/// <summary>The node that most tests share.</summary>
public sealed class SharedNode : IAsyncLifetime
{
    internal ApiNode Node { get; private set; } = null!;

    public async Task InitializeAsync() => Node = await ApiNode.StartAsync();

    public async Task DisposeAsync() => await Node.DisposeAsync();
}

/// <summary>Tests against the shared node.</summary>
[CollectionDefinition(Name)]
public sealed class NodeCollection : ICollectionFixture<SharedNode>
{
    public const string Name = "node";
}
