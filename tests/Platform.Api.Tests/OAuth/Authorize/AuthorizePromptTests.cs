using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Platform.Api.OAuth.Tokens;
using Platform.Api.Tests.Support;
using Platform.Grains.OAuth;

namespace Platform.Api.Tests.OAuth.Authorize;

/// <summary><c>prompt</c>, <c>max_age</c> and hints, and the pages that follow from them.</summary>
[Collection(NodeCollection.Name)]
public sealed class AuthorizePromptTests(SharedNode shared)
{
    private readonly ApiNode _node = shared.Node;

    [Fact]
    public async Task None_shows_no_page_and_says_what_is_missing()
    {
        var client = await _node.AddClientAsync();
        var browser = await new TestBrowser(_node).GetAsync(AuthorizeCalls.Request(client, ("prompt", "none")));
        Assert.Equal("login_required", browser.Answer("error"));

        browser = await _node.LoggedInAsync("alice");
        await browser.GetAsync(AuthorizeCalls.Request(client, ("prompt", "none")));
        Assert.Equal("consent_required", browser.Answer("error"));
        await (await browser.GetAsync(AuthorizeCalls.Request(client))).SubmitAsync("decision", "allow");
        await browser.GetAsync(AuthorizeCalls.Request(client, ("prompt", "none")));
        Assert.NotNull(browser.Answer("code"));
    }

    [Theory]
    [InlineData("prompt", "login")]
    [InlineData("prompt", "login consent")]
    [InlineData("prompt", "login select_account")]
    [InlineData("max_age", "0")]
    [InlineData("max_age", "1")]
    public async Task A_new_login_is_one_that_took_place_and_is_asked_for_once(string name, string value)
    {
        var client = await _node.AddClientAsync(definition => definition with { Trusted = true });
        var browser = await _node.LoggedInAsync("alice");
        var before = browser.Cookie("JSESSIONID");
        _node.Time.Advance(TimeSpan.FromSeconds(5));

        await browser.GetAsync(AuthorizeCalls.Request(client, (name, value)));
        Assert.StartsWith("/login?return=", browser.At, StringComparison.Ordinal);

        // Going around the login with the address that it leads back to ends at the login again.
        var back = Uri.UnescapeDataString(browser.At["/login?return=".Length..]);
        await browser.GetAsync(back);
        Assert.StartsWith("/login?return=", browser.At, StringComparison.Ordinal);
        await browser.LogInAsync("alice");
        if (value.Contains("consent", StringComparison.Ordinal))
        {
            await browser.SubmitAsync("decision", "allow");
        }

        Assert.NotNull(browser.Answer("code"));
        Assert.NotEqual(before, browser.Cookie("JSESSIONID"));
        Assert.Equal(name == "max_age", (await _node.CodeAsync(browser)).Authorization.AuthTimeRequested);
    }

    [Fact]
    public async Task An_older_session_of_the_same_person_is_no_new_login()
    {
        var client = await _node.AddClientAsync(definition => definition with { Trusted = true });
        var older = await _node.LoggedInAsync("alice");
        var browser = await _node.LoggedInAsync("alice");
        _node.Time.Advance(TimeSpan.FromMinutes(2));
        await browser.GetAsync(AuthorizeCalls.Request(client, ("prompt", "login")));
        var back = Uri.UnescapeDataString(browser.At["/login?return=".Length..]);

        await older.GetAsync(back);
        Assert.StartsWith("/login?return=", older.At, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40)]
    [InlineData(-1)]
    public async Task An_edited_address_is_over(int at)
    {
        var client = await _node.AddClientAsync(definition => definition with { Trusted = true });
        var browser = await _node.LoggedInAsync("alice");
        await browser.GetAsync(AuthorizeCalls.Request(client, ("prompt", "login")));
        var kept = Uri.UnescapeDataString(browser.At["/login?return=".Length..])["/oauth/authorize?kept=".Length..];
        var index = at < 0 ? kept.Length - 3 : at;
        var edited = kept[..index] + (kept[index] == 'A' ? 'B' : 'A') + kept[(index + 1)..];

        await browser.GetAsync("/oauth/authorize?kept=" + edited);

        Assert.Null(browser.Left);
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
    }

    [Fact]
    public async Task A_page_that_was_open_too_long_is_over()
    {
        await using var node = await ApiNode.StartAsync();
        var client = await node.AddClientAsync(definition => definition with { Trusted = true });
        var browser = new TestBrowser(node);
        await browser.GetAsync(AuthorizeCalls.Request(client));
        node.Time.Advance(TimeSpan.FromMinutes(31));
        await browser.LogInAsync("alice");
        Assert.Null(browser.Left);
        Assert.Contains("open too long", browser.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_recent_login_is_recent_enough()
    {
        var client = await _node.AddClientAsync(definition => definition with { Trusted = true });
        var browser = await _node.LoggedInAsync("alice");
        await browser.GetAsync(AuthorizeCalls.Request(client, ("max_age", "10000")));
        Assert.True((await _node.CodeAsync(browser)).Authorization.AuthTimeRequested);
        var other = await _node.AddClientAsync(definition => definition with { Trusted = true, DefaultMaxAge = TimeSpan.FromSeconds(1) });
        _node.Time.Advance(TimeSpan.FromSeconds(5));
        await browser.GetAsync(AuthorizeCalls.Request(other, ("prompt", "none")));
        Assert.Equal("login_required", browser.Answer("error"));
    }

    [Fact]
    public async Task The_choice_of_an_account_goes_on_or_leads_to_another_login()
    {
        var client = await _node.AddClientAsync(definition => definition with { Trusted = true });
        var browser = await _node.LoggedInAsync("alice");
        await browser.GetAsync(AuthorizeCalls.Request(client, ("prompt", "select_account")));
        Assert.Contains("Choose an account", browser.Text, StringComparison.Ordinal);
        await browser.SubmitAsync("choice", "continue");
        Assert.NotNull(browser.Answer("code"));

        await browser.GetAsync(AuthorizeCalls.Request(client, ("prompt", "select_account")));
        var left = browser.Cookie("JSESSIONID");
        await browser.SubmitAsync("choice", "another");
        Assert.StartsWith("/login?return=", browser.At, StringComparison.Ordinal);
        await _node.GetAsync("/session", "Cookie: JSESSIONID=" + left).TextAsync(HttpStatusCode.Unauthorized);
        await browser.LogInAsync("bob");
        Assert.NotNull(browser.Answer("code"));
        Assert.Contains("bob", await _node.GetAsync("/session", "Accept: application/json", "Cookie: JSESSIONID=" + browser.Cookie("JSESSIONID")).TextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_choice_of_another_site_changes_nothing()
    {
        var client = await _node.AddClientAsync();
        var browser = await _node.LoggedInAsync("alice");
        await browser.GetAsync(AuthorizeCalls.Request(client, ("prompt", "select_account")));
        await browser.PostAsync("/oauth/authorize/account", new() { ["kept"] = browser.Field("kept"), ["choice"] = "another" });
        Assert.Equal(HttpStatusCode.Forbidden, browser.Status);
        await _node.GetAsync("/session", "Cookie: JSESSIONID=" + browser.Cookie("JSESSIONID")).TextAsync();
    }

    [Fact]
    public async Task A_decision_of_another_site_or_another_session_gives_nothing()
    {
        var client = await _node.AddClientAsync();
        var browser = await _node.LoggedInAsync("alice");
        await browser.GetAsync(AuthorizeCalls.Request(client));
        var (kept, token) = (browser.Field("kept"), browser.Field("antiforgery"));

        await browser.PostAsync("/oauth/authorize/decision", new() { ["kept"] = kept, ["decision"] = "allow" });
        Assert.Equal(HttpStatusCode.Forbidden, browser.Status);
        var bob = await _node.LoggedInAsync("bob");
        await bob.PostAsync("/oauth/authorize/decision", new() { ["kept"] = kept, ["decision"] = "allow", ["antiforgery"] = token });
        Assert.Equal(HttpStatusCode.Forbidden, bob.Status);
        await browser.GetAsync(AuthorizeCalls.Request(client));
        Assert.Null(browser.Left);
    }

    [Fact]
    public async Task A_decision_counts_for_the_context_that_the_page_named()
    {
        var client = await _node.AddClientAsync();
        var browser = await _node.LoggedInAsync("alice");
        await browser.GetAsync(AuthorizeCalls.Request(client));
        var page = browser.Text;
        await _node.GetAsync($"/LoginScope?scope={Uri.EscapeDataString(TestData.AquaMaps)}", "Cookie: JSESSIONID=" + browser.Cookie("JSESSIONID"), "Sec-Fetch-Site: none").TextAsync();

        await browser.SubmitAsync("decision", "allow");

        Assert.DoesNotContain(TestData.AquaMaps, page, StringComparison.Ordinal);
        Assert.Null(browser.Left);
        Assert.Contains(TestData.AquaMaps, browser.Text, StringComparison.Ordinal);
        await browser.SubmitAsync("decision", "allow");
        Assert.Equal(TestData.AquaMaps, (await _node.CodeAsync(browser)).Authorization.Context?.Value);
    }

    [Fact]
    public async Task The_user_that_the_client_means_is_the_one_that_it_gets()
    {
        var client = await _node.AddClientAsync(definition => definition with { Trusted = true });
        var bob = await _node.LoggedInAsync("bob");
        await bob.GetAsync(AuthorizeCalls.Request(client));
        var subject = (await _node.CodeAsync(bob)).Authorization.User.ToString();
        var hint = await SignAsync(client, subject);
        var browser = await _node.LoggedInAsync("alice");

        await bob.GetAsync(AuthorizeCalls.Request(client, ("id_token_hint", hint), ("prompt", "none")));
        Assert.NotNull(bob.Answer("code"));
        await browser.GetAsync(AuthorizeCalls.Request(client, ("id_token_hint", hint), ("prompt", "none")));
        Assert.Equal("login_required", browser.Answer("error"));
        await browser.GetAsync(AuthorizeCalls.Request(client, ("claims", $"{{\"id_token\":{{\"sub\":{{\"value\":\"{subject}\"}}}}}}"), ("prompt", "none")));
        Assert.Equal("login_required", browser.Answer("error"));
        await browser.GetAsync(AuthorizeCalls.Request(client, ("id_token_hint", hint)));
        Assert.Contains("expects somebody else", browser.Text, StringComparison.Ordinal);
        await (await browser.SubmitAsync("choice", "another")).LogInAsync("bob");
        Assert.Equal(subject, (await _node.CodeAsync(browser)).Authorization.User.ToString());
    }

    [Fact]
    public async Task A_hint_of_another_client_or_another_signer_is_refused()
    {
        var client = await _node.AddClientAsync(definition => definition with { Trusted = true });
        var browser = await _node.LoggedInAsync("alice");
        var hint = await SignAsync(new ClientId("another"), "local:x");
        await browser.GetAsync(AuthorizeCalls.Request(client, ("id_token_hint", hint)));
        Assert.Equal("invalid_request", browser.Answer("error"));
        await browser.GetAsync(AuthorizeCalls.Request(client, ("id_token_hint", (await SignAsync(client, "local:x"))[..^4] + "AAAA")));
        Assert.Equal("invalid_request", browser.Answer("error"));
    }

    [Fact]
    public async Task The_login_page_knows_who_is_expected_and_where_the_form_may_lead()
    {
        var client = await _node.AddClientAsync();
        var browser = await new TestBrowser(_node).GetAsync(AuthorizeCalls.Request(client, ("login_hint", "<bob>")));
        Assert.Contains("value=\"&lt;bob&gt;\"", browser.Text, StringComparison.Ordinal);
        Assert.Contains("Log in to go on to The &lt;b&gt;App&lt;/b&gt;.", browser.Text, StringComparison.Ordinal);
        Assert.EndsWith("form-action 'self' https://app.example.org", browser.Policy, StringComparison.Ordinal);
        await browser.GetAsync("/login");
        Assert.EndsWith("form-action 'self'", browser.Policy, StringComparison.Ordinal);
    }

    private async Task<string> SignAsync(ClientId client, string subject) => await _node.Services.GetRequiredService<IJwtSigner>().SignAsync("ES256", "JWT", new Dictionary<string, object>
    {
        ["iss"] = "http://127.0.0.1",
        ["sub"] = subject,
        ["aud"] = client.Value,
        ["exp"] = 1,
    }, CancellationToken.None);
}
