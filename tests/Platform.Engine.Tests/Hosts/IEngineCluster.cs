using Platform.Engine.Tests.Grains;

namespace Platform.Engine.Tests.Hosts;

/// <summary>
/// Some nodes over one database. Each engine's host is one class <c>EngineCluster</c> in a folder of its own (<c>Hosts/Embedded</c>,
/// <c>Hosts/Orleans</c>), of which the project compiles one. It has to give:
/// <list type="bullet">
/// <item>a static <c>CreateAsync(ClusterOptions)</c> that makes an empty database: PostgreSQL where <see cref="ClusterOptions.SeveralNodes"/>
/// is set, otherwise whatever the engine has for one node;</item>
/// <item>nodes in this process that host the grains of this assembly, with the storage of the platform under the provider name
/// <see cref="StoreName.Name"/>, so that <c>IStateStore</c> from a node's services sees the rows of its grains under state name and key;</item>
/// <item>in each node's services the one <see cref="Probe"/> of the cluster, <see cref="TagFilter"/> as an incoming call filter, and after it
/// <c>FreshStateFilter</c>;</item>
/// <item>the response time-out of the options; reminders that are looked for at least every second.</item>
/// </list>
/// </summary>
internal interface IEngineCluster : IAsyncDisposable
{
    /// <summary>What test grains and tests share.</summary>
    Probe Probe { get; }

    /// <summary>Starts one more node and waits until it takes calls. Several may be started at once.</summary>
    Task<IEngineNode> StartNodeAsync();
}

/// <summary>One node.</summary>
internal interface IEngineNode
{
    /// <summary>References whose calls begin on this node.</summary>
    IGrainFactory Grains { get; }

    /// <summary>The node's services.</summary>
    IServiceProvider Services { get; }

    /// <summary>Stops it gracefully.</summary>
    Task StopAsync();

    /// <summary>Ends it as a crash would: nothing of it reaches the database any more.</summary>
    Task KillAsync();
}

/// <summary>What a test needs.</summary>
internal sealed record ClusterOptions
{
    /// <summary>Whether several nodes are started.</summary>
    public bool SeveralNodes { get; init; }

    /// <summary>How long a caller waits.</summary>
    public TimeSpan ResponseTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
