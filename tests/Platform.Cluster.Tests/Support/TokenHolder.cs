using System.Globalization;
using System.Net;
using System.Text.Json;
using Platform.Testing;
using Platform.Testing.OAuth;
using Platform.Testing.Web;

namespace Platform.Cluster.Tests.Support;

/// <summary>A user in a browser, and a client that holds tokens of theirs; the nodes are told with each call.</summary>
internal sealed class TokenHolder : IDisposable
{
    /// <summary>The sessions of one user: more than tests that share nodes leave behind, few enough to reach.</summary>
    public const int SessionLimit = 40;

    private readonly HttpClient _first;

    private TokenHolder(HttpClient first, TestClient client, WebBrowser browser, string user) => (_first, Client, Browser, User) = (first, client, browser, user);

    /// <summary>What a cluster needs for these tests: registration for all, and no limits that the load would reach.</summary>
    public static IReadOnlyDictionary<string, string?> Settings { get; } = new Dictionary<string, string?>
    {
        ["OAuth:Registration"] = "Open",
        ["OAuth:RegistrationsPerHour"] = "100000",
        ["OAuth:RequestsPerSecond"] = "100000",
        ["OAuth:RequestBurst"] = "100000",

        // As long as it may be: what has to happen within it does on a slow machine too.
        ["OAuth:RefreshGrace"] = "00:01:00",
        ["Sessions:Limit"] = SessionLimit.ToString(CultureInfo.InvariantCulture),
    };

    public TestClient Client { get; }

    public WebBrowser Browser { get; }

    public string User { get; }

    /// <summary>Registers a client of this test's own and logs its user in.</summary>
    public static async Task<TokenHolder> StartAsync(ProcessNode node, string user = "alice", string authentication = "none")
    {
        var client = await node.Client.RegisterAsync(new Dictionary<string, object>
        {
            ["client_name"] = "A client under load",
            ["redirect_uris"] = new[] { TestClient.Callback },
            ["grant_types"] = new[] { "authorization_code", "refresh_token" },
            ["response_types"] = new[] { "code" },
            ["scope"] = "openid profile offline_access read write d4s-context:*",
            ["token_endpoint_auth_method"] = authentication,
        });
        var browser = new WebBrowser(node.Address);
        var page = await browser.LogInAsync(await browser.OpenAsync("login"), user);
        return page.IsLogin ? throw new InvalidOperationException($"{user} could not log in: {page.Html}") : new TokenHolder(node.Client, client, browser, user);
    }

    /// <summary>A service that checks the tokens that others bring it.</summary>
    public static Task<TestClient> ServiceAsync(HttpClient node) => node.RegisterAsync(new Dictionary<string, object>
    {
        ["client_name"] = "A service",
        ["grant_types"] = new[] { "client_credentials" },
        ["response_types"] = Array.Empty<string>(),
        ["scope"] = "read",
        ["token_endpoint_auth_method"] = "client_secret_basic",
    });

    /// <summary>A code and the proof that belongs to it.</summary>
    public async Task<(string Code, Pkce Pkce)> CodeAsync(string oauthScope = "openid")
    {
        var pkce = Pkce.New();
        var page = await Browser.AuthorizeAsync(Client.AuthorizeUrl(oauthScope, pkce, ("prompt", oauthScope.Contains("offline_access", StringComparison.Ordinal) ? "consent" : null)), User);
        return (page.Parameter("code") ?? throw new InvalidOperationException($"No code came: {page.Leaving.Query}"), pkce);
    }

    /// <summary>Tokens by a new code.</summary>
    public async Task<OAuthAnswer> TokensAsync(string oauthScope = "openid")
    {
        var (code, pkce) = await CodeAsync(oauthScope);
        return (await _first.RedeemAsync(Client, code, pkce)).Granted();
    }

    public void Dispose() => Browser.Dispose();

    /// <summary>200 where introspection, tokeninfo, userinfo or a resource accepts a token, 401 where it does not; each in turn.</summary>
    public static async Task<HttpStatusCode> StatusAsync(HttpClient node, string accessToken, TestClient asking, int turn)
    {
        switch (turn % 4)
        {
            case 0:
                var introspected = await node.IntrospectAsync(asking, accessToken);
                return introspected.Status == HttpStatusCode.OK
                    ? introspected.Json.GetProperty("active").ValueKind == JsonValueKind.True ? HttpStatusCode.OK : HttpStatusCode.Unauthorized
                    : introspected.Status;
            case 1:
                return (await node.GetWithAsync("oauth/tokeninfo", accessToken)).Status;
            case 2:
                return (await node.GetWithAsync("oauth/userinfo", accessToken)).Status;
            default:
                // A token that is accepted is told that the resource is not there, or that it is in no scope.
                var resource = (await node.GetWithAsync("resources/no-such-resource", accessToken)).Status;
                return resource is HttpStatusCode.NotFound or HttpStatusCode.BadRequest or HttpStatusCode.Forbidden ? HttpStatusCode.OK : resource;
        }
    }
}
