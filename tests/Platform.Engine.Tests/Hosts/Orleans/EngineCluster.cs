using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Platform.Engine.Tests.Grains;
using Platform.Grains.Cluster;
using Platform.Silo;
using Platform.Storage;
using Platform.Testing;

namespace Platform.Engine.Tests.Hosts;

/// <summary>Silos of Microsoft Orleans in this process, over a PostgreSQL database.</summary>
internal sealed class EngineCluster : IEngineCluster
{
    private const string Invariant = "Npgsql";

    private readonly List<Node> _nodes = [];
    private readonly ClusterOptions _options;
    private readonly string _connectionString;

    private EngineCluster(ClusterOptions options, string connectionString)
    {
        _options = options;
        _connectionString = connectionString;
    }

    public Probe Probe { get; } = new();

    public static async Task<IEngineCluster> CreateAsync(ClusterOptions options) =>
        new EngineCluster(options, await (await PostgresServer.SharedAsync()).CreateDatabaseAsync());

    public async Task<IEngineNode> StartNodeAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection([new("Storage:ConnectionString", _connectionString)]);
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(Probe);
        builder.Services.AddPlatformStorage(builder.Configuration);
        builder.Services.AddSingleton<IIncomingGrainCallFilter, TagFilter>();
        builder.Services.AddSingleton<IIncomingGrainCallFilter, FreshStateFilter>();
        builder.UseOrleans(Configure);
        var node = new Node(builder.Build());
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
    }

    private void Configure(ISiloBuilder silo)
    {
        silo.Configure<Orleans.Configuration.ClusterOptions>(options => (options.ClusterId, options.ServiceId) = ("tests", "tests"));
        silo.ConfigureEndpoints(IPAddress.Loopback, FreePort.Next(), gatewayPort: 0);
        silo.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = (Invariant, _connectionString));
        silo.UseAdoNetReminderService(options => (options.Invariant, options.ConnectionString) = (Invariant, _connectionString));
        silo.AddGrainRows(options => (options.Invariant, options.ConnectionString) = (Invariant, _connectionString), StoreName.Name);
        silo.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = _options.ResponseTimeout);
        silo.Configure<ReminderOptions>(options => options.RefreshReminderListPeriod = TimeSpan.FromSeconds(1));

        // A silo that crashed is to be found out within the tests' patience.
        silo.Configure<ClusterMembershipOptions>(options =>
        {
            options.ProbeTimeout = TimeSpan.FromSeconds(1);
            options.NumMissedProbesLimit = 2;
            options.NumVotesForDeathDeclaration = 1;
        });
    }

    private sealed class Node(IHost host) : IEngineNode
    {
        private int _ended;

        public IHost Host => host;

        public IGrainFactory Grains => host.Services.GetRequiredService<IGrainFactory>();

        public IServiceProvider Services => host.Services;

        public Task StopAsync() => EndAsync(CancellationToken.None);

        // Without the time for anything: no turn ends, no activation is told.
        public Task KillAsync() => EndAsync(new CancellationToken(canceled: true));

        private async Task EndAsync(CancellationToken time)
        {
            if (Interlocked.Exchange(ref _ended, 1) == 0)
            {
                await host.StopAsync(time);
                await ((IAsyncDisposable)host).DisposeAsync();
            }
        }
    }
}
