using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Platform.Api.OAuth.Logout;
using Platform.Api.Tests.OAuth.Authorize;
using Platform.Api.Tests.Support;
using Platform.Grains.OAuth;
using Platform.Testing;

namespace Platform.Api.Tests.OAuth.Logout;

/// <summary>OpenID Connect Back-Channel Logout: clients are told, whatever ended the session.</summary>
public sealed class BackchannelLogoutTests : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly ConcurrentQueue<string> _told = new();
    private ApiNode _node = null!;
    private WebApplication _client = null!;
    private volatile int _status = StatusCodes.Status200OK;

    private string Address => _client.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _client = builder.Build();
        _client.MapPost("/backchannel", async (HttpContext context) =>
        {
            _told.Enqueue((await context.Request.ReadFormAsync())["logout_token"].ToString());
            context.Response.StatusCode = _status;
        });
        _client.MapPost("/elsewhere", (HttpContext context) => context.Response.Redirect("/backchannel", permanent: false, preserveMethod: true));
        await _client.StartAsync();
        _node = await ApiNode.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        await _client.DisposeAsync();
    }

    [Theory]
    [InlineData("/Logout")]
    [InlineData("DELETE /session")]
    [InlineData("another session")]
    [InlineData("another login")]
    public async Task Whatever_ends_the_session_its_clients_are_told_with_a_token(string how)
    {
        var (client, browser, authorization) = await LoggedInAsync("/backchannel");
        var cookie = "Cookie: JSESSIONID=" + browser.Cookie("JSESSIONID");
        switch (how)
        {
            case "/Logout":
                await _node.GetAsync("/Logout", cookie, "Sec-Fetch-Site: none").TextAsync();
                break;
            case "DELETE /session":
                await _node.SendAsync(HttpMethod.Delete, "/session", null, cookie).TextAsync(HttpStatusCode.NoContent);
                break;
            case "another session":
                var other = await _node.LogInAsync("alice");
                await _node.SendAsync(HttpMethod.Delete, "/sessions/" + authorization.SessionHandle, null, "X-Session-Id: " + other).TextAsync(HttpStatusCode.NoContent);
                break;
            default:
                await (await browser.GetAsync("/login")).LogInAsync("alice");
                break;
        }

        await Eventually.TrueAsync(() => !_told.IsEmpty, Deadline, "a logout token came");
        Assert.True(_told.TryDequeue(out var text));
        var token = new JsonWebToken(text);
        Assert.Equal("logout+jwt", token.Typ);
        Assert.Equal("http://127.0.0.1", token.Issuer);
        Assert.Equal([client.Value], token.Audiences);
        Assert.Equal(authorization.User.ToString(), token.Subject);
        Assert.Equal(authorization.SessionHandle, token.GetPayloadValue<string>("sid"));
        Assert.NotEqual("", token.Id);
        Assert.InRange((token.ValidTo - token.IssuedAt).TotalSeconds, 1, 120);
        Assert.False(token.TryGetPayloadValue<string>("nonce", out _));
        Assert.Equal("{\"http://schemas.openid.net/event/backchannel-logout\":{}}", token.GetPayloadValue<System.Text.Json.JsonElement>("events").GetRawText());
    }

    [Fact]
    public async Task A_client_that_does_not_take_it_is_told_again()
    {
        _status = StatusCodes.Status503ServiceUnavailable;
        var (_, browser, _) = await LoggedInAsync("/backchannel");
        await _node.GetAsync("/Logout", "Cookie: JSESSIONID=" + browser.Cookie("JSESSIONID"), "Sec-Fetch-Site: none").TextAsync();
        await Eventually.TrueAsync(() => _told.Count == 1, Deadline, "it was told once");

        _status = StatusCodes.Status200OK;
        _node.Time.Advance(TimeSpan.FromMinutes(1));
        await DeliverAsync();
        await Eventually.TrueAsync(() => _told.Count == 2, Deadline, "it was told again");
        _node.Time.Advance(TimeSpan.FromHours(10));
        await DeliverAsync();
        Assert.Equal(2, _told.Count);
    }

    [Fact]
    public async Task A_logout_of_a_node_that_died_is_told_by_another()
    {
        var (_, _, authorization) = await LoggedInAsync("/backchannel");

        // As the node that dies leaves it: the session is over, and nobody was hurried.
        await _node.Grains().Session(authorization.Session!.Value).EndAsync();
        await DeliverAsync();

        // By this call, or by the node's own round at the same time.
        await Eventually.TrueAsync(() => _told.Count == 1, Deadline, "a logout token came");
    }

    [Fact]
    public async Task Redirects_are_not_followed()
    {
        var (_, _, authorization) = await LoggedInAsync("/elsewhere");
        await _node.Grains().Session(authorization.Session!.Value).EndAsync();
        await DeliverAsync();
        Assert.Empty(_told);
    }

    [Fact]
    public async Task Clients_that_got_nothing_and_suspended_ones_are_not_told()
    {
        await _node.AddClientAsync(Told("/backchannel"));
        var (client, _, authorization) = await LoggedInAsync("/backchannel");
        await _node.Grains().Client(client).SetSuspendedAsync(true);
        await _node.Grains().Session(authorization.Session!.Value).EndAsync();
        await DeliverAsync();
        Assert.Empty(_told);
        Assert.Null(await _node.Grains().SessionClients(authorization.Session.Value).ClaimAsync());
    }

    private async Task<(ClientId Client, TestBrowser Browser, AuthorizationSnapshot Authorization)> LoggedInAsync(string path)
    {
        var client = await _node.AddClientAsync(Told(path));
        var browser = await _node.LoggedInAsync("alice");
        await browser.GetAsync(AuthorizeCalls.Request(client));
        return (client, browser, (await _node.CodeAsync(browser)).Authorization);
    }

    private Func<ClientDefinition, ClientDefinition> Told(string path) =>
        definition => definition with { Trusted = true, BackchannelLogoutUri = Address + path };

    private Task DeliverAsync() => _node.Services.GetRequiredService<LogoutDelivery>().DeliverDueAsync(CancellationToken.None);
}
