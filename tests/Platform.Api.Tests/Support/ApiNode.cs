using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Platform.Api.Users;
using Platform.Grains.Scopes.Import;
using Platform.Silo;
using Platform.Storage.DataProtection;
using Platform.Testing;

namespace Platform.Api.Tests.Support;

/// <summary>A whole node in this process: real Kestrel on a free port, a real store, everything logged.</summary>
internal sealed class ApiNode : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private WebApplication? _app;

    public CapturedLogs Logs { get; } = new();

    public ShiftedTime Time { get; } = new();

    public Uri Address { get; private set; } = new("http://localhost");

    /// <summary>A client without cookies that follows no redirect.</summary>
    public HttpClient Client { get; } = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });

    public IServiceProvider Services => _app!.Services;

    /// <summary>Starts a node with the test's scopes and users.</summary>
    public static async Task<ApiNode> StartAsync(IReadOnlyDictionary<string, string?>? settings = null, Action<IServiceCollection>? adjust = null, bool filled = true)
    {
        var node = new ApiNode();
        try
        {
            await node.RunAsync(settings ?? new Dictionary<string, string?>(), adjust);
            if (filled)
            {
                await node.FillAsync();
            }

            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    public async Task ImportAsync(ScopeImport import)
    {
        var outcome = await Services.GetRequiredService<ScopeImporter>().ImportAsync(import, new ImportOptions("test"), CancellationToken.None);
        Assert.Empty(outcome.Problems);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        _folder.Dispose();
    }

    private async Task RunAsync(IReadOnlyDictionary<string, string?> settings, Action<IServiceCollection>? adjust)
    {
        var key = _folder.File("key");
        KeyEncryptionKeyFile.CreateIfMissing(key);
        var all = new Dictionary<string, string?>
        {
            ["urls"] = "http://127.0.0.1:0",
            ["PublicUrl"] = "http://127.0.0.1",
            ["DataProtection:KeyFile"] = key,
            ["Storage:Path"] = _folder.File("platform.db"),

            // Failures of one test must not slow the next one down; the throttle has tests of its own.
            ["Users:Throttle:AddressFailures"] = "100000",
            ["Users:Throttle:AccountFailures"] = "100000",
            ["Users:RefusalFloor"] = "00:00:00.010",
            ["Users:RefusalJitter"] = "00:00:00.001",
            ["Logging:LogLevel:Default"] = "Trace",
            ["Logging:LogLevel:Microsoft.AspNetCore"] = "Trace",
            ["Logging:LogLevel:Platform.Api.Http.Logs.AccessLog"] = "Trace",
        };
        if (PlatformEngine.Name.Equals("Orleans", StringComparison.Ordinal))
        {
            all["Storage:ConnectionString"] = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
            all["Cluster:SiloPort"] = FreePort.Next().ToString(System.Globalization.CultureInfo.InvariantCulture);
            all["Cluster:GatewayPort"] = FreePort.Next().ToString(System.Globalization.CultureInfo.InvariantCulture);
            all["Cluster:AdvertisedAddress"] = "127.0.0.1";
        }

        foreach (var (name, value) in settings)
        {
            all[name] = value;
        }

        _app = Program.Build(
            [],
            builder =>
            {
                builder.Configuration.AddInMemoryCollection(all);
            },
            builder =>
            {
                builder.Logging.ClearProviders().AddProvider(Logs);
                builder.Services.AddSingleton<TimeProvider>(Time);
                builder.Services.AddCheapPasswords();
                adjust?.Invoke(builder.Services);
            });
        await _app.StartAsync();
        var addresses = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        Address = new Uri(addresses.Addresses.Single());
        Client.BaseAddress = Address;
    }

    private async Task FillAsync()
    {
        var users = Services.GetRequiredService<LocalUsers>();
        foreach (var user in TestData.Users)
        {
            var result = await users.AddAsync(user, $"{user} <Test>", $"{user}@example.org", TestData.Password(user), admin: false, "test", CancellationToken.None);
            Assert.Null(result.Refusal);
        }

        await ImportAsync(TestData.Import());
    }
}
