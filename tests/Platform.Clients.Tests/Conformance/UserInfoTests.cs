using System.Net;
using System.Text.Json;
using Platform.Clients.Tests.Support;
using Platform.Testing.OAuth;

namespace Platform.Clients.Tests.Conformance;

/// <summary>Basic OP plan: userinfo, the OAuth scopes and the claims parameter.</summary>
[Collection(SiteTests.Name)]
public sealed class UserInfoTests(Site site) : ConformanceTest(site)
{
    [Fact(DisplayName = "oidcc-userinfo-get")]
    public async Task Get()
    {
        var login = await LoginAsync();
        var info = await Site.Http.GetWithAsync("oauth/userinfo", login.AccessToken);
        AssertOf(login, info);
    }

    [Fact(DisplayName = "oidcc-userinfo-post-header")]
    public async Task PostHeader()
    {
        var login = await LoginAsync();
        AssertOf(login, await Site.Http.SendWithAsync(HttpMethod.Post, "oauth/userinfo", login.AccessToken, null));
    }

    [Fact(DisplayName = "oidcc-userinfo-post-body")]
    public async Task PostBody()
    {
        var login = await LoginAsync();
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("access_token", login.AccessToken)]);
        AssertOf(login, await Site.Http.SendWithAsync(HttpMethod.Post, "oauth/userinfo", null, form));
    }

    [Fact(DisplayName = "oidcc-userinfo: without a token, with a bad one, without openid")]
    public async Task Refused()
    {
        var without = await Site.Http.GetWithAsync("oauth/userinfo", null);
        Assert.Equal(HttpStatusCode.Unauthorized, without.Status);
        Assert.Contains("Bearer", without.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        var bad = await Site.Http.GetWithAsync("oauth/userinfo", "bad");
        Assert.Equal(HttpStatusCode.Unauthorized, bad.Status);
        Assert.Contains("invalid_token", bad.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);

        var party = Party;
        var pkce = Pkce.New();
        var code = await (await Site.AliceAsync()).CodeAsync(party.Client, "read", pkce);
        var tokens = (await Site.Http.RedeemAsync(party.Client, code, pkce)).Granted();
        Assert.Null(tokens.Find("id_token"));
        var narrow = await Site.Http.GetWithAsync("oauth/userinfo", tokens["access_token"]);
        Assert.Equal(HttpStatusCode.Forbidden, narrow.Status);
        Assert.Contains("insufficient_scope", narrow.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "oidcc-scope-profile")]
    public async Task ScopeProfile()
    {
        var claims = await ClaimsAsync("openid profile");
        Assert.Equal("carol", claims.GetProperty("preferred_username").GetString());
        Assert.Equal("Carol Cod", claims.GetProperty("name").GetString());
        Assert.False(claims.TryGetProperty("email", out _));
    }

    [Fact(DisplayName = "oidcc-scope-email")]
    public async Task ScopeEmail()
    {
        var claims = await ClaimsAsync("openid email");
        Assert.Equal("carol@example.org", claims.GetProperty("email").GetString());
        Assert.False(claims.TryGetProperty("name", out _));
    }

    [Fact(DisplayName = "oidcc-scope-all")]
    public async Task ScopeAll()
    {
        var claims = await ClaimsAsync("openid profile email groups");
        Assert.Equal("carol", claims.GetProperty("preferred_username").GetString());
        Assert.Equal("carol@example.org", claims.GetProperty("email").GetString());
        Assert.Equal(JsonValueKind.Array, claims.GetProperty("groups").ValueKind);
        foreach (var name in claims.EnumerateObject().Select(claim => claim.Name).Where(name => name is not ("sub" or "id")))
        {
            Assert.True(Announces("claims_supported", name), $"discovery does not list {name}");
        }
    }

    [Fact(DisplayName = "oidcc-claims-essential")]
    public async Task ClaimsEssential()
    {
        Assert.True(Announces("claims_parameter_supported"));
        var party = Party;
        var login = await party.LoginAsync(
            await Site.CarolAsync(), "openid", ("claims", """{"userinfo":{"name":{"essential":true}},"id_token":{"auth_time":{"essential":true},"email":null}}"""));
        Assert.Equal("Carol Cod", (await Site.Http.GetWithAsync("oauth/userinfo", login.AccessToken)).Granted()["name"]);
        Assert.True(login.IdToken.Number("auth_time") > 0);
        Assert.Equal("carol@example.org", login.IdToken.Find("email"));
    }

    private async Task<JsonElement> ClaimsAsync(string oauthScope)
    {
        var login = await Party.LoginAsync(await Site.CarolAsync(), oauthScope);
        var info = await Site.Http.GetWithAsync("oauth/userinfo", login.AccessToken);
        AssertOf(login, info);
        return info.Json;
    }

    private static void AssertOf(CheckedLogin login, OAuthAnswer info)
    {
        info.Granted();
        Assert.Equal("application/json", info.Type?.MediaType);
        Assert.Equal(login.IdToken.Find("sub"), info["sub"]);
    }
}
