using System.Text.Json;
using Platform.Clients.Tests.Browser;
using Platform.Testing;
using Platform.Testing.OAuth;
using Platform.Testing.Web;

namespace Platform.Clients.Tests.Support;

/// <summary>
/// The platform as its clients meet it: two nodes over one PostgreSQL behind nginx, which sends each request to the next node. All
/// tests of the assembly share it; what one of them changes it changes for a user or client of its own.
/// </summary>
public sealed class Site : IAsyncLifetime
{
    private readonly SemaphoreSlim _lock = new(1);
    private readonly Dictionary<string, TestClient> _clients = [];
    private PlatformCluster? _cluster;
    private NginxServer? _nginx;
    private HttpClient? _http;
    private WebBrowser? _alice;
    private WebBrowser? _carol;
    private ProtectedService? _protected;

    /// <summary>The issuer with a slash, where nginx listens.</summary>
    public Uri Address { get; } = new($"http://127.0.0.1:{FreePort.Next()}/");

    /// <summary>The issuer as tokens name it.</summary>
    public string Issuer => Address.ToString().TrimEnd('/');

    /// <summary>A client of the site, without cookies and without following redirects.</summary>
    public HttpClient Http => _http ?? throw new InvalidOperationException("The site was not started.");

    /// <summary>The nodes.</summary>
    public PlatformCluster Cluster => _cluster ?? throw new InvalidOperationException("The site was not started.");

    /// <summary>What <c>/.well-known/openid-configuration</c> says.</summary>
    public JsonElement Discovery { get; private set; }

    /// <summary>The published keys.</summary>
    public JsonElement Keys { get; private set; }

    /// <summary>What alice looks through, logged in once for all tests; who logs her out takes another browser.</summary>
    public async Task<WebBrowser> AliceAsync()
    {
        await _lock.WaitAsync();
        try
        {
            return _alice ??= await LoggedInAsync("alice");
        }
        finally
        {
            _lock.Release();
        }
    }

    /// <summary>What carol looks through; her directory knows her full name and her mail address.</summary>
    public async Task<WebBrowser> CarolAsync()
    {
        await _lock.WaitAsync();
        try
        {
            return _carol ??= await LoggedInAsync("carol");
        }
        finally
        {
            _lock.Release();
        }
    }

    /// <summary>For a test that ended all sessions: whoever is asked for next logs in anew.</summary>
    public async Task ForgetLoginsAsync()
    {
        await _lock.WaitAsync();
        try
        {
            _alice?.Dispose();
            _carol?.Dispose();
            _alice = null;
            _carol = null;
        }
        finally
        {
            _lock.Release();
        }
    }

    /// <summary>A service behind each of the proxies, started at its first use and shared.</summary>
    public async Task<ProtectedService> ProtectedAsync()
    {
        await _lock.WaitAsync();
        try
        {
            return _protected ??= await ProtectedService.StartAsync(Http, Cluster.Nodes[0].Address);
        }
        finally
        {
            _lock.Release();
        }
    }

    /// <summary>A browser of one's own in which somebody has logged in.</summary>
    public async Task<WebBrowser> LoggedInAsync(string user)
    {
        var browser = new WebBrowser(Address);
        var page = await browser.LogInAsync(await browser.OpenAsync("login"), user);
        return page.IsLogin ? throw new InvalidOperationException($"{user} could not log in: {page.Html}") : browser;
    }

    /// <summary>A client with these metadata beside the usual ones, registered at its first use and shared under its name.</summary>
    public async Task<TestClient> ClientAsync(string name, IReadOnlyDictionary<string, object> metadata)
    {
        await _lock.WaitAsync();
        try
        {
            if (!_clients.TryGetValue(name, out var client))
            {
                _clients[name] = client = await RegisterAsync(name, metadata);
            }

            return client;
        }
        finally
        {
            _lock.Release();
        }
    }

    /// <summary>Registers a client of one's own.</summary>
    public Task<TestClient> RegisterAsync(string name, IReadOnlyDictionary<string, object> metadata)
    {
        var all = new Dictionary<string, object>
        {
            ["client_name"] = $"The {name} client",
            ["redirect_uris"] = new[] { TestClient.Callback },
            ["grant_types"] = new[] { "authorization_code", "refresh_token" },
            ["response_types"] = new[] { "code" },
            ["scope"] = "openid profile email groups offline_access read write d4s-context:*",
            ["token_endpoint_auth_method"] = "client_secret_basic",
        };
        foreach (var (key, value) in metadata)
        {
            all[key] = value;
        }

        return Http.RegisterAsync(all);
    }

    /// <summary>Makes <c>resource_1</c> what it was at first, readable by all.</summary>
    public async Task SeedResourceAsync()
    {
        var pkce = Pkce.New();
        var code = await (await AliceAsync()).CodeAsync(ImportedClients.Web, $"write d4s-context:{PlatformCluster.Root}", pkce);
        var token = (await Http.RedeemAsync(ImportedClients.Web, code, pkce)).Granted()["access_token"];
        using var document = new StringContent("""{"seeded": true}""", System.Text.Encoding.UTF8, new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
        document.Headers.Add("Resource-Visibility", "public");
        (await Http.SendWithAsync(HttpMethod.Put, "resources/resource_1", token, document)).Granted();
    }

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        _cluster = await PlatformCluster.StartAsync(2, new Dictionary<string, string?>
        {
            ["PublicUrl"] = Issuer,
            ["OAuth:Registration"] = "Open",
            ["OAuth:RegistrationsPerHour"] = "100000",
            ["OAuth:RefreshGrace"] = "00:00:02",
            ["Sessions:Limit"] = "1000",
            ["Resources:DefaultScope"] = PlatformCluster.Root,
            ["Resources:Aliases:0"] = "resource_1",
            ["OpenSso:Enabled"] = "true",
            ["OpenSso:OpenAccounts:0"] = "guest",
            ["Policies:Groups:member"] = "*",
        });
        await _cluster.CommandAsync(PlatformCluster.Password("carol") + "\n", "user", "add", "carol", "--display-name", "Carol Cod", "--mail", "carol@example.org");
        await _cluster.ImportAsync(ImportedClients.File(Issuer));
        _nginx = await NginxServer.StartAsync(PlatformCluster.NginxSample, _cluster.Nodes.Select(node => node.Address), Address);
        _http = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = Address };
        Discovery = (await _http.GetWithAsync(".well-known/openid-configuration", null)).Granted().Json;
        Keys = (await _http.GetWithAsync(new Uri(Discovery.GetProperty("jwks_uri").GetString()!).AbsolutePath, null)).Granted().Json;
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        _alice?.Dispose();
        _carol?.Dispose();
        if (_protected is not null)
        {
            await _protected.DisposeAsync();
        }

        _http?.Dispose();
        _lock.Dispose();
        if (_nginx is not null)
        {
            await _nginx.DisposeAsync();
        }

        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }
}

[CollectionDefinition(Name)]
public sealed class SiteTests : ICollectionFixture<Site>, ICollectionFixture<Chromium>
{
    public const string Name = "the site";
}
