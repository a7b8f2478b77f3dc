using Platform.Testing;

namespace Platform.Runs.Tests.Support;

/// <summary>
/// Two nodes over one PostgreSQL: one that people and containers call, and one that starts containers with a Podman of its own. Members of
/// FARM/AquaMaps may run the test's image, four at a time.
/// </summary>
public sealed class RunCluster : IAsyncLifetime
{
    /// <summary>How many runs of the scope run at a time.</summary>
    public const int Limit = 4;

    /// <summary>An image that may run, and that no machine has.</summary>
    public const string MissingImage = "localhost/nowhere:1";

    /// <summary>An image that may run, and whose name no engine takes for one.</summary>
    public const string OddImage = "localhost/Upper/../case";

    /// <summary>How long what comes may take, on a machine that is at much else.</summary>
    internal static TimeSpan Patience { get; } = TimeSpan.FromSeconds(60);

    private PlatformCluster? _cluster;

    internal PlatformCluster Cluster => _cluster ?? throw new InvalidOperationException("The cluster was not started.");

    internal PodmanEngine Engine { get; private set; } = null!;

    /// <summary>The node that starts no containers.</summary>
    internal ProcessNode Front => Cluster.Nodes[0];

    /// <summary>The node that starts containers; a new one after it was killed.</summary>
    internal ProcessNode Worker { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Engine = await PodmanEngine.StartNewAsync();
        _cluster = await PlatformCluster.StartAsync(1, new Dictionary<string, string?>
        {
            ["OAuth:RequestsPerSecond"] = "100000",
            ["OAuth:RequestBurst"] = "100000",
            ["Sessions:Limit"] = "200",
            ["Runs:RunningPerScope"] = "8",
            ["Runs:RunningPerUser"] = "8",
        });
        await StartWorkerAsync();
        await Cluster.ImportAsync("""
            {"clients": [
              {"client_id": "runs", "client_name": "Runs", "trusted": true, "token_endpoint_auth_method": "none", "grant_types": [], "scope": "read write"},
              {"client_id": "viewer", "client_name": "Viewer", "trusted": true, "token_endpoint_auth_method": "none", "grant_types": [], "scope": "read write"},
              {"client_id": "asking", "client_name": "A service", "client_secret": "a-secret-of-a-service-that-asks", "grant_types": ["client_credentials"], "scope": "read"}],
             "scopes": [{"scope": "/d4science.research-infrastructures.eu/FARM/AquaMaps", "anonymous": ["read"]}]}
            """);
        var root = await RootAsync();
        await root.SetRunsAsync(PlatformCluster.AquaMaps, $$"""{"images": ["{{PodmanEngine.Image}}", "{{MissingImage}}", "{{OddImage}}", "{{DockerSocket.Image}}"], "forMembers": true, "running": {{Limit}}}""");
        await Eventually.TrueAsync(() => root.IsMachineReadyAsync(true), TimeSpan.FromSeconds(30), "the machine is ready");
    }

    /// <summary>Starts the node that starts containers, or the next one on the same machine.</summary>
    internal Task StartWorkerAsync() => StartWorkerAsync("machine-1", Engine.Runtime, Engine.TokenDirectory);

    /// <summary>Starts the node that starts containers, with another engine.</summary>
    internal async Task StartWorkerAsync(string machine, string runtime, string tokenDirectory)
    {
        Worker = Cluster.Launch(new Dictionary<string, string?>
        {
            ["Runs:Runtime"] = runtime,
            ["Runs:Machine"] = machine,
            ["Runs:TokenDirectory"] = tokenDirectory,
            ["Runs:Network"] = "host",
            ["Runs:PlatformUrl"] = Front.Address.ToString().TrimEnd('/'),
            ["Runs:TokenLifetime"] = "00:00:04",
            ["Runs:PollInterval"] = "00:00:00.200",
            ["Runs:StopGrace"] = "00:00:01",
            ["Runs:Capacity"] = "8",
        });
        await Worker.WaitUntilReadyAsync();
    }

    /// <summary>Waits until no container is left: cleaning up comes after the end.</summary>
    internal Task NoContainersAsync() => Eventually.TrueAsync(
        async () => (await Engine.RunAsync("ps", "-aq")).Trim().Length == 0, Patience, "no container is left");

    /// <summary>A member of FARM/AquaMaps, in it.</summary>
    internal Task<Member> AliceAsync() => Member.LogInAsync(Front.Client, "alice", PlatformCluster.AquaMaps);

    /// <summary>An administrator, in no scope.</summary>
    internal Task<Member> RootAsync() => Member.LogInAsync(Front.Client, "root", null);

    /// <summary>The token that a run's container finds now.</summary>
    internal async Task<string> ReadTokenAsync(string run) => await File.ReadAllTextAsync(Path.Combine(Engine.TokenDirectory, run, "token"));

    public async Task DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }

        if (Engine is not null)
        {
            await Engine.DisposeAsync();
        }
    }
}

[CollectionDefinition(Name)]
public sealed class RunClusterTests : ICollectionFixture<RunCluster>
{
    public const string Name = "run cluster";
}
