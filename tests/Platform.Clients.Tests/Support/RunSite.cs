using Platform.Testing;

namespace Platform.Clients.Tests.Support;

/// <summary>
/// The platform as people who run algorithms meet it: a node with a Podman of its own, behind nginx. Members of FARM/AquaMaps may run the test's
/// image.
/// </summary>
public sealed class RunSite : IAsyncLifetime
{
    private PodmanEngine? _engine;
    private PlatformCluster? _cluster;
    private NginxServer? _nginx;

    /// <summary>Where nginx listens.</summary>
    public Uri Address { get; } = new($"http://127.0.0.1:{FreePort.Next()}/");

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        _engine = await PodmanEngine.StartNewAsync();
        _cluster = await PlatformCluster.StartAsync(1, new Dictionary<string, string?>
        {
            ["PublicUrl"] = Address.ToString().TrimEnd('/'),
            ["Sessions:Limit"] = "200",
            ["Runs:Runtime"] = _engine.Runtime,
            ["Runs:Machine"] = "machine-1",
            ["Runs:TokenDirectory"] = _engine.TokenDirectory,
            ["Runs:Network"] = "host",
            ["Runs:PollInterval"] = "00:00:00.200",
            ["Runs:StopGrace"] = "00:00:01",
            ["Runs:Capacity"] = "8",
            ["Runs:RunningPerScope"] = "8",
            ["Runs:RunningPerUser"] = "8",
        });
        await _cluster.ImportAsync("""
            {"clients": [
              {"client_id": "runs", "client_name": "Runs", "trusted": true, "token_endpoint_auth_method": "none", "grant_types": [], "scope": "read write"},
              {"client_id": "viewer", "client_name": "Viewer", "trusted": true, "token_endpoint_auth_method": "none", "grant_types": [], "scope": "read write"}]}
            """);
        await _cluster.CommandAsync(null, "scope", "set-runs", PlatformCluster.AquaMaps, "--image", PodmanEngine.Image, "--members", "true", "--running", "8");
        _nginx = await NginxServer.StartAsync(PlatformCluster.NginxSample, _cluster.Nodes.Select(node => node.Address), Address);
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_nginx is not null)
        {
            await _nginx.DisposeAsync();
        }

        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }

        if (_engine is not null)
        {
            await _engine.DisposeAsync();
        }
    }
}

[CollectionDefinition(Name)]
public sealed class RunSiteTests : ICollectionFixture<RunSite>, ICollectionFixture<Browser.Chromium>
{
    public const string Name = "the site with runs";
}
