using System.Net;
using Platform.Clients.Tests.Support;
using Platform.Testing.OAuth;

namespace Platform.Clients.Tests.Conformance;

/// <summary>Basic OP plan: the flow itself and what may be in a request.</summary>
[Collection(SiteTests.Name)]
public sealed class BasicFlowTests(Site site) : ConformanceTest(site)
{
    [Fact(DisplayName = "oidcc-server")]
    public async Task Server()
    {
        var login = await LoginAsync("openid", ("nonce", "n-1"));
        Assert.Equal("Bearer", login.Tokens["token_type"], ignoreCase: true);
        Assert.True(login.Tokens.Json.GetProperty("expires_in").GetInt64() > 0);
        Assert.Equal("n-1", login.IdToken.Find("nonce"));
    }

    [Fact(DisplayName = "oidcc-response-type-missing")]
    public async Task ResponseTypeMissing()
    {
        var page = await OpenAsync(Pkce.New(), "openid", ("response_type", null));
        if (page.Left is null)
        {
            Assert.Equal(HttpStatusCode.BadRequest, page.Status);
        }
        else
        {
            Assert.Contains(page.Parameter("error"), (string[])["invalid_request", "unsupported_response_type"]);
            Assert.Equal("the-state", page.Parameter("state"));
        }
    }

    [Fact(DisplayName = "oidcc-idtoken-signature")]
    public async Task IdTokenSignature()
    {
        var login = await LoginAsync();
        Assert.True(Announces("id_token_signing_alg_values_supported", login.IdToken.Header.GetProperty("alg").GetString()!));
        Assert.False(string.IsNullOrEmpty(login.IdToken.Header.GetProperty("kid").GetString()));

        // RS256 has to be there (OpenID Connect Core §15.1); a client that asks for it gets it.
        var rsa = new RelyingParty(Site, await Site.ClientAsync("rs256", new Dictionary<string, object> { ["id_token_signed_response_alg"] = "RS256" }));
        var signed = await rsa.LoginAsync(await Site.AliceAsync());
        Assert.Equal("RS256", signed.IdToken.Header.GetProperty("alg").GetString());
    }

    [Fact(DisplayName = "oidcc-ensure-request-without-nonce-succeeds-for-code-flow")]
    public async Task WithoutNonce() => Assert.False((await LoginAsync()).IdToken.Has("nonce"));

    [Fact(DisplayName = "oidcc-alternate-happy-flow")]
    public async Task AlternateHappyFlow()
    {
        // Two redirect URIs, one of them with a query that has to come back.
        const string Other = "https://client.example/other?kept=1";
        var client = await Site.ClientAsync("two redirects", new Dictionary<string, object> { ["redirect_uris"] = new[] { TestClient.Callback, Other } });
        var party = new RelyingParty(Site, client with { RedirectUri = Other });
        var pkce = Pkce.New();
        var page = await (await Site.AliceAsync()).AuthorizeAsync(party.Client.AuthorizeUrl("openid", pkce));
        Assert.Equal("1", page.Parameter("kept"));
        await party.FinishAsync(page, pkce);
    }

    [Fact(DisplayName = "oidcc-ensure-other-scope-order-succeeds")]
    public async Task OtherScopeOrder() => Assert.Equal("email openid", (await LoginAsync("email openid")).Tokens["scope"]);

    [Fact(DisplayName = "oidcc-ensure-request-with-unknown-parameter-succeeds")]
    public Task UnknownParameter() => LoginAsync("openid", ("extra", "foobar"));

    [Fact(DisplayName = "oidcc-ensure-request-with-valid-pkce-succeeds")]
    public async Task ValidPkce()
    {
        var party = Party;
        var alice = await Site.AliceAsync();
        await party.LoginAsync(alice);

        var pkce = Pkce.New();
        var code = await alice.CodeAsync(party.Client, "openid", pkce);
        Assert.Equal("invalid_grant", (await Site.Http.RedeemAsync(party.Client, code, Pkce.New())).Error);
    }

    [Fact(DisplayName = "oidcc-ensure-post-request-succeeds")]
    public async Task PostRequest()
    {
        var party = Party;
        var alice = await Site.AliceAsync();
        var pkce = Pkce.New();
        var page = await alice.PostAsync(
            "oauth/authorize",
            ("response_type", "code"), ("client_id", party.Client.Id), ("redirect_uri", party.Client.RedirectUri!), ("scope", "openid"), ("state", "the-state"),
            ("code_challenge", pkce.Challenge), ("code_challenge_method", "S256"));
        await party.FinishAsync(await alice.AgreeAsync(page), pkce);
    }

    [Fact(DisplayName = "oidcc-ensure-registered-redirect-uri")]
    public async Task RegisteredRedirectUri()
    {
        foreach (var wrong in (string[])["https://client.example/elsewhere", "https://client.example/callback/", "https://client.example/callback?a=b", "https://evil.example/callback", "https://client.example/callback#f"])
        {
            var page = await OpenAsync(Pkce.New(), "openid", ("redirect_uri", wrong));
            Assert.Null(page.Left);
            Assert.Equal(HttpStatusCode.BadRequest, page.Status);
            Assert.Contains("<h1>", page.Html, StringComparison.Ordinal);
        }
    }

    [Fact(DisplayName = "oidcc-server-client-secret-post")]
    public async Task ClientSecretPost()
    {
        Assert.True(Announces("token_endpoint_auth_methods_supported", "client_secret_post"));
        var party = new RelyingParty(Site, ImportedClients.Post);
        await party.LoginAsync(await Site.AliceAsync());
    }

    [Fact(DisplayName = "oidcc-display-page")]
    public Task DisplayPage() => LoginAsync("openid", ("display", "page"));

    [Fact(DisplayName = "oidcc-display-popup")]
    public Task DisplayPopup() => LoginAsync("openid", ("display", "popup"));

    [Fact(DisplayName = "oidcc-ui-locales")]
    public Task UiLocales() => LoginAsync("openid", ("ui_locales", "se en"));

    [Fact(DisplayName = "oidcc-claims-locales")]
    public Task ClaimsLocales() => LoginAsync("openid", ("claims_locales", "se"));
}
