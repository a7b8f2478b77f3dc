using System.Reflection;
using System.Security.Cryptography;

namespace Platform.Testing;

/// <summary>
/// Several nodes as processes of their own over one PostgreSQL, with the D4Science hierarchy and the users alice (VRE-Manager of
/// FARM/AquaMaps, member of FARM and of the root), bob (member of Ecosystem and Ecosystem/TryIt) and root (administrator).
/// </summary>
public sealed class PlatformCluster : IAsyncDisposable
{
    /// <summary>The infrastructure.</summary>
    public const string Root = "/d4science.research-infrastructures.eu";

    /// <summary>A VRE of which alice is the manager.</summary>
    public const string AquaMaps = $"{Root}/FARM/AquaMaps";

    private static readonly string[] Users = ["alice", "bob"];

    // One key for all clusters of a process, since their databases are copies of one that was filled with it.
    private static readonly string s_key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
    private static readonly Lazy<Task<string>> s_filled = new(FilledAsync);
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string?> _settings;
    private readonly List<ProcessNode> _nodes = [];

    private PlatformCluster(string connectionString, IReadOnlyDictionary<string, string?>? more)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("The servers that the tests start are Debian's.");
        }

        ConnectionString = connectionString;
        var key = _folder.File("key");
        using (var file = new FileStream(key, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes(s_key));
        }

        _settings = new Dictionary<string, string?>
        {
            ["Storage:ConnectionString"] = connectionString,
            ["DataProtection:KeyFile"] = key,
            ["PublicUrl"] = "http://127.0.0.1",
            ["KnownProxies:0"] = "127.0.0.1",
        };
        foreach (var (name, value) in more ?? new Dictionary<string, string?>())
        {
            _settings[name] = value;
        }
    }

    /// <summary>The database, for a client of its own.</summary>
    public string ConnectionString { get; }

    /// <summary>All nodes started so far, the dead ones too.</summary>
    public IReadOnlyList<ProcessNode> Nodes => _nodes;

    /// <summary>Which engine this build is of: <c>Embedded</c> or <c>Orleans</c>.</summary>
    public static string Engine => Metadata("Engine");

    /// <summary>The folder of the project.</summary>
    public static string Repository => Metadata("Repository");

    /// <summary>The sample configuration for nginx.</summary>
    public static string NginxSample => Path.Combine(Metadata("Repository"), "deploy", "nginx", "platform.conf");

    /// <summary>The samples for proxies in front of protected services.</summary>
    public static string ProxySamples => Path.Combine(Metadata("Repository"), "deploy", "proxies");

    /// <summary>The password of a user.</summary>
    public static string Password(string user) => $"cluster-{user}-password";

    /// <summary>Starts a cluster with scopes and users, on the server that the tests of the process share.</summary>
    public static async Task<PlatformCluster> StartAsync(int nodes, IReadOnlyDictionary<string, string?>? settings = null)
    {
        var postgres = await PostgresServer.SharedAsync();
        return await StartAsync(new PlatformCluster(await postgres.CreateDatabaseAsync(await s_filled.Value), settings), nodes, isFilled: true);
    }

    /// <summary>Starts a cluster with scopes and users, on a server of its own.</summary>
    public static async Task<PlatformCluster> StartAsync(PostgresServer postgres, int nodes, IReadOnlyDictionary<string, string?>? settings = null) =>
        await StartAsync(new PlatformCluster(await postgres.CreateDatabaseAsync(), settings), nodes, isFilled: false);

    /// <summary>A cluster without nodes, users and scopes.</summary>
    public static PlatformCluster Empty(string connectionString, IReadOnlyDictionary<string, string?>? settings = null) => new(connectionString, settings);

    /// <summary>Starts a node without waiting for it; <paramref name="connectionString"/> where it reaches the database another way.</summary>
    public ProcessNode Launch(string? connectionString = null) =>
        Launch("PlatformApi", new() { ["Storage:ConnectionString"] = connectionString ?? ConnectionString });

    /// <summary>Starts a node with settings of its own besides, without waiting for it.</summary>
    public ProcessNode Launch(IReadOnlyDictionary<string, string?> settings) => Launch("PlatformApi", new(settings));

    /// <summary>Starts a silo that only hosts grains.</summary>
    public ProcessNode LaunchSilo() => Launch("PlatformSilo", []);

    /// <summary>Runs a silo to its end.</summary>
    public static async Task<(int ExitCode, string Output)> RunSiloAsync(IReadOnlyDictionary<string, string?> environment)
    {
        using var process = ServerProcess.Start("dotnet", ["exec", Metadata("PlatformSilo")], environment);
        await process.WaitForExitAsync();
        return (process.ExitCode, process.Output);
    }

    /// <summary>Starts a node that is a client of such silos.</summary>
    public ProcessNode LaunchClient() => Launch("PlatformApi", new() { ["Cluster:Role"] = "Client" });

    private static async Task<PlatformCluster> StartAsync(PlatformCluster cluster, int nodes, bool isFilled)
    {
        try
        {
            for (var i = 0; i < nodes; i++)
            {
                cluster.Launch();
            }

            await cluster.WaitUntilReadyAsync();
            if (!isFilled)
            {
                await cluster.FillAsync();
            }

            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    // Five commands are five processes: they fill one database, and each cluster gets a copy.
    private static async Task<string> FilledAsync()
    {
        var postgres = await PostgresServer.SharedAsync();
        await using var cluster = Empty(await postgres.CreateDatabaseAsync());
        await cluster.FillAsync();
        return new Npgsql.NpgsqlConnectionStringBuilder(cluster.ConnectionString).Database!;
    }

    private ProcessNode Launch(string program, Dictionary<string, string?> more)
    {
        var settings = new Dictionary<string, string?>(_settings);
        foreach (var (name, value) in more)
        {
            settings[name] = value;
        }

        if (Engine == "Orleans")
        {
            settings["Cluster:SiloPort"] = FreePort.Next().ToString(System.Globalization.CultureInfo.InvariantCulture);
            settings["Cluster:GatewayPort"] = FreePort.Next().ToString(System.Globalization.CultureInfo.InvariantCulture);
            settings["Cluster:AdvertisedAddress"] = "127.0.0.1";
        }

        var node = ProcessNode.Launch(Metadata(program), settings);
        _nodes.Add(node);
        return node;
    }

    public Task WaitUntilReadyAsync() => Task.WhenAll(_nodes.Select(node => node.WaitUntilReadyAsync()));

    /// <summary>Imports scopes and makes users, by the command line.</summary>
    public async Task FillAsync()
    {
        await CommandAsync(null, "import", Path.Combine(Metadata("Repository"), "api", "Demo", "d4science-infrastructure.json"));
        await CommandAsync(Password("root") + "\n", "user", "add", "root", "--admin");
        foreach (var user in Users)
        {
            await CommandAsync(Password(user) + "\n", "user", "add", user);
        }

        await ImportAsync($$"""
            {"memberships": [
              {"user": "alice", "scope": "{{Root}}"},
              {"user": "alice", "scope": "{{Root}}/FARM"},
              {"user": "alice", "scope": "{{AquaMaps}}", "roles": ["VRE-Manager"]},
              {"user": "bob", "scope": "{{Root}}/Ecosystem"},
              {"user": "bob", "scope": "{{Root}}/Ecosystem/TryIt"}]}
            """);
    }

    /// <summary>Imports a document in JSON, or in YAML.</summary>
    public async Task ImportAsync(string text)
    {
        var file = _folder.File($"{Guid.NewGuid():N}.{(text.StartsWith('{') ? "json" : "yaml")}");
        await File.WriteAllTextAsync(file, text);
        await CommandAsync(null, "import", file);
    }

    /// <summary>Runs a command of the platform on the cluster's database and returns what it printed.</summary>
    public async Task<string> CommandAsync(string? input, params string[] arguments)
    {
        var environment = _settings.ToDictionary(setting => setting.Key.Replace(":", "__", StringComparison.Ordinal), setting => setting.Value);
        using var process = ServerProcess.Start("dotnet", ["exec", Metadata("PlatformApi"), .. arguments], environment);
        await process.WriteInputAsync(input ?? "");
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? process.Output
            : throw new InvalidOperationException($"{string.Join(' ', arguments)} ended with {process.ExitCode}: {process.Output}");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            if (!node.Process.HasExited)
            {
                // A paused process would not die of the signal that Dispose sends to ask, but does of this one.
                await node.KillAsync();
            }

            node.Dispose();
        }

        _folder.Dispose();
    }

    private static string Metadata(string key) =>
        typeof(PlatformCluster).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
