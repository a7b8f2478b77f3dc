using System.Net;
using Platform.Clients.Tests.Support;
using Platform.Testing;
using Platform.Testing.OAuth;
using Platform.Testing.Web;

namespace Platform.Clients.Tests.Conformance;

/// <summary>Basic OP plan: prompt, max_age, hints and context classes.</summary>
[Collection(SiteTests.Name)]
public sealed class PromptTests(Site site) : ConformanceTest(site)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact(DisplayName = "oidcc-prompt-login")]
    public async Task PromptLogin()
    {
        var party = Party;
        using var browser = await Site.LoggedInAsync("alice");
        var first = await party.LoginAsync(browser, "openid", ("max_age", "10000"));
        await UntilNextSecondAsync(first.IdToken.Number("auth_time"));

        var pkce = Pkce.New();
        var page = await browser.OpenAsync(party.Client.AuthorizeUrl("openid", pkce, ("prompt", "login"), ("max_age", "10000")));
        Assert.True(page.IsLogin, "a person who is logged in is asked for the password again");
        var second = await party.FinishAsync(await browser.AgreeAsync(page), pkce);
        Assert.Equal(first.IdToken.Find("sub"), second.IdToken.Find("sub"));
        Assert.True(second.IdToken.Number("auth_time") > first.IdToken.Number("auth_time"));
    }

    [Fact(DisplayName = "oidcc-prompt-none-not-logged-in")]
    public async Task PromptNoneNotLoggedIn()
    {
        using var browser = new WebBrowser(Site.Address);
        var page = await browser.OpenAsync(ImportedClients.Web.AuthorizeUrl("openid", Pkce.New(), ("prompt", "none")));
        Assert.Equal("login_required", page.Parameter("error"));
        Assert.Equal("the-state", page.Parameter("state"));
        Assert.Equal(Site.Issuer, page.Parameter("iss"));
    }

    [Fact(DisplayName = "oidcc-prompt-none-logged-in")]
    public async Task PromptNoneLoggedIn()
    {
        var first = await LoginAsync("openid", ("max_age", "10000"));
        var party = Party;
        var pkce = Pkce.New();
        var second = await party.FinishAsync(await OpenAsync(pkce, "openid", ("prompt", "none"), ("max_age", "10000")), pkce);
        Assert.Equal(first.IdToken.Find("sub"), second.IdToken.Find("sub"));
        Assert.Equal(first.IdToken.Number("auth_time"), second.IdToken.Number("auth_time"));
    }

    [Fact(DisplayName = "oidcc-prompt-none: consent is missing")]
    public async Task PromptNoneWithoutConsent()
    {
        var client = await Site.RegisterAsync("never agreed to", new Dictionary<string, object>());
        var page = await (await Site.AliceAsync()).OpenAsync(client.AuthorizeUrl("openid", Pkce.New(), ("prompt", "none")));
        Assert.Equal("consent_required", page.Parameter("error"));
        page = await (await Site.AliceAsync()).OpenAsync(client.AuthorizeUrl("openid", Pkce.New(), ("prompt", "none login")));
        Assert.Equal("invalid_request", page.Parameter("error"));
    }

    [Fact(DisplayName = "oidcc-prompt: consent, and not now")]
    public async Task PromptConsent()
    {
        await LoginAsync();
        var page = await OpenAsync(Pkce.New(), "openid", ("prompt", "consent"));
        Assert.True(page.Has(Authorizing.Yes), "consent is asked for again");
        var refused = await (await Site.AliceAsync()).PressAsync(page, Authorizing.No);
        Assert.Equal("access_denied", refused.Parameter("error"));
        Assert.Equal("the-state", refused.Parameter("state"));
    }

    [Fact(DisplayName = "oidcc-prompt: select_account")]
    public async Task PromptSelectAccount()
    {
        await LoginAsync();
        var page = await OpenAsync(Pkce.New(), "openid", ("prompt", "select_account"));
        Assert.Null(page.Left);
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("alice", page.Html, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "oidcc-max-age-1")]
    public async Task MaxAgeOne()
    {
        var party = Party;
        using var browser = await Site.LoggedInAsync("alice");
        var first = await party.LoginAsync(browser, "openid", ("max_age", "10000"));
        await UntilNextSecondAsync(first.IdToken.Number("auth_time") + 1);

        var pkce = Pkce.New();
        var page = await browser.OpenAsync(party.Client.AuthorizeUrl("openid", pkce, ("max_age", "1")));
        Assert.True(page.IsLogin, "the login is older than a second");
        page = await browser.AgreeAsync(page);
        var second = await party.FinishAsync(page, pkce);
        Assert.True(second.IdToken.Number("auth_time") > first.IdToken.Number("auth_time"));
        await UntilNextSecondAsync(second.IdToken.Number("auth_time") + 1);
        Assert.Equal("login_required", (await browser.OpenAsync(party.Client.AuthorizeUrl("openid", pkce, ("max_age", "1"), ("prompt", "none")))).Parameter("error"));
    }

    [Fact(DisplayName = "oidcc-max-age-10000")]
    public async Task MaxAgeLong()
    {
        var login = await LoginAsync("openid", ("max_age", "10000"));
        Assert.InRange(login.IdToken.Number("auth_time"), login.IdToken.Number("iat") - 10000, login.IdToken.Number("iat"));
    }

    [Fact(DisplayName = "oidcc-id-token-hint")]
    public async Task IdTokenHint()
    {
        var first = await LoginAsync();
        var party = Party;
        var pkce = Pkce.New();
        var second = await party.FinishAsync(await OpenAsync(pkce, "openid", ("prompt", "none"), ("id_token_hint", first.Tokens["id_token"])), pkce);
        Assert.Equal(first.IdToken.Find("sub"), second.IdToken.Find("sub"));

        // The hint is of somebody else than who is logged in.
        var carol = await Site.CarolAsync();
        var page = await carol.OpenAsync(party.Client.AuthorizeUrl("openid", pkce, ("prompt", "none"), ("id_token_hint", first.Tokens["id_token"])));
        Assert.Equal("login_required", page.Parameter("error"));
    }

    [Fact(DisplayName = "oidcc-login-hint")]
    public async Task LoginHint()
    {
        await LoginAsync("openid", ("login_hint", "alice"));
        using var browser = new WebBrowser(Site.Address);
        var page = await browser.OpenAsync(ImportedClients.Web.AuthorizeUrl("openid", Pkce.New(), ("login_hint", "alice\"><script>")));
        Assert.True(page.IsLogin);
        Assert.DoesNotContain("<script>", page.Html, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "oidcc-ensure-request-with-acr-values-succeeds")]
    public async Task AcrValues()
    {
        var login = await LoginAsync("openid", ("acr_values", Site.Discovery.GetProperty("acr_values_supported")[0].GetString() + " 1 2"));
        Assert.True(Announces("acr_values_supported", login.IdToken.Find("acr") ?? ""));
        await LoginAsync("openid", ("acr_values", "1 2"));
    }

    /// <summary>Times in tokens are whole seconds.</summary>
    private static Task UntilNextSecondAsync(long second) =>
        Eventually.TrueAsync(() => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() > second, Deadline, "the second is over");
}
