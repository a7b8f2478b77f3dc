using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Engine.Discovery;
using Platform.Engine.Tests.Grains;
using Platform.Grains.Cluster;
using Platform.Storage;
using Platform.Testing;

namespace Platform.Engine.Tests.Hosts;

/// <summary>Nodes of the embedded engine: one over a SQLite file, several over a PostgreSQL database.</summary>
internal sealed class EngineCluster : IEngineCluster
{
    // Nested are those that show what a catalogue refuses.
    internal static readonly GrainCatalogue Catalogue = new(Assembly.GetExecutingAssembly().GetTypes().Where(type => !type.IsNested));

    private readonly TemporaryFolder _folder = new();
    private readonly List<Node> _nodes = [];
    private readonly ClusterOptions _options;
    private readonly KeyValuePair<string, string?> _storage;

    private EngineCluster(ClusterOptions options, string? connectionString)
    {
        _options = options;
        _storage = connectionString is null
            ? new("Storage:Path", _folder.File("platform.db"))
            : new("Storage:ConnectionString", connectionString);
    }

    public Probe Probe { get; } = new();

    public static async Task<IEngineCluster> CreateAsync(ClusterOptions options) =>
        new EngineCluster(options, options.SeveralNodes ? await (await PostgresServer.SharedAsync()).CreateDatabaseAsync() : null);

    public Task<IEngineNode> StartNodeAsync() => StartNodeAsync(_ => { }, TimeProvider.System);

    /// <summary>Starts a node with a clock and engine options of one's own.</summary>
    public async Task<IEngineNode> StartNodeAsync(Action<EngineOptions> configure, TimeProvider clock)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection([_storage]);
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(clock);
        builder.Services.AddSingleton(Probe);
        builder.Services.AddPlatformStorage(builder.Configuration);
        builder.Services.AddSingleton<IIncomingGrainCallFilter, TagFilter>();
        builder.Services.AddSingleton<IIncomingGrainCallFilter, FreshStateFilter>();
        builder.Services.AddSingleton(Catalogue);
        builder.Services.AddEmbeddedEngine(
            options =>
            {
                options.ResponseTimeout = _options.ResponseTimeout;
                options.ReminderPollPeriod = TimeSpan.FromMilliseconds(250);
                configure(options);
            });

        var line = new Line();
        Cut<IStateStore>.Into(builder.Services, line);
        Cut<IDatabase>.Into(builder.Services, line);
        var node = new Node(builder.Build(), line);
        await node.Host.StartAsync();
        lock (_nodes)
        {
            _nodes.Add(node);
        }

        return node;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.StopAsync();
        }

        _folder.Dispose();
    }

    /// <summary>A node's way to its database.</summary>
    private sealed class Line
    {
        public volatile bool IsCut;
    }

    /// <summary>Stands before a store, and lets nothing through once the line is cut.</summary>
    private class Cut<T> : DispatchProxy
        where T : class
    {
        private T _inner = null!;
        private Line _line = null!;

        public static void Into(IServiceCollection services, Line line)
        {
            var original = services.Last(service => service.ServiceType == typeof(T)).ImplementationFactory!;
            services.AddSingleton(provider =>
            {
                var cut = Create<T, Cut<T>>();
                ((Cut<T>)(object)cut)._inner = (T)original(provider);
                ((Cut<T>)(object)cut)._line = line;
                return cut;
            });
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            _line.IsCut
                ? throw new StorageUnavailableException("This node was killed.")
                : targetMethod!.Invoke(_inner, BindingFlags.DoNotWrapExceptions, binder: null, args, culture: null);
    }

    private sealed class Node(IHost host, Line line) : IEngineNode
    {
        private int _ended;

        public IHost Host => host;

        public IGrainFactory Grains => host.Services.GetRequiredService<IGrainFactory>();

        public IServiceProvider Services => host.Services;

        public async Task StopAsync()
        {
            if (Interlocked.Exchange(ref _ended, 1) == 0)
            {
                await host.StopAsync();
                await EndAsync();
            }
        }

        public async Task KillAsync()
        {
            line.IsCut = true;
            if (Interlocked.Exchange(ref _ended, 1) == 0)
            {
                await EndAsync();
            }
        }

        private ValueTask EndAsync() => host is IAsyncDisposable disposable ? disposable.DisposeAsync() : default;
    }
}
