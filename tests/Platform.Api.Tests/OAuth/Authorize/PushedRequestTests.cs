using System.Net;
using Platform.Api.Tests.Support;
using Platform.Grains.OAuth;

namespace Platform.Api.Tests.OAuth.Authorize;

/// <summary>Pushed authorization requests (RFC 9126).</summary>
[Collection(NodeCollection.Name)]
public sealed class PushedRequestTests(SharedNode shared)
{
    private readonly ApiNode _node = shared.Node;

    [Fact]
    public async Task A_pushed_request_gives_one_code_after_a_login_however_often_its_pages_are_loaded()
    {
        var client = await ConfidentialAsync();
        var uri = await PushAsync(client);
        var browser = new TestBrowser(_node);
        await browser.GetAsync(Address(client, uri));
        await browser.GetAsync(Address(client, uri));
        await (await browser.LogInAsync("alice")).SubmitAsync("decision", "allow");
        Assert.Equal("the state & more", browser.Answer("state"));
        Assert.NotNull(browser.Answer("code"));

        await browser.GetAsync(Address(client, uri));
        Assert.Null(browser.Left);
        Assert.Contains("invalid_request_uri", browser.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_browser_adds_counts_for_nothing()
    {
        var client = await ConfidentialAsync(trusted: true);
        var browser = await _node.LoggedInAsync("alice");
        await browser.GetAsync(Address(client, await PushAsync(client)) + "&scope=openid%20write&redirect_uri=https%3A%2F%2Fevil.example&state=x");
        Assert.StartsWith(AuthorizeCalls.Redirect, browser.Left!.OriginalString, StringComparison.Ordinal);
        Assert.Equal("the state & more", browser.Answer("state"));
        Assert.Equal(["openid", "read"], (await _node.CodeAsync(browser)).Authorization.OAuthScopes.ToArray());
    }

    [Fact]
    public async Task Another_client_cannot_use_it()
    {
        var uri = await PushAsync(await ConfidentialAsync());
        var browser = await new TestBrowser(_node).GetAsync(Address(await ConfidentialAsync(), uri));
        Assert.Null(browser.Left);
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
    }

    [Fact]
    public async Task Its_time_to_arrive_is_short()
    {
        await using var node = await ApiNode.StartAsync();
        var client = await node.AddClientAsync(definition => definition with { Trusted = true });
        var pushed = await node.PostAsync("/oauth/par", AuthorizeCalls.Parameters(client)).JsonAsync(HttpStatusCode.Created);
        Assert.Equal(90, pushed.GetProperty("expires_in").GetInt32());
        node.Time.Advance(TimeSpan.FromSeconds(91));
        var browser = await new TestBrowser(node).GetAsync(Address(client, pushed.GetProperty("request_uri").GetString()!));
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
    }

    [Fact]
    public async Task A_client_that_has_to_push_may_not_come_without()
    {
        var client = await _node.AddClientAsync(definition => definition with { RequirePushedRequests = true, Trusted = true });
        var browser = await _node.LoggedInAsync("alice");
        await browser.GetAsync(AuthorizeCalls.Request(client));
        Assert.Equal("invalid_request", browser.Answer("error"));
        var pushed = await _node.PostAsync("/oauth/par", AuthorizeCalls.Parameters(client)).JsonAsync(HttpStatusCode.Created);
        await browser.GetAsync(Address(client, pushed.GetProperty("request_uri").GetString()!));
        Assert.NotNull(browser.Answer("code"));
    }

    [Theory]
    [InlineData("client_secret", "wrong", "invalid_client", 401)]
    [InlineData("client_secret", null, "invalid_client", 401)]
    [InlineData("redirect_uri", "https://evil.example/", "invalid_request", 400)]
    [InlineData("redirect_uri", null, "invalid_request", 400)]
    [InlineData("response_type", "token", "unsupported_response_type", 400)]
    [InlineData("scope", "root", "invalid_scope", 400)]
    [InlineData("code_challenge", null, "invalid_request", 400)]
    [InlineData("request_uri", "urn:ietf:params:oauth:request_uri:x", "invalid_request", 400)]
    [InlineData("request", "x", "request_not_supported", 400)]
    [InlineData("prompt", "none login", "invalid_request", 400)]
    public async Task What_would_be_refused_later_is_refused_at_once(string name, string? value, string error, int status)
    {
        var client = await ConfidentialAsync();
        var answer = await _node.PostAsync("/oauth/par", AuthorizeCalls.Parameters(client, ("client_secret", AuthorizeCalls.Secret), (name, value))).JsonAsync((HttpStatusCode)status);
        Assert.Equal(error, answer.GetProperty("error").GetString());
    }

    [Fact]
    public async Task Nobody_fills_the_database_in_the_name_of_a_public_client()
    {
        await using var node = await ApiNode.StartAsync(new Dictionary<string, string?> { ["OAuth:Authorize:KeptRequestsPerMinute"] = "2", ["OAuth:RequestBurst"] = "5", ["OAuth:RequestsPerSecond"] = "1" });
        var open = await node.AddClientAsync();
        for (var i = 0; i < 2; i++)
        {
            await node.PostAsync("/oauth/par", AuthorizeCalls.Parameters(open)).JsonAsync(HttpStatusCode.Created);
        }

        using var refused = await node.PostAsync("/oauth/par", AuthorizeCalls.Parameters(open));
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);

        // Who proves who it is has a share of its own.
        var proven = await node.AddClientAsync(AuthorizeCalls.Confidential);
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 20; i++)
        {
            using var answer = await node.PostAsync("/oauth/par", AuthorizeCalls.Parameters(proven, ("client_secret", AuthorizeCalls.Secret)));
            statuses.Add(answer.StatusCode);
        }

        Assert.Equal(HttpStatusCode.Created, statuses[0]);
        Assert.Contains(HttpStatusCode.TooManyRequests, statuses);
    }

    [Theory]
    [InlineData("urn:ietf:params:oauth:request_uri:made-up")]
    [InlineData("urn:ietf:params:oauth:request_uri:")]
    public async Task A_name_that_was_never_given_leads_nowhere(string uri)
    {
        var browser = await new TestBrowser(_node).GetAsync(Address(await ConfidentialAsync(), uri));
        Assert.Null(browser.Left);
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
    }

    private Task<ClientId> ConfidentialAsync(bool trusted = false) => _node.AddClientAsync(definition => definition.Confidential() with { Trusted = trusted });

    private async Task<string> PushAsync(ClientId client) =>
        (await _node.PostAsync("/oauth/par", AuthorizeCalls.Parameters(client, ("client_secret", AuthorizeCalls.Secret))).JsonAsync(HttpStatusCode.Created)).GetProperty("request_uri").GetString()!;

    private static string Address(ClientId client, string uri) => $"/oauth/authorize?client_id={client}&request_uri={Uri.EscapeDataString(uri)}";
}
