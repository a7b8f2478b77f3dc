using System.Net;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Platform.Api.OAuth.Tokens;
using Platform.Api.Tests.OAuth.Authorize;
using Platform.Api.Tests.Support;
using Platform.Grains.OAuth;

namespace Platform.Api.Tests.OAuth.Logout;

/// <summary>OpenID Connect RP-Initiated Logout.</summary>
[Collection(NodeCollection.Name)]
public sealed class EndSessionTests(SharedNode shared)
{
    private const string After = "https://app.example.org/after";

    private readonly ApiNode _node = shared.Node;

    [Fact]
    public async Task With_an_id_token_of_the_session_it_ends_at_once_and_the_browser_goes_on()
    {
        var (client, browser, hint) = await LoggedInAsync();

        await browser.GetAsync(Address(("id_token_hint", hint), ("client_id", client.Value), ("post_logout_redirect_uri", After), ("state", "s 1"), ("ui_locales", "it"), ("logout_hint", "alice")));

        Assert.Equal(After + "?state=s%201", browser.Left!.OriginalString);
        await AssertEndedAsync(browser);
    }

    [Fact]
    public async Task An_id_token_that_is_over_does_too()
    {
        var (_, browser, hint) = await LoggedInAsync(expired: true);
        await browser.GetAsync(Address(("id_token_hint", hint), ("post_logout_redirect_uri", After)));
        Assert.Equal(After, browser.Left!.OriginalString);
        await AssertEndedAsync(browser);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Without_one_the_person_is_asked(bool otherSession)
    {
        var (client, browser, hint) = await LoggedInAsync();
        var address = otherSession
            ? Address(("id_token_hint", (await LoggedInAsync(client)).Hint), ("post_logout_redirect_uri", After))
            : Address(("client_id", client.Value), ("post_logout_redirect_uri", After));

        await browser.GetAsync(address);
        Assert.Contains("Log out?", browser.Text, StringComparison.Ordinal);
        Assert.Contains("form-action 'self' https://app.example.org", browser.Policy, StringComparison.Ordinal);
        Assert.NotEqual("", hint);
        await _node.GetAsync("/session", "Cookie: JSESSIONID=" + browser.Cookie("JSESSIONID")).TextAsync();
        var session = browser.Cookie("JSESSIONID");
        await browser.FillAsync("kept", []);

        Assert.Equal(After, browser.Left!.OriginalString);
        await _node.GetAsync("/session", "Cookie: JSESSIONID=" + session).TextAsync(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("https://app.example.org/after/")]
    [InlineData("https://app.example.org/after?x=1")]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/")]
    public async Task An_address_that_is_not_registered_leads_nowhere(string address)
    {
        var (_, browser, hint) = await LoggedInAsync();
        await browser.GetAsync(Address(("id_token_hint", hint), ("post_logout_redirect_uri", address)));
        Assert.Null(browser.Left);
        Assert.Contains("Logged out", browser.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hint_that_we_did_not_make_is_not_believed_and_leads_nowhere()
    {
        var (client, browser, hint) = await LoggedInAsync();
        await browser.GetAsync(Address(("id_token_hint", hint[..^4] + "AAAA"), ("client_id", client.Value), ("post_logout_redirect_uri", After)));
        Assert.Contains("Log out?", browser.Text, StringComparison.Ordinal);
        await browser.FillAsync("kept", []);
        Assert.Null(browser.Left);
    }

    [Fact]
    public async Task A_hint_for_another_client_is_refused()
    {
        var (_, browser, hint) = await LoggedInAsync();
        await browser.GetAsync(Address(("id_token_hint", hint), ("client_id", "another")));
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
    }

    [Fact]
    public async Task A_form_of_another_site_comes_back_with_get_so_that_the_session_counts()
    {
        var (_, browser, hint) = await LoggedInAsync();
        var session = browser.Cookie("JSESSIONID")!;
        browser.ForgetCookies();
        await browser.PostAsync("/oauth/logout", new() { ["id_token_hint"] = hint, ["post_logout_redirect_uri"] = After }, follow: false);
        Assert.StartsWith("/oauth/logout?kept=", browser.At, StringComparison.Ordinal);

        browser.SetCookie("JSESSIONID", session);
        await browser.GetAsync(browser.At);
        Assert.Equal(After, browser.Left!.OriginalString);
        await AssertEndedAsync(browser, session);
    }

    [Fact]
    public async Task A_confirmation_of_another_site_or_edited_ends_nothing()
    {
        var (client, browser, _) = await LoggedInAsync();
        await browser.GetAsync(Address(("client_id", client.Value)));
        var kept = browser.Field("kept");

        await browser.PostAsync("/oauth/logout/confirm", new() { ["kept"] = kept });
        Assert.Equal(HttpStatusCode.Forbidden, browser.Status);
        await browser.GetAsync(Address(("kept", kept[..^4] + "AAAA")));
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        await _node.GetAsync("/session", "Cookie: JSESSIONID=" + browser.Cookie("JSESSIONID")).TextAsync();
    }

    [Theory]
    [InlineData("/oauth/logout")]
    [InlineData("/oauth/logout?state=a&state=b")]
    [InlineData("/oauth/logout?client_id=a&client_id=b")]
    [InlineData("/oauth/logout?kept=nonsense")]
    public async Task Nobody_and_nonsense_get_a_page(string address)
    {
        var browser = await new TestBrowser(_node).GetAsync(address);
        Assert.Equal(address == "/oauth/logout" ? HttpStatusCode.OK : HttpStatusCode.BadRequest, browser.Status);
        Assert.Contains("<h1>", browser.Text, StringComparison.Ordinal);
    }

    private async Task<(ClientId Client, TestBrowser Browser, string Hint)> LoggedInAsync(ClientId? known = null, bool expired = false)
    {
        var client = known ?? await _node.AddClientAsync(definition => definition with { Trusted = true, PostLogoutRedirectUris = [After] });
        var browser = await _node.LoggedInAsync("alice");
        await browser.GetAsync(AuthorizeCalls.Request(client));
        var authorization = (await _node.CodeAsync(browser)).Authorization;
        var now = _node.Time.GetUtcNow().ToUnixTimeSeconds();
        var hint = await _node.Services.GetRequiredService<IJwtSigner>().SignAsync("ES256", "JWT", new Dictionary<string, object>
        {
            ["iss"] = "http://127.0.0.1",
            ["sub"] = authorization.User.ToString(),
            ["aud"] = client.Value,
            ["sid"] = authorization.SessionHandle!,
            ["iat"] = now - 7200,
            ["exp"] = expired ? now - 3600 : now + 3600,
        }, CancellationToken.None);
        return (client, browser, hint);
    }

    private async Task AssertEndedAsync(TestBrowser browser, string? session = null)
    {
        Assert.Null(browser.Cookie("JSESSIONID"));
        if (session is not null)
        {
            await _node.GetAsync("/session", "Cookie: JSESSIONID=" + session).TextAsync(HttpStatusCode.Unauthorized);
        }

        await browser.GetAsync("/grants");
        Assert.Equal(HttpStatusCode.Unauthorized, browser.Status);
    }

    private static string Address(params (string Name, string Value)[] parameters) =>
        QueryHelpers.AddQueryString("/oauth/logout", parameters.ToDictionary(parameter => parameter.Name, parameter => (string?)parameter.Value));
}
