using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Orleans.Configuration;
using Platform.Grains.Cluster;
using Platform.Storage;

namespace Platform.Silo;

/// <summary>Hosts the grains on Microsoft Orleans.</summary>
public static class PlatformEngine
{
    /// <summary>The engine's name, as the build property <c>Engine</c> spells it.</summary>
    public const string Name = "Orleans";

    private const string Invariant = "Npgsql";

    // Beside the pool of the platform's own storage.
    private const int MaxPoolSize = 16;

    // While nobody knows yet that a silo is gone, whoever calls it learns in this time that there is no answer (503).
    private static readonly TimeSpan s_responseTimeout = TimeSpan.FromSeconds(10);

    // Three of them missed, and a silo that was killed is known to be gone.
    private static readonly TimeSpan s_probeTimeout = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Adds storage, the shared key ring, the grains and what hosts them: afterwards <see cref="IPlatformGrains"/> can be asked for. By
    /// <c>Cluster:Role</c> the node is a silo itself or the client of a tier of silos.
    /// </summary>
    public static IHostApplicationBuilder AddPlatformEngine(this IHostApplicationBuilder builder)
    {
        builder.AddFoundations();
        builder.Services.AddOptions<StorageOptions>().Validate(
            options => options.IsPostgreSql,
            "Storage:ConnectionString is not set, but Orleans keeps its cluster in PostgreSQL: name a database, or build with -p:Engine=Embedded for SQLite.");
        builder.Services.AddSingleton<IEngineFaults, OrleansFaults>();

        // Where PostgreSQL is missing, the options say so once the host starts; until then nothing here may fail.
        var storage = builder.Configuration.GetSection(StorageOptions.Section).Get<StorageOptions>() ?? new StorageOptions();
        if (storage.IsPostgreSql)
        {
            var node = builder.Configuration.GetSection(ClusterNodeOptions.Section).Get<ClusterNodeOptions>() ?? new ClusterNodeOptions();
            AddNode(builder, node, ForPrimary(storage.ConnectionString!));
        }

        return builder;
    }

    private static void AddNode(IHostApplicationBuilder builder, ClusterNodeOptions node, string connectionString)
    {
        if (node.Role == NodeRole.Client)
        {
            builder.UseOrleansClient(client =>
            {
                client.Configure<ClusterOptions>(options => SetNames(options, node));
                client.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = (Invariant, connectionString));
                client.UseConnectionRetryFilter<GatewayRetry>();
                client.Configure<ClientMessagingOptions>(options => options.ResponseTimeout = s_responseTimeout);
            });
            return;
        }

        builder.UseOrleans(silo =>
        {
            silo.Configure<ClusterOptions>(options => SetNames(options, node));
            silo.ConfigureEndpoints(AddressOf(node), node.SiloPort, node.GatewayPort, listenOnAnyHostAddress: true);
            silo.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = s_responseTimeout);

            // A grain lives where it is called. One that a node without its database gives up comes back on the node that asks for it.
            silo.Services.AddSingleton<PlacementStrategy, PreferLocalPlacement>();
            silo.Configure<ClusterMembershipOptions>(options => options.ProbeTimeout = s_probeTimeout);
            silo.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = (Invariant, connectionString));
            silo.UseAdoNetReminderService(options => (options.Invariant, options.ConnectionString) = (Invariant, connectionString));
            silo.AddGrainRows(
                options => (options.Invariant, options.ConnectionString) = (Invariant, connectionString), GrainRowsRegistration.Default, StateNames.Storage);
        });
    }

    private static void SetNames(ClusterOptions options, ClusterNodeOptions node) => (options.ClusterId, options.ServiceId) = (node.ClusterId, node.ServiceId);

    private static IPAddress AddressOf(ClusterNodeOptions node) =>
        node.AdvertisedAddress is not null
            ? IPAddress.Parse(node.AdvertisedAddress)
            : Array.Find(Dns.GetHostAddresses(Dns.GetHostName()), address => address.AddressFamily == AddressFamily.InterNetwork) ?? IPAddress.Loopback;

    private static string ForPrimary(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { ApplicationName = "platform orleans" };
        settings.MaxPoolSize = Math.Min(settings.MaxPoolSize, MaxPoolSize);
        if (settings.Host!.Contains(',', StringComparison.Ordinal))
        {
            settings.TargetSessionAttributes = "primary";
        }

        return settings.ConnectionString;
    }
}
