using System.Net;
using Platform.Api.OAuth.Keys;
using Platform.Api.Tests.Support;
using Platform.Grains.OAuth;

namespace Platform.Api.Tests.OAuth.Tokens;

/// <summary>A code works once, for its client, redirect URI and verifier.</summary>
[Collection(TokenCollection.Name)]
public sealed class AuthorizationCodeTests(TokenNode given)
{
    [Fact]
    public async Task Code_GivesTokens_WithTheClaimsOfTheirStandards()
    {
        var (tokens, authorization, _) = await given.TokensAsync(TokenNode.Web, "openid profile read", context: TestData.AquaMaps);
        Assert.Equal("Bearer", tokens.Text("token_type"));
        Assert.Equal(3600, tokens.GetProperty("expires_in").GetInt64());
        Assert.Equal("openid profile read", tokens.Text("scope"));
        Assert.NotEmpty(tokens.Text("refresh_token"));

        var access = await given.ClaimsAsync(tokens.Text("access_token"), JwtSigner.AccessTokenType);
        Assert.Equal(TokenNode.Issuer, access.Text("iss"));
        Assert.Equal(TokenNode.Issuer, access.Text("aud"));
        Assert.Equal(authorization.User.ToString(), access.Text("sub"));
        Assert.Equal(TokenNode.Web, access.Text("client_id"));
        Assert.Equal(TestData.AquaMaps, access.Text("context"));
        Assert.Equal(["VRE-Manager", "member"], access.GetProperty("roles").EnumerateArray().Select(role => role.GetString()!));
        Assert.True(access.GetProperty("resource_access").Has(TestData.AquaMaps.Replace("/", "%2F", StringComparison.Ordinal)));
        Assert.Equal(authorization.SessionHandle, access.Text("sid"));
        foreach (var name in (string[])["jti", "exp", "iat", "auth_time", "acr", "fam", "cep", "cxe", "scope"])
        {
            Assert.True(access.Has(name), name);
        }

        var id = await given.ClaimsAsync(tokens.Text("id_token"), JwtSigner.IdTokenType);
        Assert.Equal(TokenNode.Web, id.Text("aud"));
        Assert.Equal("the nonce", id.Text("nonce"));
        Assert.Equal(authorization.SessionHandle, id.Text("sid"));
        Assert.Equal("pwd", id.GetProperty("amr")[0].GetString());
        Assert.Equal(authorization.AuthenticatedAt.ToUnixTimeSeconds(), id.GetProperty("auth_time").GetInt64());
        Assert.True(id.Has("at_hash") && id.Has("acr"));
        Assert.False(id.Has("name"));
    }

    [Fact]
    public async Task SecondUse_IsRefused_AndEndsWhatCameFromTheFirst()
    {
        var (authorization, _) = await given.AllowAsync(TokenNode.Web, "openid read");
        var (code, verifier) = await given.CodeAsync(authorization);
        var tokens = await given.RedeemAsync(TokenNode.Web, code, verifier).JsonAsync();
        Assert.True(await given.IsActiveAsync(tokens.Text("access_token")));
        Assert.Equal("invalid_grant", await given.RedeemAsync(TokenNode.Web, code, verifier).ErrorAsync());
        Assert.False(await given.IsActiveAsync(tokens.Text("access_token")));
        Assert.Equal("invalid_grant", await given.RefreshAsync(TokenNode.Web, tokens.Text("refresh_token")).ErrorAsync());
    }

    [Fact]
    public async Task ParallelUses_GiveTokensOnceAtMost()
    {
        var (authorization, _) = await given.AllowAsync(TokenNode.Web, "read");
        var (code, verifier) = await given.CodeAsync(authorization);
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => given.RedeemAsync(TokenNode.Web, code, verifier)));
        Assert.True(answers.Count(answer => answer.StatusCode == HttpStatusCode.OK) <= 1);
        Assert.All(answers, answer => Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.BadRequest, answer.StatusCode.ToString()));
    }

    [Fact]
    public async Task AnotherClient_GetsNothing_AndEndsNothing()
    {
        var (authorization, _) = await given.AllowAsync(TokenNode.Web, "read");
        var (code, verifier) = await given.CodeAsync(authorization);
        Assert.Equal("invalid_grant", await given.RedeemAsync(TokenNode.Viewer, code, verifier).ErrorAsync());
        await given.RedeemAsync(TokenNode.Web, code, verifier).JsonAsync();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("short")]
    [InlineData("an-entirely-different-verifier-of-sufficient-length")]
    public async Task WrongVerifier_IsRefused(string? verifier)
    {
        var (authorization, _) = await given.AllowAsync(TokenNode.Web, "read");
        var (code, right) = await given.CodeAsync(authorization);
        Assert.Equal("invalid_grant", await given.RedeemAsync(TokenNode.Web, code, verifier).ErrorAsync());
        await given.RedeemAsync(TokenNode.Web, code, right).JsonAsync();
    }

    [Fact]
    public async Task VerifierWithoutChallenge_IsRefused()
    {
        var (authorization, _) = await given.AllowAsync(TokenNode.Web, "read");
        var (code, verifier) = await given.CodeAsync(authorization, withPkce: false);
        Assert.Equal("invalid_grant", await given.RedeemAsync(TokenNode.Web, code, verifier).ErrorAsync());
        await given.RedeemAsync(TokenNode.Web, code, null).JsonAsync();
    }

    [Fact]
    public async Task AnotherRedirectUri_IsRefused()
    {
        var (authorization, _) = await given.AllowAsync(TokenNode.Web, "read");
        var (code, verifier) = await given.CodeAsync(authorization);
        Assert.Equal("invalid_grant", await given.RedeemAsync(TokenNode.Web, code, verifier, ("redirect_uri", TokenNode.Callback + "/x")).ErrorAsync());
    }

    [Fact]
    public async Task OldCode_IsRefused()
    {
        await using var node = new OwnNode();
        await node.InitializeAsync();
        var (authorization, _) = await node.Given.AllowAsync(TokenNode.Web, "read");
        var (code, verifier) = await node.Given.CodeAsync(authorization);
        node.Given.Node.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal("invalid_grant", await node.Given.RedeemAsync(TokenNode.Web, code, verifier).ErrorAsync());
    }

    [Fact]
    public async Task LogoutBeforeTheCodeIsUsed_LeavesNothing()
    {
        var (authorization, session) = await given.AllowAsync(TokenNode.Web, "openid read");
        var (code, verifier) = await given.CodeAsync(authorization);
        (await given.Node.SendAsync(HttpMethod.Delete, "/session", null, "X-Session-Id: " + session)).Dispose();
        Assert.Equal("invalid_grant", await given.RedeemAsync(TokenNode.Web, code, verifier).ErrorAsync());
    }

    [Fact]
    public async Task PairwiseSubject_IsAnotherForEachSector()
    {
        var definition = (await given.Check.DescribeClientAsync(new ClientId(TokenNode.Web), CancellationToken.None))!.Definition;
        await given.MakeAsync("pairwise-1", definition with { PairwiseSubjects = true, Sector = "one.example" });
        await given.MakeAsync("pairwise-2", definition with { PairwiseSubjects = true, Sector = "two.example" });
        var (first, authorization, _) = await given.TokensAsync("pairwise-1", "openid");
        var (again, _, _) = await given.TokensAsync("pairwise-1", "openid");
        var (second, _, _) = await given.TokensAsync("pairwise-2", "openid");
        var subject = (await given.ClaimsAsync(first.Text("id_token"), JwtSigner.IdTokenType)).Text("sub");
        Assert.Equal(subject, (await given.ClaimsAsync(again.Text("id_token"), JwtSigner.IdTokenType)).Text("sub"));
        Assert.NotEqual(subject, (await given.ClaimsAsync(second.Text("id_token"), JwtSigner.IdTokenType)).Text("sub"));
        Assert.NotEqual(authorization.User.ToString(), subject);
        Assert.Equal(subject, (await given.Node.GetAsync("/oauth/userinfo", "Authorization: Bearer " + first.Text("access_token")).JsonAsync()).Text("sub"));
    }

    /// <summary>A node whose clock may be moved without other tests noticing.</summary>
    private sealed class OwnNode : IAsyncDisposable
    {
        public TokenNode Given { get; } = new();

        public Task InitializeAsync() => Given.InitializeAsync();

        public async ValueTask DisposeAsync() => await Given.DisposeAsync();
    }
}
