using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Grains.Administration;
using Platform.Grains.Administration.Clients;
using Platform.Grains.Administration.Users;
using Platform.Grains.Audit;
using Platform.Grains.Cluster;
using Platform.Grains.OAuth;
using Platform.Grains.Policies;
using Platform.Grains.Resources;
using Platform.Grains.Sessions;
using Platform.Grains.Users;
using Platform.Silo;
using Platform.Storage;
using Platform.Testing;

namespace Platform.Grains.Tests.Hosts;

/// <summary>Nodes over one PostgreSQL, two unless said otherwise, hosted as in production, with a clock that tests move forward.</summary>
public sealed class GrainNodes : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<IHost> _hosts = [];

    /// <summary>How many nodes.</summary>
    internal int Count { get; init; } = 2;

    /// <summary>Settings beside those that a node needs.</summary>
    internal IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();

    /// <summary>Who may do everything.</summary>
    internal static AdministrationActor Operator { get; } = AdministrationActor.Operator("test");

    /// <summary>The nodes' clock.</summary>
    public ShiftedTime Time { get; } = new();

    internal IPlatformGrains Grains(int node) => _hosts[node].Services.GetRequiredService<IPlatformGrains>();

    internal ISessionCheck Check(int node) => _hosts[node].Services.GetRequiredService<ISessionCheck>();

    internal IPolicyCheck Policies(int node) => _hosts[node].Services.GetRequiredService<IPolicyCheck>();

    internal IResourceReader Resources(int node) => _hosts[node].Services.GetRequiredService<IResourceReader>();

    internal IOAuthCheck OAuth(int node) => _hosts[node].Services.GetRequiredService<IOAuthCheck>();

    internal FactReader Facts(int node) => _hosts[node].Services.GetRequiredService<FactReader>();

    internal IKeyRing Keys(int node) => _hosts[node].Services.GetRequiredService<IKeyRing>();

    internal IUsedNames UsedNames(int node) => _hosts[node].Services.GetRequiredService<IUsedNames>();

    internal NodeRegistry Nodes(int node) => _hosts[node].Services.GetRequiredService<NodeRegistry>();

    internal AuditReader Audit(int node) => _hosts[node].Services.GetRequiredService<AuditReader>();

    internal IActivityStore Activity(int node) => _hosts[node].Services.GetRequiredService<IActivityStore>();

    internal T Get<T>(int node)
        where T : notnull => _hosts[node].Services.GetRequiredService<T>();

    internal UserAdministration Users(int node) => Get<UserAdministration>(node);

    internal IStateStore States(int node) => _hosts[node].Services.GetRequiredService<IStateStore>();

    public async Task InitializeAsync()
    {
        var postgres = await PostgresServer.SharedAsync();
        var connectionString = await postgres.CreateDatabaseAsync();
        var key = _folder.File("key");
        await File.WriteAllTextAsync(key, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        for (var i = 0; i < Count; i++)
        {
            var builder = Host.CreateEmptyApplicationBuilder(null);
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Storage:ConnectionString"] = connectionString,
                ["DataProtection:KeyFile"] = key,
                ["Cluster:SiloPort"] = FreePort.Next().ToString(System.Globalization.CultureInfo.InvariantCulture),
                ["Cluster:GatewayPort"] = FreePort.Next().ToString(System.Globalization.CultureInfo.InvariantCulture),
                ["Cluster:AdvertisedAddress"] = "127.0.0.1",
            });
            builder.Configuration.AddInMemoryCollection(Settings);
            builder.Logging.AddFilter(level => level >= LogLevel.Warning).AddConsole();
            builder.AddPlatformEngine();
            builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Time));
            builder.Services.AddSingleton<IPasswords, TestPasswords>();
            builder.Services.AddSingleton<IClientRules, TestClientRules>();
            var host = builder.Build();
            _hosts.Add(host);
            await host.StartAsync();
        }
    }

    public async Task DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.StopAsync();
            host.Dispose();
        }

        _folder.Dispose();
    }

    /// <summary>A user of the local directory under a name of their own.</summary>
    internal async Task<UserKey> NewUserAsync()
    {
        var made = await Users(0).CreateAsync(Operator, new NewUser($"user-{Guid.NewGuid():N}", null, null, "a password"), CancellationToken.None);
        Assert.Null(made.Refusal);
        return made.Value!.Key;
    }

    /// <summary>Disables a user, or enables them.</summary>
    internal async Task SetDisabledAsync(UserKey user, bool disabled) =>
        Assert.Null((await Users(0).SetDisabledAsync(Operator, user.ToString(), disabled, null, CancellationToken.None)).Refusal);

    /// <summary>A login of a user on a node.</summary>
    internal async Task<SessionKey> LoginAsync(int node, UserKey user, int limit = 20)
    {
        var key = SessionKey.FromId(SessionId.New());
        var result = await Grains(node).User(user).StartSessionAsync(Start(key, limit));
        Assert.NotNull(result.Session);
        return key;
    }

    internal static StartSession Start(SessionKey key, int limit = 20) => new(
        key, new UserProfile("u", "U", null), "192.0.2.1", "test", TimeSpan.FromMinutes(30), TimeSpan.FromHours(12), limit);
}

/// <summary>The system's clock, moved forward by a test.</summary>
public sealed class ShiftedTime : TimeProvider
{
    private long _shift;

    /// <summary>Moves it forward.</summary>
    public void Advance(TimeSpan by) => Interlocked.Add(ref _shift, by.Ticks);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref _shift));
}

[CollectionDefinition(Name)]
public sealed class GrainNodesTests : ICollectionFixture<GrainNodes>
{
    public const string Name = "grain nodes";
}
