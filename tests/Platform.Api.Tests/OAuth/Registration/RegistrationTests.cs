using System.Net;
using System.Text;
using System.Text.Json;
using Platform.Api.OAuth;
using Platform.Api.Tests.OAuth.Tokens;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.OAuth.Registration;

/// <summary>Who may register clients, what they get, and how they manage it.</summary>
public sealed class RegistrationTests
{
    private const string InitialToken = "the initial access token";

    [Fact]
    public async Task Closed_NobodyRegisters()
    {
        await using var node = await ApiNode.StartAsync(filled: false);
        Assert.Equal("access_denied", await RegisterAsync(node, Web()).ErrorAsync(HttpStatusCode.Forbidden));
    }

    [Fact]
    public async Task Token_OpensTheDoor()
    {
        await using var node = await StartAsync("Token");
        Assert.Equal("invalid_token", await RegisterAsync(node, Web()).ErrorAsync(HttpStatusCode.Unauthorized));
        Assert.Equal("invalid_token", await RegisterAsync(node, Web(), "Authorization: Bearer wrong").ErrorAsync(HttpStatusCode.Unauthorized));
        var encoded = "Authorization: Bearer " + InitialToken.Replace(' ', '-');
        await RegisterAsync(node, Web(), encoded).JsonAsync(HttpStatusCode.Created);
        var discovery = await node.GetAsync("/.well-known/openid-configuration").JsonAsync();
        Assert.True(discovery.Has("registration_endpoint"));
    }

    [Fact]
    public async Task Open_IsSlowedPerAddress()
    {
        await using var node = await StartAsync("Open", perHour: 2);
        await RegisterAsync(node, Web()).JsonAsync(HttpStatusCode.Created);
        await RegisterAsync(node, Web()).JsonAsync(HttpStatusCode.Created);
        using var refused = await RegisterAsync(node, Web());
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
    }

    [Fact]
    public async Task Registration_IsReadReplacedAndDeleted_ByItsTokenAlone()
    {
        await using var node = await StartAsync("Open");
        var made = await RegisterAsync(node, Web()).JsonAsync(HttpStatusCode.Created);
        var address = new Uri(made.Text("registration_client_uri")).AbsolutePath;
        var token = "Authorization: Bearer " + made.Text("registration_access_token");
        Assert.Equal(0, made.GetProperty("client_secret_expires_at").GetInt64());
        Assert.Equal("client_secret_basic", made.Text("token_endpoint_auth_method"));
        Assert.Equal("RS256", made.Text("id_token_signed_response_alg"));

        var read = await node.GetAsync(address, token).JsonAsync();
        Assert.Equal("A client", read.Text("client_name"));
        Assert.False(read.Has("client_secret"));
        Assert.Equal("invalid_token", await node.GetAsync(address).ErrorAsync(HttpStatusCode.Unauthorized));
        Assert.Equal("invalid_token", await node.GetAsync(address, "Authorization: Bearer wrong").ErrorAsync(HttpStatusCode.Unauthorized));
        Assert.Equal("invalid_token", await node.GetAsync("/oauth/register/nobody", token).ErrorAsync(HttpStatusCode.Unauthorized));

        var changed = Web();
        changed["client_name"] = "Another name";
        Assert.Equal("invalid_request", await SendAsync(node, HttpMethod.Put, address, changed, token).ErrorAsync());
        changed["client_id"] = made.Text("client_id");
        Assert.Equal("Another name", (await SendAsync(node, HttpMethod.Put, address, changed, token).JsonAsync()).Text("client_name"));

        using var deleted = await node.SendAsync(HttpMethod.Delete, address, null, token);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal("invalid_token", await node.GetAsync(address, token).ErrorAsync(HttpStatusCode.Unauthorized));
        var basic = "Authorization: " + Calls.Basic(made.Text("client_id"), made.Text("client_secret"));
        Assert.Equal("invalid_client", await node.PostAsync("/oauth/token", new() { ["grant_type"] = GrantTypes.RefreshToken, ["refresh_token"] = "x" }, basic).ErrorAsync(HttpStatusCode.Unauthorized));
    }

    [Fact]
    public async Task RegisteredService_GetsItsToken_AndNoMoreThanAnybodyMayHave()
    {
        await using var node = await StartAsync("Open");
        var metadata = new Dictionary<string, object>
        {
            ["client_name"] = "A service", ["grant_types"] = new[] { GrantTypes.ClientCredentials }, ["scope"] = "read admin", ["trusted"] = true, ["legacy"] = true, ["audiences"] = new[] { "https://x.example" },
        };
        var made = await RegisterAsync(node, metadata).JsonAsync(HttpStatusCode.Created);
        Assert.Equal("read", made.Text("scope"));
        var basic = "Authorization: " + Calls.Basic(made.Text("client_id"), made.Text("client_secret"));
        var token = await node.PostAsync("/oauth/token", new() { ["grant_type"] = GrantTypes.ClientCredentials }, basic).JsonAsync();
        Assert.Equal("read", token.Text("scope"));
        Assert.Equal("invalid_target", await node.PostAsync("/oauth/token", new() { ["grant_type"] = GrantTypes.ClientCredentials, ["resource"] = "https://x.example" }, basic).ErrorAsync());
    }

    [Fact]
    public async Task AllFaults_AreNamedAtOnce()
    {
        await using var node = await StartAsync("Open");
        var metadata = Web();
        metadata["grant_types"] = new[] { "authorization_code", "password" };
        metadata["logo_uri"] = "nonsense";
        metadata["jwks_uri"] = "http://elsewhere.example/";
        metadata["redirect_uris"] = new[] { "http://client.example/" };
        using var answer = await RegisterAsync(node, metadata);
        var text = await answer.Content.ReadAsStringAsync();
        foreach (var name in (string[])["grant_types", "logo_uri", "jwks_uri", "redirect_uris", "invalid_client_metadata"])
        {
            Assert.Contains(name, text, StringComparison.Ordinal);
        }
    }

    private static Dictionary<string, object> Web() => new() { ["client_name"] = "A client", ["redirect_uris"] = new[] { TokenNode.Callback } };

    private static Task<ApiNode> StartAsync(string registration, int perHour = 1000) => ApiNode.StartAsync(
        new Dictionary<string, string?>
        {
            ["OAuth:Registration"] = registration,
            ["OAuth:RegistrationsPerHour"] = perHour.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["OAuth:InitialAccessTokens:0"] = TokenNode.Sha256(InitialToken.Replace(' ', '-')).Hash,
        },
        filled: false);

    private static Task<HttpResponseMessage> RegisterAsync(ApiNode node, object metadata, params string[] headers) => SendAsync(node, HttpMethod.Post, "/oauth/register", metadata, headers);

    private static Task<HttpResponseMessage> SendAsync(ApiNode node, HttpMethod method, string path, object metadata, params string[] headers) =>
        node.SendAsync(method, path, new StringContent(JsonSerializer.Serialize(metadata), Encoding.UTF8, "application/json"), headers);
}
