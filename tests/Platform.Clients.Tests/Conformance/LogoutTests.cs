using System.Net;
using Platform.Clients.Tests.Support;
using Platform.Testing.OAuth;
using Platform.Testing.Web;

namespace Platform.Clients.Tests.Conformance;

/// <summary>RP-Initiated Logout OP plan.</summary>
[Collection(SiteTests.Name)]
public sealed class LogoutTests(Site site) : ConformanceTest(site)
{
    private const string After = "https://client.example/logged-out";

    [Fact(DisplayName = "oidcc-rp-initiated-logout-discovery-endpoint-verification")]
    public void Discovery() => Assert.Equal($"{Site.Issuer}/oauth/logout", Site.Discovery.GetProperty("end_session_endpoint").GetString());

    [Fact(DisplayName = "oidcc-rp-initiated-logout")]
    public async Task WithEverything()
    {
        var (browser, login) = await LoggedInAsync();
        using (browser)
        {
            var page = await ConfirmedAsync(browser, login, ("id_token_hint", login.Tokens["id_token"]), ("post_logout_redirect_uri", After), ("state", "s-1"));
            Assert.StartsWith(After, page.Leaving.ToString(), StringComparison.Ordinal);
            Assert.Equal("s-1", page.Parameter("state"));
            await AssertLoggedOutAsync(browser, login);
        }
    }

    [Fact(DisplayName = "oidcc-rp-initiated-logout-no-state")]
    public async Task WithoutState()
    {
        var (browser, login) = await LoggedInAsync();
        using (browser)
        {
            var page = await ConfirmedAsync(browser, login, ("id_token_hint", login.Tokens["id_token"]), ("post_logout_redirect_uri", After));
            Assert.Equal(After, page.Leaving.ToString());
            await AssertLoggedOutAsync(browser, login);
        }
    }

    [Fact(DisplayName = "oidcc-rp-initiated-logout-only-state")]
    public Task OnlyState() => StaysAsync(login => [("id_token_hint", login.Tokens["id_token"]), ("state", "s-1")]);

    [Fact(DisplayName = "oidcc-rp-initiated-logout-no-params")]
    public Task WithoutParameters() => StaysAsync(_ => []);

    [Fact(DisplayName = "oidcc-rp-initiated-logout-no-post-logout-redirect-uri")]
    public Task WithoutRedirect() => StaysAsync(login => [("id_token_hint", login.Tokens["id_token"])]);

    [Fact(DisplayName = "oidcc-rp-initiated-logout-no-id-token-hint")]
    public Task WithoutHint() => StaysAsync(_ => [("post_logout_redirect_uri", After), ("state", "s-1")], mayEnd: true);

    [Fact(DisplayName = "oidcc-rp-initiated-logout-bad-id-token-hint")]
    public Task BadHint() => StaysAsync(_ => [("id_token_hint", "bad"), ("post_logout_redirect_uri", After), ("state", "s-1")]);

    [Fact(DisplayName = "oidcc-rp-initiated-logout-modified-id-token-hint")]
    public Task ModifiedHint() => StaysAsync(login =>
    {
        var parts = login.Tokens["id_token"].Split('.');
        return [("id_token_hint", $"{parts[0]}.{parts[1]}.{new string(parts[2].Reverse().ToArray())}"), ("post_logout_redirect_uri", After), ("state", "s-1")];
    });

    [Fact(DisplayName = "oidcc-rp-initiated-logout-bad-post-logout-redirect-uri")]
    public Task BadRedirect() => StaysAsync(login => [("id_token_hint", login.Tokens["id_token"]), ("post_logout_redirect_uri", "https://client.example/elsewhere"), ("state", "s-1")]);

    [Fact(DisplayName = "oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri")]
    public Task QueryAdded() => StaysAsync(login => [("id_token_hint", login.Tokens["id_token"]), ("post_logout_redirect_uri", After + "?a=b"), ("state", "s-1")]);

    [Fact(DisplayName = "oidcc-rp-initiated-logout-other-client-post-logout-redirect-uri")]
    public async Task OtherClientsRedirect()
    {
        const string Others = "https://other.example/logged-out";
        await Site.ClientAsync("other logout", new Dictionary<string, object> { ["post_logout_redirect_uris"] = new[] { Others } });
        await StaysAsync(login => [("id_token_hint", login.Tokens["id_token"]), ("post_logout_redirect_uri", Others), ("state", "s-1")]);
    }

    [Fact(DisplayName = "oidcc-rp-initiated-logout: without anybody logged in")]
    public async Task NobodyLoggedIn()
    {
        using var browser = new WebBrowser(Site.Address);
        var page = await browser.OpenAsync("oauth/logout");
        Assert.Null(page.Left);
        Assert.Equal(HttpStatusCode.OK, page.Status);
    }

    private async Task<(WebBrowser Browser, CheckedLogin Login)> LoggedInAsync()
    {
        var client = await Site.ClientAsync("logout", new Dictionary<string, object> { ["post_logout_redirect_uris"] = new[] { After } });
        var browser = await Site.LoggedInAsync("alice");
        return (browser, await new RelyingParty(Site, client).LoginAsync(browser));
    }

    /// <summary>Sends the browser to the end of the session, and says yes where it is asked.</summary>
    private static async Task<WebPage> ConfirmedAsync(WebBrowser browser, CheckedLogin login, params (string Name, string Value)[] parameters)
    {
        Assert.NotNull(login.IdToken.Find("sid"));
        var page = await browser.OpenAsync("oauth/logout?" + string.Join('&', parameters.Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Value)}")));
        return page.Has("Log out") ? await browser.PressAsync(page, "Log out") : page;
    }

    private async Task AssertLoggedOutAsync(WebBrowser browser, CheckedLogin login)
    {
        var client = await Site.ClientAsync("logout", new Dictionary<string, object>());
        Assert.Equal("login_required", (await browser.OpenAsync(client.AuthorizeUrl("openid", Pkce.New(), ("prompt", "none")))).Parameter("error"));
        Assert.Equal("invalid_token", (await Site.Http.GetWithAsync("oauth/userinfo", login.AccessToken)).Error);
    }

    /// <summary>The browser is not sent to an address that nobody vouches for; once the person says so, the session is over all the same.</summary>
    private async Task StaysAsync(Func<CheckedLogin, (string Name, string Value)[]> parameters, bool mayEnd = false)
    {
        var (browser, login) = await LoggedInAsync();
        using (browser)
        {
            var page = await ConfirmedAsync(browser, login, parameters(login));
            if (!mayEnd)
            {
                Assert.Null(page.Left);
            }

            if (page.Left is null)
            {
                Assert.True(page.Status is HttpStatusCode.OK or HttpStatusCode.BadRequest, page.Status.ToString());
                Assert.Contains("<h1>", page.Html, StringComparison.Ordinal);
            }

            if (page.Status == HttpStatusCode.OK)
            {
                await AssertLoggedOutAsync(browser, login);
            }
        }
    }
}
