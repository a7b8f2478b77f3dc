using System.Net;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.OAuth.Authorize;

/// <summary>What the authorization endpoint refuses, with which error, and to whom it says so.</summary>
[Collection(NodeCollection.Name)]
public sealed class AuthorizeRefusalTests(SharedNode shared)
{
    private readonly ApiNode _node = shared.Node;

    [Theory]
    [InlineData("https://evil.example/cb")]
    [InlineData("https://app.example.org/cb/")]
    [InlineData("https://app.example.org/cb?x=1")]
    [InlineData("https://app.example.org/CB")]
    [InlineData("https://app.example.org:443/cb")]
    [InlineData("https://app.example.org/x/../cb")]
    [InlineData("https://app.example.org/cb#f")]
    [InlineData("https://app.example.org@evil.example/cb")]
    [InlineData("https://app.example.org/cb\t")]
    [InlineData("http://app.example.org/cb")]
    [InlineData("//app.example.org/cb")]
    [InlineData("/cb")]
    [InlineData("javascript:alert(1)")]
    [InlineData("data:text/html,x")]
    [InlineData("")]
    public async Task An_address_that_is_not_registered_gets_an_error_page_and_no_redirect(string address)
    {
        var client = await _node.AddClientAsync();
        var browser = await new TestBrowser(_node).GetAsync(AuthorizeCalls.Request(client, ("redirect_uri", address)));
        AssertPage(browser, "invalid_request");
        Assert.DoesNotContain("evil.example", browser.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:49152/cb", true)]
    [InlineData("http://127.0.0.1:8080/cb", "http://127.0.0.1/cb", true)]
    [InlineData("http://[::1]/cb", "http://[::1]:5000/cb", true)]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:49152/other", false)]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1.evil.example:80/cb", false)]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:80@evil.example/cb", false)]
    [InlineData("http://127.0.0.1/cb", "http://[::1]/cb", false)]
    [InlineData("http://127.0.0.1/cb", "https://127.0.0.1:1/cb", false)]
    [InlineData("http://localhost/cb", "http://localhost:8080/cb", false)]
    [InlineData("https://app.example.org/cb", "https://app.example.org:8443/cb", false)]
    public async Task Ports_of_loopback_addresses_alone_may_differ(string registered, string given, bool accepted)
    {
        var client = await _node.AddClientAsync(definition => definition with { RedirectUris = [registered], Trusted = true });
        var browser = await _node.LoggedInAsync("alice");
        await browser.GetAsync(AuthorizeCalls.Request(client, ("redirect_uri", given)));
        if (accepted)
        {
            Assert.StartsWith(given + "?code=", browser.Left!.OriginalString, StringComparison.Ordinal);
        }
        else
        {
            AssertPage(browser, "invalid_request");
        }
    }

    [Theory]
    [InlineData("org.example.app:/cb", true, true)]
    [InlineData("org.example.app:/cb", false, false)]
    [InlineData("myapp:/cb", true, false)]
    [InlineData("javascript:alert(1)", true, false)]
    [InlineData("http://app.example.org/cb", false, false)]
    [InlineData("http://localhost/cb", false, true)]
    [InlineData("http://loopback/cb", false, false)]
    [InlineData("http://LOOPBACK:80/cb", false, false)]
    public async Task Even_registered_addresses_have_to_be_of_a_kind_that_is_safe(string registered, bool native, bool accepted)
    {
        var client = await _node.AddClientAsync(definition => definition with { RedirectUris = [registered], Native = native, Trusted = true });
        var browser = await _node.LoggedInAsync("alice");
        await browser.GetAsync(AuthorizeCalls.Request(client, ("redirect_uri", registered)));
        Assert.Equal(accepted, browser.Left is not null);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("nobody")]
    [InlineData("with blank")]
    public async Task An_unknown_client_gets_an_error_page(string? id)
    {
        var client = await _node.AddClientAsync();
        AssertPage(await new TestBrowser(_node).GetAsync(AuthorizeCalls.Request(client, ("client_id", id))), id is null or "" ? "invalid_request" : "invalid_client");
    }

    [Fact]
    public async Task A_suspended_client_gets_an_error_page()
    {
        var client = await _node.AddClientAsync();
        await _node.Grains().Client(client).SetSuspendedAsync(true);
        AssertPage(await new TestBrowser(_node).GetAsync(AuthorizeCalls.Request(client)), "invalid_client");
    }

    [Theory]
    [InlineData("client_id")]
    [InlineData("redirect_uri")]
    [InlineData("state")]
    [InlineData("scope")]
    [InlineData("nonsense")]
    public async Task A_parameter_that_comes_twice_is_refused(string name)
    {
        var client = await _node.AddClientAsync();
        var browser = await new TestBrowser(_node).GetAsync($"{AuthorizeCalls.Request(client)}&{name}=a&{name}=b");
        AssertPage(browser, "invalid_request");
    }

    [Theory]
    [InlineData("response_type", null, "invalid_request")]
    [InlineData("response_type", "", "invalid_request")]
    [InlineData("response_type", "token", "unsupported_response_type")]
    [InlineData("response_type", "code id_token", "unsupported_response_type")]
    [InlineData("response_mode", "fragment", "invalid_request")]
    [InlineData("scope", "openid root", "invalid_scope")]
    [InlineData("scope", "open\"id", "invalid_scope")]
    [InlineData("scope", "openid d4s-context:nowhere", "invalid_scope")]
    [InlineData("code_challenge", null, "invalid_request")]
    [InlineData("code_challenge", "", "invalid_request")]
    [InlineData("code_challenge", "short", "invalid_request")]
    [InlineData("code_challenge_method", "plain", "invalid_request")]
    [InlineData("code_challenge_method", null, "invalid_request")]
    [InlineData("prompt", "none login", "invalid_request")]
    [InlineData("prompt", "dance", "invalid_request")]
    [InlineData("max_age", "-1", "invalid_request")]
    [InlineData("max_age", "soon", "invalid_request")]
    [InlineData("display", "hologram", "invalid_request")]
    [InlineData("claims", "{", "invalid_request")]
    [InlineData("claims", "[]", "invalid_request")]
    [InlineData("claims", "{\"id_token\":1}", "invalid_request")]
    [InlineData("claims", "{\"id_token\":{\"email\":true}}", "invalid_request")]
    [InlineData("claims", "{\"id_token\":{},\"id_token\":{}}", "invalid_request")]
    [InlineData("claims", "{\"\\ud800\":1}", "invalid_request")]
    [InlineData("claims", "{\"id_token\":{\"acr\":{\"essential\":true,\"values\":[\"gold\"]}}}", "unmet_authentication_requirements")]
    [InlineData("dpop_jkt", "short", "invalid_request")]
    [InlineData("request", "eyJhbGciOiJub25lIn0.e30.", "request_not_supported")]
    [InlineData("request_uri", "https://app.example.org/request", "request_uri_not_supported")]
    [InlineData("resource", "nothing", "invalid_target")]
    [InlineData("audience", "https://other.example", "invalid_target")]
    [InlineData("audience", "/not a path", "invalid_target")]
    public async Task What_is_wrong_is_told_to_the_client_with_state_and_issuer(string name, string? value, string error)
    {
        var client = await _node.AddClientAsync();
        var browser = await new TestBrowser(_node).GetAsync(AuthorizeCalls.Request(client, (name, value)));

        Assert.True(browser.Left is not null, browser.Text);
        Assert.StartsWith(AuthorizeCalls.Redirect + "?", browser.Left.OriginalString, StringComparison.Ordinal);
        Assert.Equal(error, browser.Answer("error"));
        Assert.NotEqual("", browser.Answer("error_description"));
        Assert.Equal("the state & more", browser.Answer("state"));
        Assert.Equal("http://127.0.0.1", browser.Answer("iss"));
        Assert.Null(browser.Answer("code"));
    }

    [Theory]
    [InlineData("state", 2001)]
    [InlineData("nonce", 513)]
    [InlineData("claims", 4097)]
    [InlineData("id_token_hint", 8193)]
    public async Task What_is_too_long_is_told_to_the_client(string name, int length)
    {
        var client = await _node.AddClientAsync();
        var browser = await new TestBrowser(_node).PostAsync("/oauth/authorize", AuthorizeCalls.Parameters(client, (name, new string('a', length))));
        Assert.Equal("invalid_request", browser.Answer("error"));
    }

    [Fact]
    public async Task Unknown_parameters_and_wishes_are_passed_over()
    {
        var client = await _node.AddClientAsync(definition => definition with { Trusted = true });
        var browser = await _node.LoggedInAsync("alice");
        await browser.GetAsync(AuthorizeCalls.Request(
            client, ("extra", "foobar"), ("ui_locales", "it de"), ("claims_locales", "it"), ("acr_values", "1 2"), ("display", "popup"),
            ("claims", "{\"userinfo\":{\"name\":{\"essential\":true}},\"id_token\":{\"acr\":{\"values\":[\"gold\"]}},\"more\":1}")));
        Assert.NotNull(browser.Answer("code"));
    }

    [Theory]
    [InlineData(false, null, false)]
    [InlineData(false, "n", true)]
    [InlineData(true, "n", false)]
    public async Task Confidential_clients_need_pkce_unless_a_nonce_does(bool requirePkce, string? nonce, bool accepted)
    {
        var client = await _node.AddClientAsync(definition => definition.Confidential() with { RequirePkce = requirePkce, Trusted = true });
        var browser = await _node.LoggedInAsync("alice");
        await browser.GetAsync(AuthorizeCalls.Request(client, ("code_challenge", null), ("code_challenge_method", null), ("nonce", nonce)));
        Assert.Equal(accepted, browser.Answer("code") is not null);
    }

    [Fact]
    public async Task Public_clients_need_pkce_whatever_their_registration_says()
    {
        var client = await _node.AddClientAsync(definition => definition with { RequirePkce = false });
        var browser = await new TestBrowser(_node).GetAsync(AuthorizeCalls.Request(client, ("code_challenge", null), ("code_challenge_method", null), ("nonce", "n")));
        Assert.Equal("invalid_request", browser.Answer("error"));
    }

    [Fact]
    public async Task A_client_without_the_grant_is_told_so()
    {
        var client = await _node.AddClientAsync(definition => definition with { GrantTypes = ["client_credentials"] });
        var browser = await new TestBrowser(_node).GetAsync(AuthorizeCalls.Request(client));
        Assert.Equal("unauthorized_client", browser.Answer("error"));
    }

    [Theory]
    [InlineData("scope", "openid d4s-context:" + TestData.TryIt, "invalid_scope")]
    [InlineData("audience", TestData.TryIt, "invalid_target")]
    [InlineData("audience", "/nowhere/at/all", "invalid_target")]
    [InlineData("resource", "http://127.0.0.1/scopes" + TestData.Closed, "invalid_target")]
    public async Task Only_a_member_gets_a_context(string name, string value, string error)
    {
        var client = await _node.AddClientAsync(definition => definition with { Trusted = true });
        var browser = await _node.LoggedInAsync("alice");
        await browser.GetAsync(AuthorizeCalls.Request(client, (name, value)));
        Assert.Equal(error, browser.Answer("error"));
    }

    [Fact]
    public async Task Without_redirect_uri_the_only_one_counts_but_not_for_openid()
    {
        var client = await _node.AddClientAsync(definition => definition with { Trusted = true });
        var browser = await _node.LoggedInAsync("alice");
        await browser.GetAsync(AuthorizeCalls.Request(client, ("redirect_uri", null), ("scope", "read")));
        Assert.False((await _node.CodeAsync(browser)).RedirectUriGiven);
        AssertPage(await browser.GetAsync(AuthorizeCalls.Request(client, ("redirect_uri", null))), "invalid_request");
    }

    [Fact]
    public async Task A_body_that_is_no_form_gets_an_error_page()
    {
        using var answer = await _node.SendAsync(HttpMethod.Post, "/oauth/authorize", new StringContent("{}", System.Text.Encoding.UTF8, "application/json"), "Accept: " + Calls.Browser);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
    }

    [Fact]
    public async Task No_page_may_be_framed_or_scripted_or_kept()
    {
        var client = await _node.AddClientAsync();
        var browser = await _node.LoggedInAsync("alice");
        var cookie = "Cookie: JSESSIONID=" + browser.Cookie("JSESSIONID");
        foreach (var address in (string[])[AuthorizeCalls.Request(client), AuthorizeCalls.Request(client, ("prompt", "select_account")), AuthorizeCalls.Request(client, ("redirect_uri", "x:y")), "/login", "/device", "/grants", "/oauth/logout"])
        {
            using var page = await _node.GetAsync(address, cookie, "Accept: " + Calls.Browser);
            var policy = page.Headers.GetValues("Content-Security-Policy").Single();
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
            Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("script-src", policy, StringComparison.Ordinal);
            Assert.Equal("DENY", page.Headers.GetValues("X-Frame-Options").Single());
            Assert.Contains("no-store", page.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
            Assert.Contains("<html lang=\"en\">", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_endpoint_answers_no_script_of_another_origin()
    {
        var client = await _node.AddClientAsync();
        using var answer = await _node.GetAsync(AuthorizeCalls.Request(client), "Origin: https://app.example.org");
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
    }

    private static void AssertPage(TestBrowser browser, string code)
    {
        Assert.Null(browser.Left);
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        Assert.Contains($"400 {code}</p>", browser.Text, StringComparison.Ordinal);
    }
}
