using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Api.Users;
using Platform.Grains.Audit;
using Platform.Grains.Cluster;
using Platform.Grains.Sessions;
using Platform.Silo;
using Platform.Testing;

namespace Platform.Users.Tests.Logins;

/// <summary>A node without its HTTP: grains on the engine, users, and a clock, an audit and a log that tests look into.</summary>
internal sealed class UsersNode : IAsyncDisposable
{
    public static readonly IPAddress Home = IPAddress.Parse("192.0.2.10");
    private readonly TemporaryFolder _folder = new();
    private IHost? _host;
    private int _addresses;

    public ShiftedTime Time { get; } = new();

    public RecordingAudit Audit { get; } = new();

    public RecordingLog Log { get; } = new();

    public IPlatformGrains Grains => Get<IPlatformGrains>();

    public LocalUsers LocalUsers => Get<LocalUsers>();

    public static async Task<UsersNode> StartAsync(Dictionary<string, string?>? settings = null, Action<IServiceCollection>? adjust = null)
    {
        var node = new UsersNode();
        try
        {
            await node.StartHostAsync(settings ?? [], adjust);
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }

        return node;
    }

    /// <summary>The settings of a directory on a slapd, asked before the local one.</summary>
    public static Dictionary<string, string?> With(SlapdServer slapd) => new()
    {
        ["Users:Directories:0:Type"] = "ldap",
        ["Users:Directories:0:Ldap:Servers:0"] = slapd.TlsUrl,
        ["Users:Directories:0:Ldap:CaFile"] = slapd.CaFile,
        ["Users:Directories:0:Ldap:BindDn"] = SlapdServer.SearchDn,
        ["Users:Directories:0:Ldap:BindPassword"] = SlapdServer.SearchPassword,
        ["Users:Directories:0:Ldap:SearchBase"] = SlapdServer.People,
        ["Users:Directories:0:Ldap:Groups:SearchBase"] = SlapdServer.Groups,
        ["Users:Directories:0:Ldap:Groups:Rules:0:Group"] = "farm",
        ["Users:Directories:0:Ldap:Groups:Rules:0:Scope"] = "/gcube/FARM",
        ["Users:Directories:0:Ldap:Groups:Rules:0:Roles:0"] = "VO-Admin",
        ["Users:Directories:1:Type"] = "local",
    };

    public T Get<T>()
        where T : notnull => _host!.Services.GetRequiredService<T>();

    public async Task AddUserAsync(string name, string password) =>
        Assert.Null((await LocalUsers.AddAsync(name, null, null, password, admin: false, "test", default)).Refusal);

    public Task<LoginResult> LoginAsync(string name, string password, IPAddress? address = null) =>
        Get<ILogin>().LoginAsync(new LoginAttempt(name, password, address ?? Home, "test agent"), CancellationToken.None);

    public async Task<LoginResult.Accepted> AcceptedAsync(string name, string password, IPAddress? address = null) =>
        Assert.IsType<LoginResult.Accepted>(await LoginAsync(name, password, address));

    public ValueTask<LiveSession?> FindLiveAsync(LoginResult.Accepted login) =>
        Get<ISessionCheck>().FindLiveAsync(SessionKey.FromId(login.Id), CancellationToken.None);

    /// <summary>An address that nothing has come from before.</summary>
    public IPAddress Elsewhere() => new([203, 0, 113, (byte)Interlocked.Increment(ref _addresses)]);

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.StopAsync();
            _host.Dispose();
        }

        _folder.Dispose();
    }

    private async Task StartHostAsync(Dictionary<string, string?> settings, Action<IServiceCollection>? adjust)
    {
        var key = _folder.File("key");
        await File.WriteAllTextAsync(key, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Storage:ConnectionString"] = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync(),
            ["DataProtection:KeyFile"] = key,
            ["Cluster:SiloPort"] = FreePort.Next().ToString(CultureInfo.InvariantCulture),
            ["Cluster:GatewayPort"] = FreePort.Next().ToString(CultureInfo.InvariantCulture),
            ["Cluster:AdvertisedAddress"] = "127.0.0.1",
            ["Users:RefusalFloor"] = "00:00:00",

            // Longer than a slow machine takes for what happens meanwhile.
            ["Users:Throttle:FirstDelay"] = "00:10:00",
            ["Users:Throttle:LongestDelay"] = "00:10:00",
            ["Users:RefusalJitter"] = "00:00:00",
        });
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log);
        builder.AddPlatformEngine();
        builder.Services.AddUsers(builder.Configuration);
        builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Time));
        builder.Services.Replace(ServiceDescriptor.Singleton<IAuditLog>(Audit));
        adjust?.Invoke(builder.Services);
        _host = builder.Build();
        await _host.StartAsync();
    }
}
