using System.Net;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;
using Platform.Api.OAuth;
using Platform.Api.Tests.OAuth.Tokens;
using Microsoft.Extensions.DependencyInjection;
using Platform.Api.Tests.Support;
using Platform.Api.Users;

namespace Platform.Api.Tests.OAuth.Credentials;

/// <summary>Who calls with a token is known; a token that does not count is refused.</summary>
[Collection(TokenCollection.Name)]
public sealed class TokenCredentialsTests(TokenNode given)
{
    [Fact]
    public async Task ATokenForLess_DoesNotTellWhatItsUserIsAMemberOf()
    {
        foreach (var (oauthScopes, told) in new[] { ("openid", false), ("openid groups", true) })
        {
            var (tokens, _, _) = await given.TokensAsync(TokenNode.Web, oauthScopes, "admin");
            foreach (var path in new[] { "/ListInfrastructureScopes", "/scopes" })
            {
                var listed = await given.Node.GetAsync(path, Bearer(tokens.Text("access_token")), "Accept: application/json").TextAsync();
                Assert.Equal(told, listed.Contains(TestData.Icis, StringComparison.Ordinal));
            }
        }
    }

    [Fact]
    public async Task ATokenForLess_DoesNotTellNameAndMailAddress()
    {
        foreach (var (oauthScopes, told) in new[] { ("openid read", false), ("openid profile email", true) })
        {
            var (tokens, _, _) = await given.TokensAsync(TokenNode.Web, oauthScopes);
            var session = await given.Node.GetAsync("/session", Bearer(tokens.Text("access_token"))).JsonAsync();
            Assert.Equal(told, session.Text("displayName") is not null);
            Assert.Equal(told, session.Text("mail") is not null);
        }
    }

    [Fact]
    public async Task ATokenForWriteAlone_ChangesADocument_AndIsNotShownIt()
    {
        var token = "Authorization: Bearer " + (await given.ServiceTokenAsync("write", "X-D4Science-Context: " + TestData.AquaMaps)).Text("access_token");
        using var put = await given.Node.SendAsync(HttpMethod.Put, "/resources/write-alone", new StringContent("{\"kept\":1}", null, "application/json"), token);
        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        using var patched = await given.Node.SendAsync(HttpMethod.Patch, "/resources/write-alone", new StringContent("{}", null, "application/merge-patch+json"), token);
        Assert.Equal((HttpStatusCode.NoContent, ""), (patched.StatusCode, await patched.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task Token_SaysWhoCalls_InWhichScope()
    {
        var (tokens, authorization, _) = await given.TokensAsync(TokenNode.Web, "read", context: TestData.AquaMaps);
        var session = await given.Node.GetAsync("/session", Bearer(tokens.Text("access_token"))).JsonAsync();
        Assert.Equal("alice", session.Text("user"));
        Assert.Equal(authorization.User.ToString(), session.Text("subject"));
        Assert.Equal(TestData.AquaMaps, session.Text("scope"));
        Assert.Equal(TokenNode.Web, session.Text("client"));
        var scopes = await given.Node.GetAsync("/scopes" + TestData.AquaMaps, Bearer(tokens.Text("access_token"))).JsonAsync();
        Assert.NotEqual(0, scopes.GetProperty("roles").GetArrayLength());
        var (manager, _, _) = await given.TokensAsync(TokenNode.Web, "read", "admin");
        var listed = await given.Node.GetAsync("/ListInfrastructureScopes", Bearer(manager.Text("access_token")), "Accept: application/json").TextAsync();
        Assert.Contains(TestData.Icis, listed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutContext_TheSessionsScopeCounts()
    {
        var (tokens, _, session) = await given.TokensAsync(TokenNode.Web, "read");
        await given.Node.GetAsync("/LoginScope?scope=" + TestData.AquaMaps, "X-Session-Id: " + session).TextAsync();
        Assert.Equal(TestData.AquaMaps, (await given.Node.GetAsync("/session", Bearer(tokens.Text("access_token"))).JsonAsync()).Text("scope"));
    }

    [Theory]
    [InlineData("Bearer nonsense", HttpStatusCode.Unauthorized, "invalid-token")]
    [InlineData("Bearer a.b.c", HttpStatusCode.Unauthorized, "invalid-token")]
    [InlineData("Bearer", HttpStatusCode.BadRequest, "malformed-token")]
    [InlineData("Bearer two words", HttpStatusCode.BadRequest, "malformed-token")]
    [InlineData("DPoP nonsense", HttpStatusCode.Unauthorized, "invalid-token")]
    public async Task TokenThatDoesNotCount_IsRefused_WhereNobodyHasToBeKnown(string header, HttpStatusCode status, string code)
    {
        using var answer = await given.Node.GetAsync("/scopes", "Authorization: " + header);
        Assert.Equal(header.Split(' ')[0], answer.Headers.WwwAuthenticate.First().Scheme);
        Assert.Contains("resource_metadata=", answer.Headers.WwwAuthenticate.First().Parameter, StringComparison.Ordinal);
        Assert.Equal(code, await Task.FromResult(answer).CodeAsync(status));
    }

    [Fact]
    public async Task OtherKindsOfToken_AreNoAccessTokens()
    {
        var (tokens, _, _) = await given.TokensAsync(TokenNode.Web, "openid");
        Assert.Equal("invalid-token", await given.Node.GetAsync("/session", Bearer(tokens.Text("id_token"))).CodeAsync(HttpStatusCode.Unauthorized));
        Assert.Equal("invalid-token", await given.Node.GetAsync("/session", Bearer(tokens.Text("refresh_token"))).CodeAsync(HttpStatusCode.Unauthorized));
        var parts = tokens.Text("access_token").Split('.');
        string[] forged =
        [
            Base64UrlEncoder.Encode("""{"alg":"none","typ":"at+jwt"}""") + "." + parts[1] + ".",
            Base64UrlEncoder.Encode("""{"alg":"HS256","typ":"at+jwt"}""") + "." + parts[1] + "." + parts[2],
            parts[0] + "." + Base64UrlEncoder.Encode("""{"sub":"local:root"}""") + "." + parts[2],
        ];
        foreach (var token in forged)
        {
            Assert.Equal("invalid-token", await given.Node.GetAsync("/session", Bearer(token)).CodeAsync(HttpStatusCode.Unauthorized));
        }
    }

    [Fact]
    public async Task TokenBesideASessionOfAnother_IsRefused()
    {
        var (tokens, _, own) = await given.TokensAsync(TokenNode.Web, "read");
        var other = await given.Node.LogInAsync("bob");
        await given.Node.GetAsync("/session", Bearer(tokens.Text("access_token")), "X-Session-Id: " + own).JsonAsync();
        Assert.Equal("token-mismatch", await given.Node.GetAsync("/session", Bearer(tokens.Text("access_token")), "X-Session-Id: " + other).CodeAsync(HttpStatusCode.BadRequest));
        Assert.Equal("user-mismatch", await given.Node.GetAsync("/session?username=bob", Bearer(tokens.Text("access_token"))).CodeAsync(HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task Token_OpensNothingThatIsForSessions()
    {
        var (tokens, _, _) = await given.TokensAsync(TokenNode.Web, "read");
        Assert.Equal("session-required", await given.Node.GetAsync("/sessions", Bearer(tokens.Text("access_token"))).CodeAsync(HttpStatusCode.Unauthorized));
        Assert.Equal("session-required", await given.Node.GetAsync("/personal-tokens", Bearer(tokens.Text("access_token"))).CodeAsync(HttpStatusCode.Unauthorized));
    }

    [Fact]
    public async Task DisabledUser_HasNoTokens()
    {
        var (tokens, authorization, _) = await given.TokensAsync(TokenNode.Web, "read", "carol");
        Assert.Equal("carol", (await given.Node.GetAsync("/session", Bearer(tokens.Text("access_token"))).JsonAsync()).Text("user"));
        var users = given.Node.Services.GetRequiredService<LocalUsers>();
        Assert.Null((await users.DisableAsync(authorization.User.ToString(), "test", CancellationToken.None)).Refusal);
        Assert.Equal("invalid-token", await given.Node.GetAsync("/session", Bearer(tokens.Text("access_token"))).CodeAsync(HttpStatusCode.Unauthorized));
        Assert.Null((await users.EnableAsync(authorization.User.ToString(), "test", CancellationToken.None)).Refusal);
        Assert.Equal("invalid-token", await given.Node.GetAsync("/session", Bearer(tokens.Text("access_token"))).CodeAsync(HttpStatusCode.Unauthorized));
    }

    [Fact]
    public async Task PersonalToken_IsMadeListedUsedAndEnded()
    {
        var session = "X-Session-Id: " + await given.Node.LogInAsync("alice");
        Dictionary<string, string> Form(string context) => new() { ["name"] = "old service", ["context"] = context, ["lifetime"] = "600" };
        Assert.Equal("no-such-context", await given.Node.PostAsync("/personal-tokens", Form(TestData.Icis), session).CodeAsync(HttpStatusCode.Forbidden));
        Assert.Equal("malformed-personal-token", await given.Node.PostAsync("/personal-tokens", new() { ["name"] = "", ["context"] = TestData.AquaMaps }, session).CodeAsync(HttpStatusCode.BadRequest));
        Assert.Equal("malformed-personal-token", await given.Node.PostAsync("/personal-tokens", new() { ["name"] = "x", ["context"] = TestData.AquaMaps, ["lifetime"] = "-1" }, session).CodeAsync(HttpStatusCode.BadRequest));
        var made = await given.Node.PostAsync("/personal-tokens", Form(TestData.AquaMaps), session).JsonAsync(HttpStatusCode.Created);
        var token = "gcube-token: " + made.Text("token");

        var listed = await given.Node.GetAsync("/personal-tokens", session).TextAsync();
        Assert.Contains(made.Text("handle"), listed, StringComparison.Ordinal);
        Assert.DoesNotContain(made.Text("token"), listed, StringComparison.Ordinal);

        var who = await given.Node.GetAsync("/session", token).JsonAsync();
        Assert.Equal("alice", who.Text("user"));
        Assert.Equal(TestData.AquaMaps, who.Text("scope"));
        Assert.Equal(JsonValueKind.Null, who.GetProperty("oauthScopes").ValueKind);
        await given.Node.GetAsync("/session", token, "gcube-scope: " + TestData.AquaMaps).JsonAsync();
        Assert.Equal("context-mismatch", await given.Node.GetAsync("/session", token, "gcube-scope: " + TestData.Farm).CodeAsync(HttpStatusCode.Forbidden));
        Assert.Equal("no-scope-given", await given.Node.GetAsync("/session?gcube-token=" + made.Text("token")).CodeAsync(HttpStatusCode.Unauthorized));

        (await given.Node.SendAsync(HttpMethod.Delete, "/personal-tokens/" + made.Text("handle"), null, session)).Dispose();
        Assert.Equal("invalid-token", await given.Node.GetAsync("/session", token).CodeAsync(HttpStatusCode.Unauthorized));
        Assert.Equal("no-such-personal-token", await given.Node.SendAsync(HttpMethod.Delete, "/personal-tokens/" + made.Text("handle"), null, session).CodeAsync(HttpStatusCode.NotFound));
    }

    [Fact]
    public async Task Secrets_AreInNoLog()
    {
        var (tokens, _, _) = await given.TokensAsync(TokenNode.Public, "openid read");
        var next = await given.RefreshAsync(TokenNode.Public, tokens.Text("refresh_token")).JsonAsync();
        await given.Node.GetAsync("/session", Bearer(next.Text("access_token"))).TextAsync();
        await given.Node.GetAsync("/oauth/tokeninfo?access_token=" + next.Text("access_token")).TextAsync();
        (await given.Node.PostAsync("/oauth/token", new() { ["grant_type"] = GrantTypes.ClientCredentials }, "Authorization: " + Calls.Basic(TokenNode.Service, "a wrong secret"))).Dispose();
        var session = "X-Session-Id: " + await given.Node.LogInAsync("alice");
        var personal = (await given.Node.PostAsync("/personal-tokens", new() { ["name"] = "n", ["context"] = TestData.AquaMaps }, session).JsonAsync(HttpStatusCode.Created)).Text("token");
        await given.Node.GetAsync("/session", "gcube-token: " + personal).TextAsync();
        foreach (var secret in (string[])
                 [
                     tokens.Text("access_token"), tokens.Text("refresh_token"), tokens.Text("id_token"), next.Text("access_token"), next.Text("refresh_token"), TokenNode.ServiceSecret, "a wrong secret", personal,
                 ])
        {
            Assert.DoesNotContain(given.Node.Logs.Lines, line => line.Contains(secret, StringComparison.Ordinal));
        }
    }

    private static string Bearer(string token) => "Authorization: Bearer " + token;
}
