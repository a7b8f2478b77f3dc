using Platform.Clients.Tests.Support;
using Platform.Testing;
using Platform.Testing.OAuth;

namespace Platform.Clients.Tests.Conformance;

/// <summary>Basic OP plan: codes that are used twice, refresh tokens.</summary>
[Collection(SiteTests.Name)]
public sealed class CodeTests(Site site) : ConformanceTest(site)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact(DisplayName = "oidcc-codereuse")]
    public async Task CodeReuse()
    {
        var party = Party;
        var pkce = Pkce.New();
        var code = await (await Site.AliceAsync()).CodeAsync(party.Client, "openid", pkce);
        var first = (await Site.Http.RedeemAsync(party.Client, code, pkce)).Granted();
        Assert.Equal("invalid_grant", (await Site.Http.RedeemAsync(party.Client, code, pkce)).Error);
        Assert.False((await Site.Http.IntrospectAsync(party.Client, first["access_token"])).IsActive);
    }

    [Fact(DisplayName = "oidcc-codereuse-30seconds")]
    public async Task CodeReuseLater()
    {
        var party = Party;
        var pkce = Pkce.New();
        var code = await (await Site.AliceAsync()).CodeAsync(party.Client, "openid offline_access", pkce, ("prompt", "consent"));
        var first = (await Site.Http.RedeemAsync(party.Client, code, pkce)).Granted();
        Assert.True((await Site.Http.IntrospectAsync(party.Client, first["access_token"])).IsActive);
        var refreshed = (await Site.Http.RefreshAsync(party.Client, first["refresh_token"])).Granted();
        Assert.Equal("Bearer", (await Site.Http.GetWithAsync("oauth/userinfo", refreshed["access_token"])).Granted().Headers.WwwAuthenticate.FirstOrDefault()?.Scheme ?? "Bearer");

        // Whatever came of the code in the meantime ends with its second use.
        Assert.Equal("invalid_grant", (await Site.Http.RedeemAsync(party.Client, code, pkce)).Error);
        Assert.False((await Site.Http.IntrospectAsync(party.Client, refreshed["access_token"])).IsActive);
        Assert.Equal("invalid_token", (await Site.Http.GetWithAsync("oauth/userinfo", refreshed["access_token"])).Error);
        Assert.Equal("invalid_grant", (await Site.Http.RefreshAsync(party.Client, refreshed["refresh_token"])).Error);
    }

    [Fact(DisplayName = "oidcc-refresh-token")]
    public async Task RefreshToken()
    {
        foreach (var client in new[] { ImportedClients.Web, ImportedClients.Public })
        {
            var party = new RelyingParty(Site, client);
            var login = await party.LoginAsync(await Site.AliceAsync(), "openid offline_access", ("prompt", "consent"), ("nonce", "n-2"));
            var refreshed = (await Site.Http.RefreshAsync(client, login.Tokens["refresh_token"])).Granted();
            Assert.NotEqual(login.AccessToken, refreshed["access_token"]);
            Assert.NotEqual(login.Tokens["refresh_token"], refreshed["refresh_token"]);

            // OpenID Connect Core §12.2: the same person, the same time of login.
            var idToken = party.CheckIdToken(refreshed, SignedToken.Read(refreshed["id_token"]).Find("nonce"));
            Assert.Equal(login.IdToken.Find("sub"), idToken.Find("sub"));
            if (login.IdToken.Has("auth_time"))
            {
                Assert.Equal(login.IdToken.Number("auth_time"), idToken.Number("auth_time"));
            }

            // An old token, once the grace is over, ends the family.
            await Eventually.TrueAsync(
                async () => (await Site.Http.RefreshAsync(client, login.Tokens["refresh_token"])).Error == "invalid_grant", Deadline, "the replaced token is refused");
            Assert.Equal("invalid_grant", (await Site.Http.RefreshAsync(client, refreshed["refresh_token"])).Error);
            Assert.Equal("invalid_token", (await Site.Http.GetWithAsync("oauth/userinfo", refreshed["access_token"])).Error);
        }
    }

    [Fact(DisplayName = "oidcc-refresh-token: another client's")]
    public async Task RefreshTokenOfAnotherClient()
    {
        var login = await Party.LoginAsync(await Site.AliceAsync(), "openid offline_access", ("prompt", "consent"));
        var other = ImportedClients.Post;
        Assert.Equal("invalid_grant", (await Site.Http.RefreshAsync(other, login.Tokens["refresh_token"])).Error);
        (await Site.Http.RefreshAsync(ImportedClients.Web, login.Tokens["refresh_token"])).Granted();
    }
}
