using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Platform.Testing.OAuth;
using Platform.Testing.Web;

namespace Platform.Clients.Tests.Support;

/// <summary>A relying party that checks all that OpenID Connect Core §3.1.3.7 tells it to check.</summary>
internal sealed class RelyingParty(Site site, TestClient client)
{
    public TestClient Client => client;

    /// <summary>Logs a person in by the code flow.</summary>
    public async Task<CheckedLogin> LoginAsync(WebBrowser browser, string oauthScope = "openid", params (string Name, string? Value)[] more)
    {
        var pkce = Pkce.New();
        return await FinishAsync(await browser.AuthorizeAsync(client.AuthorizeUrl(oauthScope, pkce, more)), pkce, more.FirstOrDefault(parameter => parameter.Name == "nonce").Value);
    }

    /// <summary>Goes on from where the browser was sent to.</summary>
    public async Task<CheckedLogin> FinishAsync(WebPage response, Pkce pkce, string? nonce = null)
    {
        Assert.Null(response.Parameter("error"));
        Assert.Equal("the-state", response.Parameter("state"));

        // RFC 9207: whose answer this is.
        Assert.Equal(site.Issuer, response.Parameter("iss"));
        var code = response.Parameter("code");
        Assert.NotNull(code);
        var tokens = (await site.Http.RedeemAsync(client, code, pkce)).Granted();
        Assert.True(tokens.Headers.CacheControl?.NoStore);
        return new CheckedLogin(code, tokens, CheckIdToken(tokens, nonce));
    }

    /// <summary>Checks an ID token and what it says of the access token beside it.</summary>
    public SignedToken CheckIdToken(OAuthAnswer tokens, string? nonce)
    {
        var token = SignedToken.Read(tokens["id_token"]);
        Assert.True(token.IsSignedBy(site.Keys), "the ID token is not signed by a published key");
        Assert.Equal(site.Issuer, token.Find("iss"));
        Assert.Equal(client.Id, token.Find("aud"));
        Assert.False(string.IsNullOrEmpty(token.Find("sub")));
        Assert.InRange(token.Find("sub")!.Length, 1, 255);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        Assert.InRange(token.Number("iat"), now - 120, now + 5);
        Assert.True(token.Number("exp") > now);
        Assert.Equal(nonce, token.Find("nonce"));
        if (token.Find("at_hash") is { } hash)
        {
            Assert.Equal(Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(tokens["access_token"])).AsSpan(0, 16)), hash);
        }

        return token;
    }
}

/// <summary>A login that went through.</summary>
internal sealed record CheckedLogin(string Code, OAuthAnswer Tokens, SignedToken IdToken)
{
    public string AccessToken => Tokens["access_token"];
}
