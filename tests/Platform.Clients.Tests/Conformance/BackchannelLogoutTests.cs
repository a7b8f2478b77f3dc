using Platform.Clients.Tests.Support;
using Platform.Testing;
using Platform.Testing.OAuth;

namespace Platform.Clients.Tests.Conformance;

/// <summary>Back-Channel Logout OP plan: clients are told of the end of a session.</summary>
[Collection(SiteTests.Name)]
public sealed class BackchannelLogoutTests(Site site) : ConformanceTest(site)
{
    private const string Event = "http://schemas.openid.net/event/backchannel-logout";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact(DisplayName = "oidcc-backchannel-logout-discovery-endpoint-verification")]
    public void Discovery()
    {
        Assert.True(Announces("backchannel_logout_supported"));
        Assert.True(Announces("backchannel_logout_session_supported"));
    }

    [Fact(DisplayName = "oidcc-backchannel-rp-initiated-logout")]
    public async Task LogoutAtTheEndpoint()
    {
        using var listener = LoopbackClient.Start();
        using var browser = await Site.LoggedInAsync("alice");
        var party = await RegisterAsync(listener);
        var login = await party.LoginAsync(browser);
        var page = await browser.OpenAsync($"oauth/logout?id_token_hint={login.Tokens["id_token"]}");
        if (page.Has("Log out"))
        {
            await browser.PressAsync(page, "Log out");
        }

        await AssertToldAsync(listener, party, login);
    }

    [Fact(DisplayName = "oidcc-backchannel: a logout anywhere else")]
    public async Task LogoutElsewhere()
    {
        using var listener = LoopbackClient.Start();
        using var browser = await Site.LoggedInAsync("alice");
        var party = await RegisterAsync(listener);
        var login = await party.LoginAsync(browser);
        var id = browser.Cookies.Single(cookie => cookie.Name.EndsWith("JSESSIONID", StringComparison.Ordinal)).Value;
        using var answer = await Site.Http.GetAsync($"Logout;jsessionid={id}");
        answer.EnsureSuccessStatusCode();
        await AssertToldAsync(listener, party, login);
    }

    private async Task<RelyingParty> RegisterAsync(LoopbackClient listener) => new(Site, await Site.RegisterAsync("told of logouts", new Dictionary<string, object>
    {
        ["backchannel_logout_uri"] = new Uri(listener.Address, "backchannel").ToString(),
        ["backchannel_logout_session_required"] = true,
    }));

    private async Task AssertToldAsync(LoopbackClient listener, RelyingParty party, CheckedLogin login)
    {
        await Eventually.TrueAsync(() => !listener.LogoutTokens.IsEmpty, Deadline, "a logout token came");
        Assert.True(listener.LogoutTokens.TryDequeue(out var text));
        var token = SignedToken.Read(text);
        Assert.True(token.IsSignedBy(Site.Keys));
        Assert.Equal("logout+jwt", token.Header.GetProperty("typ").GetString());
        Assert.Equal(Site.Issuer, token.Find("iss"));
        Assert.Equal(party.Client.Id, token.Find("aud"));
        Assert.Equal(login.IdToken.Find("sid"), token.Find("sid"));
        Assert.Equal(login.IdToken.Find("sub"), token.Find("sub") ?? login.IdToken.Find("sub"));
        Assert.False(string.IsNullOrEmpty(token.Find("jti")));
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        Assert.InRange(token.Number("iat"), now - 120, now + 5);
        Assert.InRange(token.Number("exp"), token.Number("iat"), token.Number("iat") + 600);
        Assert.Equal(System.Text.Json.JsonValueKind.Object, token.Claims.GetProperty("events").GetProperty(Event).ValueKind);
        Assert.False(token.Has("nonce"));
    }
}
