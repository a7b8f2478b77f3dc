using System.Net;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.OAuth.Authorize;

/// <summary>The way of a person from the client through login and consent back to the client.</summary>
[Collection(NodeCollection.Name)]
public sealed class AuthorizeFlowTests(SharedNode shared)
{
    private readonly ApiNode _node = shared.Node;

    [Fact]
    public async Task Login_then_consent_then_a_code_with_state_and_issuer()
    {
        var client = await _node.AddClientAsync();
        var browser = new TestBrowser(_node);

        await browser.GetAsync(AuthorizeCalls.Request(client));
        Assert.StartsWith("/login?return=", browser.At, StringComparison.Ordinal);
        await browser.LogInAsync("alice");
        Assert.Contains("act for you?", browser.Text, StringComparison.Ordinal);
        await browser.SubmitAsync("decision", "allow");

        Assert.StartsWith(AuthorizeCalls.Redirect + "?code=", browser.Left!.OriginalString, StringComparison.Ordinal);
        Assert.Equal("the state & more", browser.Answer("state"));
        Assert.Equal("http://127.0.0.1", browser.Answer("iss"));
        var code = await _node.CodeAsync(browser);
        Assert.Equal(AuthorizeCalls.Challenge, code.Challenge);
        Assert.Equal(["openid", "read"], code.Authorization.OAuthScopes.ToArray());
        Assert.NotNull(code.Authorization.Session);
    }

    [Theory]
    [InlineData("/oauth/authorize", null)]
    [InlineData("/login", null)]
    [InlineData("/swagger/oauth2-redirect.html", null)]
    [InlineData("/swagger", "same-origin-allow-popups")]
    [InlineData("/", "same-origin")]
    [InlineData("/device", "same-origin")]
    public async Task What_clients_open_in_a_window_of_their_own_keeps_in_touch_with_them(string path, string? policy)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_node.Address, path)) { Headers = { { "Accept", "text/html" } } };
        using var answer = await _node.Client.SendAsync(request);

        Assert.Equal(policy, answer.Headers.TryGetValues("Cross-Origin-Opener-Policy", out var values) ? values.Single() : null);
    }

    [Fact]
    public async Task Consent_is_remembered_and_asked_for_again_where_more_is_asked_for()
    {
        var client = await _node.AddClientAsync();
        var browser = await _node.LoggedInAsync("alice");
        await (await browser.GetAsync(AuthorizeCalls.Request(client))).SubmitAsync("decision", "allow");

        await browser.GetAsync(AuthorizeCalls.Request(client));
        Assert.NotNull(browser.Answer("code"));

        await browser.GetAsync(AuthorizeCalls.Request(client, ("scope", "openid read write")));
        Assert.Null(browser.Left);
        Assert.Contains("change and delete resources", browser.Text, StringComparison.Ordinal);

        await browser.GetAsync(AuthorizeCalls.Request(client, ("audience", TestData.AquaMaps)));
        Assert.Null(browser.Left);
        Assert.Contains(TestData.AquaMaps, browser.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Claims_asked_for_by_name_are_consented_to_like_the_scopes_that_they_are_of()
    {
        const string claims = """{"userinfo":{"email":null},"id_token":{"groups":null}}""";
        var client = await _node.AddClientAsync();
        var browser = await _node.LoggedInAsync("alice");
        await (await browser.GetAsync(AuthorizeCalls.Request(client, ("scope", "openid")))).SubmitAsync("decision", "allow");

        await browser.GetAsync(AuthorizeCalls.Request(client, ("scope", "openid"), ("claims", claims)));
        Assert.Null(browser.Left);
        Assert.Contains("see your mail address", browser.Text, StringComparison.Ordinal);
        Assert.Contains("see the VOs and VREs", browser.Text, StringComparison.Ordinal);
        await browser.SubmitAsync("decision", "allow");
        Assert.Equal(["openid"], (await _node.CodeAsync(browser)).Authorization.OAuthScopes.ToArray());

        await browser.GetAsync(AuthorizeCalls.Request(client, ("scope", "openid"), ("claims", claims)));
        Assert.NotNull(browser.Answer("code"));
    }

    [Fact]
    public async Task Without_a_context_the_page_says_where_tokens_count_all_the_same()
    {
        var client = await _node.AddClientAsync();
        var browser = await _node.LoggedInAsync("alice");
        await browser.GetAsync(AuthorizeCalls.Request(client));
        Assert.Contains("act in any VO or VRE that you may enter", browser.Text, StringComparison.Ordinal);
        await browser.GetAsync(AuthorizeCalls.Request(client, ("scope", "openid")));
        Assert.Contains("act in no VO or VRE", browser.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Not_now_tells_the_client_and_gives_nothing()
    {
        var client = await _node.AddClientAsync();
        var browser = await _node.LoggedInAsync("alice");

        await (await browser.GetAsync(AuthorizeCalls.Request(client))).SubmitAsync("decision", "deny");

        Assert.Equal("access_denied", browser.Answer("error"));
        Assert.Equal("the state & more", browser.Answer("state"));
        Assert.Equal("http://127.0.0.1", browser.Answer("iss"));
        await browser.GetAsync(AuthorizeCalls.Request(client));
        Assert.Null(browser.Left);
    }

    [Fact]
    public async Task A_client_of_the_infrastructure_is_not_asked_about_unless_it_wants_to_be()
    {
        var client = await _node.AddClientAsync(definition => definition with { Trusted = true });
        var browser = await _node.LoggedInAsync("alice");

        await browser.GetAsync(AuthorizeCalls.Request(client));
        Assert.NotNull(browser.Answer("code"));
        await browser.GetAsync(AuthorizeCalls.Request(client, ("prompt", "consent")));
        Assert.Null(browser.Left);
        await browser.SubmitAsync("decision", "allow");
        Assert.NotNull(browser.Answer("code"));
    }

    [Fact]
    public async Task A_request_posted_from_another_site_comes_back_with_get_so_that_the_session_counts()
    {
        var client = await _node.AddClientAsync();
        var browser = await _node.LoggedInAsync("alice");
        var session = browser.Cookie("JSESSIONID")!;
        browser.ForgetCookies();

        await browser.PostAsync("/oauth/authorize", AuthorizeCalls.Parameters(client), follow: false);
        Assert.StartsWith("/oauth/authorize?kept=", browser.At, StringComparison.Ordinal);
        browser.SetCookie("JSESSIONID", session);
        await browser.GetAsync(browser.At);

        Assert.Contains("act for you?", browser.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_too_long_for_an_address_is_not_lost_at_the_login()
    {
        var client = await _node.AddClientAsync();
        var browser = new TestBrowser(_node);
        var nonce = string.Concat(Enumerable.Range(0, 16).Select(_ => Guid.NewGuid().ToString("N")));
        var state = string.Concat(Enumerable.Range(0, 60).Select(_ => Guid.NewGuid().ToString("N")));

        await browser.GetAsync(AuthorizeCalls.Request(client, ("nonce", nonce), ("state", state)));
        Assert.InRange(browser.At.Length, 1, 200);
        await (await browser.LogInAsync("alice")).SubmitAsync("decision", "allow");

        Assert.Equal(state, browser.Answer("state"));
        Assert.Equal(nonce, (await _node.CodeAsync(browser)).Authorization.Nonce);
    }

    [Fact]
    public async Task An_address_without_an_account_fills_no_database()
    {
        await using var node = await ApiNode.StartAsync(new Dictionary<string, string?> { ["OAuth:Authorize:KeptRequestsPerMinute"] = "1" });
        var client = await node.AddClientAsync();
        var state = string.Concat(Enumerable.Range(0, 60).Select(_ => Guid.NewGuid().ToString("N")));
        var browser = await new TestBrowser(node).GetAsync(AuthorizeCalls.Request(client, ("state", state)));
        Assert.StartsWith("/login?return=", browser.At, StringComparison.Ordinal);

        await browser.GetAsync(AuthorizeCalls.Request(client, ("state", state)));
        Assert.Equal("temporarily_unavailable", browser.Answer("error"));
        await browser.GetAsync(AuthorizeCalls.Request(client));
        Assert.StartsWith("/login?return=", browser.At, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Form_post_is_a_page_with_a_button_and_no_script()
    {
        var client = await _node.AddClientAsync(definition => definition with { Trusted = true });
        var browser = await _node.LoggedInAsync("alice");

        await browser.GetAsync(AuthorizeCalls.Request(client, ("response_mode", "form_post")));

        Assert.Equal(HttpStatusCode.OK, browser.Status);
        Assert.Contains($"<form method=\"post\" action=\"{AuthorizeCalls.Redirect}\">", browser.Text, StringComparison.Ordinal);
        Assert.Contains("form-action 'self' https://app.example.org", browser.Policy, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", browser.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("the state & more", browser.Field("state"));
        Assert.Equal("http://127.0.0.1", browser.Field("iss"));
        Assert.NotEqual("", browser.Field("code"));
    }

    [Fact]
    public async Task Going_on_without_a_session_is_for_clients_with_refresh_tokens()
    {
        var client = await _node.AddClientAsync(definition => definition with { Trusted = true });
        var other = await _node.AddClientAsync(definition => definition with { Trusted = true, GrantTypes = ["authorization_code"] });
        var browser = await _node.LoggedInAsync("alice");

        await browser.GetAsync(AuthorizeCalls.Request(client, ("scope", "openid offline_access")));
        var authorization = (await _node.CodeAsync(browser)).Authorization;
        Assert.Null(authorization.Session);
        Assert.NotNull(authorization.SessionHandle);

        await browser.GetAsync(AuthorizeCalls.Request(other, ("scope", "openid offline_access")));
        authorization = (await _node.CodeAsync(browser)).Authorization;
        Assert.NotNull(authorization.Session);
        Assert.Equal(["openid"], authorization.OAuthScopes.ToArray());
    }

    [Fact]
    public async Task Without_a_context_the_sessions_current_scope_counts()
    {
        var client = await _node.AddClientAsync(definition => definition with { Trusted = true });
        var id = await _node.LogInAsync("alice");
        var browser = new TestBrowser(_node);
        browser.SetCookie("JSESSIONID", id);

        await browser.GetAsync(AuthorizeCalls.Request(client));
        Assert.Null((await _node.CodeAsync(browser)).Authorization.Context);
        await _node.GetAsync($"/LoginScope;jsessionid={id}?scope={Uri.EscapeDataString(TestData.AquaMaps)}").TextAsync();
        await browser.GetAsync(AuthorizeCalls.Request(client));
        Assert.Equal(TestData.AquaMaps, (await _node.CodeAsync(browser)).Authorization.Context?.Value);
        await browser.GetAsync(AuthorizeCalls.Request(client, ("scope", $"openid d4s-context:{TestData.Farm}")));
        Assert.Equal(TestData.Farm, (await _node.CodeAsync(browser)).Authorization.Context?.Value);
    }
}
