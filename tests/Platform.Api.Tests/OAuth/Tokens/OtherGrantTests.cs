using System.Net;
using Platform.Api.OAuth;
using Platform.Api.OAuth.Keys;
using Platform.Api.OAuth.Tokens.Grants;
using Platform.Api.Tests.Support;
using Platform.Grains.OAuth;
using Platform.Grains.Scopes;

namespace Platform.Api.Tests.OAuth.Tokens;

/// <summary>A client's own tokens, devices, passwords, and tokens for tokens.</summary>
[Collection(TokenCollection.Name)]
public sealed class OtherGrantTests(TokenNode given)
{
    [Fact]
    public async Task Client_GetsATokenForItself()
    {
        var answer = await given.ServiceTokenAsync("read");
        Assert.False(answer.Has("refresh_token"));
        Assert.False(answer.Has("id_token"));
        var claims = await given.ClaimsAsync(answer.Text("access_token"), JwtSigner.AccessTokenType);
        Assert.Equal(TokenNode.Service, claims.Text("sub"));
        Assert.False(claims.Has("fam"));
        Assert.False(claims.Has("context"));
    }

    [Theory]
    [InlineData("scope", "d4s-context:" + TestData.AquaMaps)]
    [InlineData("audience", TestData.AquaMaps)]
    [InlineData("audience", "%2Fd4science.research-infrastructures.eu%2FFARM%2FAquaMaps")]
    [InlineData("resource", TokenNode.Issuer + "/scopes" + TestData.AquaMaps)]
    [InlineData("header", TestData.AquaMaps)]
    public async Task Context_IsNamedInAnyOfTheFourWays(string place, string value)
    {
        var form = new Dictionary<string, string> { ["grant_type"] = GrantTypes.ClientCredentials };
        if (place != "header")
        {
            form[place] = value;
        }

        var answer = await given.TokenAsync(TokenNode.Service, form, place == "header" ? ["X-D4Science-Context: " + value] : []).JsonAsync();
        var claims = await given.ClaimsAsync(answer.Text("access_token"), JwtSigner.AccessTokenType);
        Assert.Equal(TestData.AquaMaps, claims.Text("context"));
        Assert.Equal([Roles.DataManager, Roles.Member], claims.GetProperty("roles").EnumerateArray().Select(role => role.GetString()!));
        Assert.Equal(TokenNode.Issuer, claims.Text("aud"));
    }

    [Theory]
    [InlineData("scope", "d4s-context:" + TestData.Farm, "invalid_scope")]
    [InlineData("scope", "d4s-context:/nowhere", "invalid_scope")]
    [InlineData("scope", "d4s-context:nonsense", "invalid_scope")]
    [InlineData("audience", TestData.Farm, "invalid_target")]
    [InlineData("audience", TestData.Closed, "invalid_target")]
    [InlineData("audience", "https://elsewhere.example", "invalid_target")]
    [InlineData("resource", "relative", "invalid_target")]
    [InlineData("resource", "https://api.example/#part", "invalid_target")]
    [InlineData("scope", "openid", "invalid_scope")]
    [InlineData("scope", "profile", "invalid_scope")]
    [InlineData("scope", "admin", "invalid_scope")]
    [InlineData("scope", "re\\ad", "invalid_scope")]
    public async Task WhatIsNotTheClients_IsRefused(string parameter, string value, string error) => Assert.Equal(
        error, await given.TokenAsync(TokenNode.Service, new() { ["grant_type"] = GrantTypes.ClientCredentials, [parameter] = value }).ErrorAsync());

    [Fact]
    public async Task TwoContexts_AreOneTooMany()
    {
        var form = new Dictionary<string, string> { ["grant_type"] = GrantTypes.ClientCredentials, ["audience"] = TestData.Farm, ["scope"] = "d4s-context:" + TestData.AquaMaps };
        Assert.Equal("invalid_request", await given.TokenAsync(TokenNode.Service, form).ErrorAsync());
    }

    [Fact]
    public async Task Audience_IsThatOfTheResource()
    {
        var answer = await given.TokenAsync(TokenNode.Service, new() { ["grant_type"] = GrantTypes.ClientCredentials, ["resource"] = "https://api.example" }).JsonAsync();
        Assert.Equal("https://api.example", (await given.ClaimsAsync(answer.Text("access_token"), JwtSigner.AccessTokenType)).Text("aud"));
        (await given.Node.GetAsync("/session", "Authorization: Bearer " + answer.Text("access_token"))).Dispose();
        Assert.Equal("invalid-token", await given.Node.GetAsync("/session", "Authorization: Bearer " + answer.Text("access_token")).CodeAsync(HttpStatusCode.Unauthorized));
    }

    [Fact]
    public async Task PublicClient_GetsNoTokenForItself()
    {
        var definition = (await given.Check.DescribeClientAsync(new ClientId(TokenNode.Public), CancellationToken.None))!.Definition;
        await given.MakeAsync("public-service", definition with { GrantTypes = [GrantTypes.ClientCredentials] });
        var form = new Dictionary<string, string> { ["grant_type"] = GrantTypes.ClientCredentials, ["client_id"] = "public-service" };
        Assert.Equal("unauthorized_client", await given.Node.PostAsync("/oauth/token", form).ErrorAsync());
    }

    [Fact]
    public async Task Password_IsForLegacyClientsAlone()
    {
        Dictionary<string, string> Form(string password) => new() { ["grant_type"] = GrantTypes.Password, ["username"] = "carol", ["password"] = password, ["scope"] = "openid read" };
        var answer = await given.TokenAsync(TokenNode.Legacy, Form(TestData.Password("carol"))).JsonAsync();
        Assert.True(answer.Has("id_token") && answer.Has("refresh_token"));
        Assert.True(await given.IsActiveAsync(answer.Text("access_token")));
        Assert.False((await given.ClaimsAsync(answer.Text("access_token"), JwtSigner.AccessTokenType)).Has("sid"));
        Assert.Equal("invalid_grant", await given.TokenAsync(TokenNode.Legacy, Form("wrong")).ErrorAsync());
        Assert.Equal("unauthorized_client", await given.TokenAsync(TokenNode.Web, Form(TestData.Password("carol"))).ErrorAsync());

        var definition = (await given.Check.DescribeClientAsync(new ClientId(TokenNode.Legacy), CancellationToken.None))!.Definition;
        await given.MakeAsync("not-legacy", definition with { Legacy = false });
        Assert.Equal("unauthorized_client", await given.TokenAsync("not-legacy", Form(TestData.Password("carol"))).ErrorAsync());
    }

    [Fact]
    public async Task Password_InAContext_NeedsMembership()
    {
        Dictionary<string, string> Form(string context) => new()
        {
            ["grant_type"] = GrantTypes.Password, ["username"] = "alice", ["password"] = TestData.Password("alice"), ["scope"] = "read", ["audience"] = context,
        };
        var answer = await given.TokenAsync(TokenNode.Legacy, Form(TestData.AquaMaps)).JsonAsync();
        Assert.Equal(TestData.AquaMaps, (await given.ClaimsAsync(answer.Text("access_token"), JwtSigner.AccessTokenType)).Text("context"));
        Assert.Equal("invalid_target", await given.TokenAsync(TokenNode.Legacy, Form(TestData.Icis)).ErrorAsync());
    }

    [Fact]
    public async Task Device_IsToldWhatItsUserDecided_Once()
    {
        var code = TokenNode.Random(32);
        var client = (await given.Check.DescribeClientAsync(new ClientId(TokenNode.Device), CancellationToken.None))!;
        var grain = given.Grains.DeviceCode(SecretKey.FromSecret(code));
        var endsAt = given.Node.Time.GetUtcNow() + TimeSpan.FromMinutes(5);
        await grain.StartAsync(new DeviceRequest(client.Id, client.Epoch, ["read"], null, [], "127.0.0.1", TimeSpan.Zero, endsAt, null));
        Dictionary<string, string> Form() => new() { ["grant_type"] = GrantTypes.DeviceCode, ["device_code"] = code };
        Assert.Contains(await given.TokenAsync(TokenNode.Device, Form()).ErrorAsync(), (string[])["authorization_pending", "slow_down"]);

        var (authorization, _) = await given.AllowAsync(TokenNode.Device, "read", bound: false);
        Assert.True(await grain.DecideAsync(authorization));
        var tokens = await given.TokenAsync(TokenNode.Device, Form()).JsonAsync();
        Assert.True(await given.IsActiveAsync(tokens.Text("access_token")));
        Assert.Contains(await given.TokenAsync(TokenNode.Device, Form()).ErrorAsync(), (string[])["invalid_grant", "slow_down"]);
        Assert.Equal("invalid_grant", await given.TokenAsync(TokenNode.Device, new() { ["grant_type"] = GrantTypes.DeviceCode, ["device_code"] = "unknown" }).ErrorAsync());
    }

    [Fact]
    public async Task Exchange_GivesANarrowerToken_ThatEndsWithTheFirst()
    {
        var (tokens, authorization, session) = await given.TokensAsync(TokenNode.Web, "openid read write", context: TestData.AquaMaps);
        var exchanged = await ExchangeAsync(tokens.Text("access_token"), ("scope", "read")).JsonAsync();
        Assert.Equal(TokenExchangeGrant.AccessTokenType, exchanged.Text("issued_token_type"));
        Assert.False(exchanged.Has("refresh_token"));
        var claims = await given.ClaimsAsync(exchanged.Text("access_token"), JwtSigner.AccessTokenType);
        Assert.Equal(authorization.User.ToString(), claims.Text("sub"));
        Assert.Equal(TokenNode.Exchange, claims.Text("client_id"));
        Assert.Equal(TokenNode.Exchange, claims.GetProperty("act").Text("client_id"));
        Assert.Equal("read", claims.Text("scope"));
        Assert.Equal(TestData.AquaMaps, claims.Text("context"));
        Assert.True(await given.IsActiveAsync(exchanged.Text("access_token")));
        (await given.Node.SendAsync(HttpMethod.Delete, "/session", null, "X-Session-Id: " + session)).Dispose();
        Assert.False(await given.IsActiveAsync(exchanged.Text("access_token")));
    }

    [Theory]
    [InlineData("scope", "write", "invalid_scope")]
    [InlineData("audience", TestData.Farm, "invalid_target")]
    [InlineData("scope", "d4s-context:" + TestData.Farm, "invalid_scope")]
    [InlineData("audience", "https://nobodys.example", "invalid_target")]
    [InlineData("actor_token", "x", "invalid_request")]
    [InlineData("requested_token_type", "urn:ietf:params:oauth:token-type:refresh_token", "invalid_request")]
    [InlineData("subject_token_type", "urn:ietf:params:oauth:token-type:id_token", "invalid_request")]
    [InlineData("subject_token", "nonsense", "invalid_request")]
    public async Task Exchange_WidensNothing(string parameter, string value, string error)
    {
        var (tokens, _, _) = await given.TokensAsync(TokenNode.Web, "read", context: TestData.AquaMaps);
        Assert.Equal(error, await ExchangeAsync(tokens.Text("access_token"), (parameter, value)).ErrorAsync());
    }

    [Fact]
    public async Task Exchange_OfAnotherClientsOwnToken_IsRefused()
    {
        var service = await given.ServiceTokenAsync();
        Assert.Equal("invalid_request", await ExchangeAsync(service.Text("access_token")).ErrorAsync());
    }

    [Fact]
    public async Task Exchange_EndsWithTheExchangingClientToo()
    {
        var definition = (await given.Check.DescribeClientAsync(new ClientId(TokenNode.Exchange), CancellationToken.None))!.Definition;
        await given.MakeAsync("exchange-2", definition);
        var (tokens, _, _) = await given.TokensAsync(TokenNode.Web, "read");
        var form = new Dictionary<string, string> { ["grant_type"] = GrantTypes.TokenExchange, ["subject_token"] = tokens.Text("access_token"), ["subject_token_type"] = TokenExchangeGrant.AccessTokenType };
        var exchanged = await given.TokenAsync("exchange-2", form).JsonAsync();
        await given.Grains.Client(new ClientId("exchange-2")).SetSuspendedAsync(true);
        Assert.False(await given.IsActiveAsync(exchanged.Text("access_token")));
        Assert.True(await given.IsActiveAsync(tokens.Text("access_token")));
    }

    private Task<HttpResponseMessage> ExchangeAsync(string subject, params (string Name, string Value)[] more)
    {
        var form = new Dictionary<string, string> { ["grant_type"] = GrantTypes.TokenExchange, ["subject_token"] = subject, ["subject_token_type"] = TokenExchangeGrant.AccessTokenType };
        foreach (var (name, value) in more)
        {
            form[name] = value;
        }

        return given.TokenAsync(TokenNode.Exchange, form);
    }
}
