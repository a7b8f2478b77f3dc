using System.Net;
using System.Net.Http.Headers;
using Platform.Api.OAuth;
using Platform.Api.OAuth.Keys;
using Platform.Api.Tests.Support;
using Platform.Grains.OAuth;

namespace Platform.Api.Tests.OAuth.Tokens;

/// <summary>Introspection, revocation, tokeninfo, userinfo, keys, discovery, and who may read the answers.</summary>
[Collection(TokenCollection.Name)]
public sealed class TokenServiceTests(TokenNode given)
{
    [Fact]
    public async Task Introspection_SaysWhatTheTokenSays()
    {
        var (tokens, authorization, _) = await given.TokensAsync(TokenNode.Web, "read", context: TestData.AquaMaps);
        var answer = await given.IntrospectAsync(tokens.Text("access_token"));
        Assert.True(answer.GetProperty("active").GetBoolean());
        Assert.Equal(authorization.User.ToString(), answer.Text("sub"));
        Assert.Equal("alice", answer.Text("username"));
        Assert.Equal("read", answer.Text("scope"));
        Assert.Equal(TokenNode.Web, answer.Text("client_id"));
        Assert.Equal(TestData.AquaMaps, answer.Text("context"));
        Assert.Equal("Bearer", answer.Text("token_type"));
        var refresh = await given.IntrospectAsync(tokens.Text("refresh_token"), TokenNode.Web);
        Assert.True(refresh.GetProperty("active").GetBoolean());
    }

    [Fact]
    public async Task Introspection_TellsNothingOfWhatIsNotForTheClient()
    {
        var (tokens, _, _) = await given.TokensAsync(TokenNode.Web, "read");
        Assert.Equal("""{"active":false}""", (await given.IntrospectAsync("nonsense")).GetRawText());
        Assert.Equal("""{"active":false}""", (await given.IntrospectAsync(tokens.Text("refresh_token"))).GetRawText());
        var foreign = await given.TokenAsync(TokenNode.Service, new() { ["grant_type"] = GrantTypes.ClientCredentials, ["resource"] = "https://api.example" }).JsonAsync();
        var definition = (await given.Check.DescribeClientAsync(new Grains.OAuth.ClientId(TokenNode.Service), CancellationToken.None))!.Definition;
        await given.MakeAsync("no-audience", definition with { Audiences = [] });
        Assert.Equal("""{"active":false}""", (await given.IntrospectAsync(foreign.Text("access_token"), "no-audience")).GetRawText());
        Assert.True((await given.IntrospectAsync(foreign.Text("access_token"))).GetProperty("active").GetBoolean());
        Assert.Equal("invalid_client", await given.PostAsync("/oauth/introspect", TokenNode.Public, new() { ["token"] = "x" }).ErrorAsync(HttpStatusCode.Unauthorized));
    }

    [Fact]
    public async Task Revocation_EndsTheAccessToken_AndWithTheRefreshTokenAll()
    {
        var (tokens, _, _) = await given.TokensAsync(TokenNode.Web, "read");
        (await RevokeAsync(tokens.Text("access_token"))).EnsureSuccessStatusCode();
        Assert.False(await given.IsActiveAsync(tokens.Text("access_token")));
        var next = await given.RefreshAsync(TokenNode.Web, tokens.Text("refresh_token")).JsonAsync();
        Assert.True(await given.IsActiveAsync(next.Text("access_token")));
        (await RevokeAsync(next.Text("refresh_token"))).EnsureSuccessStatusCode();
        Assert.False(await given.IsActiveAsync(next.Text("access_token")));
        Assert.Equal("invalid_grant", await given.RefreshAsync(TokenNode.Web, next.Text("refresh_token")).ErrorAsync());
        (await RevokeAsync("nonsense")).EnsureSuccessStatusCode();
        (await RevokeAsync(next.Text("refresh_token"))).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task Revocation_OfAnotherClientsToken_IsRefused()
    {
        var (tokens, _, _) = await given.TokensAsync(TokenNode.Web, "read");
        Assert.Equal("invalid_grant", await given.PostAsync("/oauth/revoke", TokenNode.Service, new() { ["token"] = tokens.Text("access_token") }).ErrorAsync());
        Assert.Equal("invalid_grant", await given.PostAsync("/oauth/revoke", TokenNode.Service, new() { ["token"] = tokens.Text("refresh_token") }).ErrorAsync());
        Assert.True(await given.IsActiveAsync(tokens.Text("access_token")));
    }

    [Fact]
    public async Task TokenInfo_AnswersFlarecast_ByHeaderFormAndQuery()
    {
        var (tokens, _, _) = await given.TokensAsync(TokenNode.Web, "read write");
        var token = tokens.Text("access_token");
        var byQuery = await given.Node.GetAsync("/oauth/tokeninfo?access_token=" + token).JsonAsync();
        var byHeader = await given.Node.GetAsync("/oauth/tokeninfo", "Authorization: Bearer " + token).JsonAsync();
        var byForm = await given.Node.PostAsync("/oauth/tokeninfo", new() { ["access_token"] = token }).JsonAsync();
        Assert.Equal(byQuery.GetRawText(), byHeader.GetRawText());
        Assert.Equal(byQuery.GetRawText(), byForm.GetRawText());
        Assert.InRange(byQuery.GetProperty("id").GetInt64(), 1, 1L << 53);
        Assert.Equal(["read", "write"], byQuery.GetProperty("scope").EnumerateArray().Select(name => name.GetString()!));
        var (others, _, _) = await given.TokensAsync(TokenNode.Web, "read", "bob");
        Assert.NotEqual(byQuery.GetProperty("id").GetInt64(), (await given.Node.GetAsync("/oauth/tokeninfo?access_token=" + others.Text("access_token")).JsonAsync()).GetProperty("id").GetInt64());

        Assert.Equal("invalid_token", await given.Node.GetAsync("/oauth/tokeninfo").ErrorAsync(HttpStatusCode.Unauthorized));
        Assert.Equal("invalid_token", await given.Node.GetAsync("/oauth/tokeninfo?access_token=x").ErrorAsync(HttpStatusCode.Unauthorized));
        Assert.Equal("invalid_request", await given.Node.GetAsync("/oauth/tokeninfo?access_token=x", "Authorization: Bearer " + token).ErrorAsync());
        Assert.Equal("invalid_request", await given.Node.GetAsync("/oauth/tokeninfo?access_token=x&access_token=y").ErrorAsync());
    }

    [Fact]
    public async Task UserInfo_GivesWhatTheUserAllowed()
    {
        var (plain, authorization, _) = await given.TokensAsync(TokenNode.Web, "openid");
        var least = await UserInfoAsync(plain.Text("access_token"));
        Assert.Equal($$"""{"sub":"{{authorization.User}}"}""", least.GetRawText());

        var (all, _, _) = await given.TokensAsync(TokenNode.Web, "openid profile email groups");
        var most = await UserInfoAsync(all.Text("access_token"));
        Assert.Equal("alice", most.Text("preferred_username"));
        Assert.Equal("alice@example.org", most.Text("email"));
        Assert.Equal("alice <Test>", most.Text("name"));
        Assert.Contains(TestData.AquaMaps, most.GetProperty("groups").EnumerateArray().Select(group => group.GetString()!));
        Assert.DoesNotContain(TestData.Closed, most.GetProperty("groups").EnumerateArray().Select(group => group.GetString()!));

        Assert.Equal(most.GetRawText(), (await given.Node.PostAsync("/oauth/userinfo", new() { ["access_token"] = all.Text("access_token") }).JsonAsync()).GetRawText());
        using var post = await given.Node.SendAsync(HttpMethod.Post, "/oauth/userinfo", null, "Authorization: Bearer " + all.Text("access_token"));
        Assert.Equal(HttpStatusCode.OK, post.StatusCode);
    }

    [Fact]
    public async Task UserInfo_GivesNoClaimByName_ThatTheClientMayNotAskFor()
    {
        const string claims = """{"userinfo":{"email":null,"name":null},"id_token":{"email":null,"name":null}}""";
        var id = await given.MakeAsync("narrow-" + Guid.NewGuid().ToString("N"), new ClientDefinition
        {
            Name = "Narrow",
            RedirectUris = [TokenNode.Callback],
            GrantTypes = [GrantTypes.AuthorizationCode],
            OAuthScopes = [OAuthScopes.OpenId, OAuthScopes.Profile],
            Authentication = ClientAuthentication.SecretBasic,
            Secrets = [TokenNode.Sha256(TokenNode.ServiceSecret)],
        });
        var (authorization, _) = await given.AllowAsync(id.Value, "openid");
        var (code, verifier) = await given.CodeAsync(authorization with { Claims = claims });
        var tokens = await given.RedeemAsync(id.Value, code, verifier).JsonAsync();
        foreach (var about in new[] { await UserInfoAsync(tokens.Text("access_token")), await given.ClaimsAsync(tokens.Text("id_token"), JwtSigner.IdTokenType) })
        {
            Assert.True(about.Has("name"));
            Assert.False(about.Has("email"));
        }
    }

    [Fact]
    public async Task UserInfo_RefusesWithAChallenge()
    {
        using var missing = await given.Node.GetAsync("/oauth/userinfo");
        Assert.Equal(HttpStatusCode.Unauthorized, missing.StatusCode);
        Assert.DoesNotContain("error=", missing.Headers.WwwAuthenticate.Single().Parameter, StringComparison.Ordinal);
        using var wrong = await given.Node.GetAsync("/oauth/userinfo", "Authorization: Bearer nonsense");
        Assert.Contains("error=\"invalid_token\"", wrong.Headers.WwwAuthenticate.Single().Parameter, StringComparison.Ordinal);
        var (tokens, _, _) = await given.TokensAsync(TokenNode.Web, "read");
        using var less = await given.Node.GetAsync("/oauth/userinfo", "Authorization: Bearer " + tokens.Text("access_token"));
        Assert.Equal(HttpStatusCode.Forbidden, less.StatusCode);
        Assert.Contains("scope=\"openid\"", less.Headers.WwwAuthenticate.Single().Parameter, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ClaimsParameter_GivesWhatWasAskedForByName()
    {
        var (authorization, _) = await given.AllowAsync(TokenNode.Web, "openid");
        var (code, verifier) = await given.CodeAsync(authorization with { Claims = """{"userinfo":{"name":{"essential":true}},"id_token":{"email":null}}""" });
        var tokens = await given.RedeemAsync(TokenNode.Web, code, verifier).JsonAsync();
        var userInfo = await UserInfoAsync(tokens.Text("access_token"));
        Assert.True(userInfo.Has("name"));
        Assert.False(userInfo.Has("email"));
        Assert.Equal("alice@example.org", (await given.ClaimsAsync(tokens.Text("id_token"), Api.OAuth.Keys.JwtSigner.IdTokenType)).Text("email"));
    }

    [Fact]
    public async Task Keys_ArePublicHalves()
    {
        using var answer = await given.Node.GetAsync("/.well-known/jwks.json");
        Assert.True(answer.Headers.CacheControl!.Public);
        var keys = (await Task.FromResult(answer).JsonAsync()).GetProperty("keys").EnumerateArray().ToList();
        Assert.Contains(keys, key => key.Text("alg") == "ES256");
        Assert.Contains(keys, key => key.Text("alg") == "RS256");
        Assert.All(keys, key => Assert.True(key.Has("kid") && !key.Has("d") && !key.Has("p")));
    }

    [Theory]
    [InlineData("/.well-known/openid-configuration")]
    [InlineData("/.well-known/oauth-authorization-server")]
    public async Task Discovery_SaysWhatThereIs(string path)
    {
        var answer = await given.Node.GetAsync(path, "Host: evil.example").JsonAsync();
        Assert.Equal(TokenNode.Issuer, answer.Text("issuer"));
        Assert.False(answer.Has("registration_endpoint"));
        Assert.False(answer.GetProperty("request_parameter_supported").GetBoolean());
        foreach (var member in answer.EnumerateObject().Where(member => member.Name.EndsWith("_endpoint", StringComparison.Ordinal) || member.Name == "jwks_uri"))
        {
            using var there = await given.Node.GetAsync(new Uri(member.Value.GetString()!).AbsolutePath);
            Assert.True(there.StatusCode != HttpStatusCode.NotFound, member.Name);
        }
    }

    [Fact]
    public async Task ErrorsOfRouting_AreOfOAuthToo()
    {
        Assert.Equal("invalid_request", await given.Node.GetAsync("/oauth/token").ErrorAsync(HttpStatusCode.MethodNotAllowed));
        Assert.Equal("invalid_request", await given.Node.GetAsync("/oauth/nothing").ErrorAsync(HttpStatusCode.NotFound));
        Assert.Equal("invalid_request", await given.Node.PostAsync("/oauth/token?grant_type=client_credentials", []).ErrorAsync());
    }

    [Fact]
    public async Task Scripts_ReadAnswers_WhereTheirOriginIsTheClients()
    {
        var form = new Dictionary<string, string> { ["grant_type"] = GrantTypes.RefreshToken, ["refresh_token"] = "x" };
        using var own = await given.TokenAsync(TokenNode.Public, form, "Origin: https://client.example");
        Assert.Equal("https://client.example", Header(own.Headers, "Access-Control-Allow-Origin"));
        using var other = await given.TokenAsync(TokenNode.Public, form, "Origin: https://evil.example");
        Assert.Null(Header(other.Headers, "Access-Control-Allow-Origin"));
        using var preflight = await given.Node.SendAsync(HttpMethod.Options, "/oauth/token", null, "Origin: https://client.example", "Access-Control-Request-Method: POST");
        Assert.Equal(HttpStatusCode.NoContent, preflight.StatusCode);
        Assert.Null(Header(preflight.Headers, "Access-Control-Allow-Credentials"));
        using var keys = await given.Node.GetAsync("/.well-known/jwks.json", "Origin: https://anywhere.example");
        Assert.Equal("*", Header(keys.Headers, "Access-Control-Allow-Origin"));
        using var authorize = await given.Node.GetAsync("/oauth/authorize", "Origin: https://client.example");
        Assert.Null(Header(authorize.Headers, "Access-Control-Allow-Origin"));
    }

    private static string? Header(HttpResponseHeaders headers, string name) => headers.TryGetValues(name, out var values) ? values.Single() : null;

    private Task<HttpResponseMessage> RevokeAsync(string token) => given.PostAsync("/oauth/revoke", TokenNode.Web, new() { ["token"] = token });

    private Task<System.Text.Json.JsonElement> UserInfoAsync(string token) => given.Node.GetAsync("/oauth/userinfo", "Authorization: Bearer " + token).JsonAsync();
}
