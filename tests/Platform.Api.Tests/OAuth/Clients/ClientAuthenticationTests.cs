using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Platform.Api.Http.Outward;
using Platform.Api.OAuth;
using Platform.Api.OAuth.Clients;
using Platform.Api.Tests.OAuth.Authorize;
using Platform.Api.Tests.OAuth.Tokens;
using Platform.Api.Tests.Support;
using Platform.Grains.Audit;
using Platform.Grains.OAuth;

namespace Platform.Api.Tests.OAuth.Clients;

/// <summary>A client proves who it is in its registered way, and in no other.</summary>
[Collection(TokenCollection.Name)]
public sealed class ClientAuthenticationTests(TokenNode given)
{
    private const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    [Theory]
    [InlineData(TokenNode.Service)]
    [InlineData(TokenNode.Other)]
    [InlineData(TokenNode.Chosen)]
    public async Task RightSecret_OpensTheRegisteredWay_AgainAndAgain(string client)
    {
        for (var time = 0; time < 3; time++)
        {
            await given.TokenAsync(client, ClientCredentials()).JsonAsync();
        }
    }

    [Theory]
    [InlineData("nobody", "x")]
    [InlineData(TokenNode.Service, "wrong")]
    [InlineData(TokenNode.Chosen, "wrong")]
    [InlineData(TokenNode.Public, "x")]
    [InlineData("", "x")]
    public async Task WrongSecret_UnknownClient_AndNoSecret_AreAnsweredAlike(string client, string secret)
    {
        using var answer = await given.Node.PostAsync("/oauth/token", ClientCredentials(), "Authorization: " + Calls.Basic(client, secret));
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("Basic", answer.Headers.WwwAuthenticate.Single().Scheme);
        Assert.Equal($$"""{"error":"invalid_client","error_description":"{{OAuthTexts.ClientRefused}}"}""", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task RefusalsThatCostNothing_AreAnsweredAlike_AndDoNotFillTheAuditLog()
    {
        var audit = new CountedAudit();
        await using var node = await ApiNode.StartAsync(adjust: services => services.AddSingleton<IAuditLog>(audit));
        for (var i = 0; i < RefusalRate.Burst + 50; i++)
        {
            Assert.Equal("invalid_client", await node.PostAsync("/oauth/token", new() { ["grant_type"] = "client_credentials", ["client_id"] = "nobody" }).ErrorAsync(HttpStatusCode.Unauthorized));
        }

        Assert.InRange(audit.Count, RefusalRate.Burst, RefusalRate.Burst + 49);
    }

    [Fact]
    public async Task WhoEmptiesAPublicClientsRate_KeepsNobodyElseFromIt()
    {
        await using var node = await ApiNode.StartAsync(new Dictionary<string, string?> { ["OAuth:RequestsPerSecond"] = "1", ["OAuth:RequestBurst"] = "1", ["KnownProxies:0"] = "127.0.0.0/8" });
        var client = await node.AddClientAsync();
        var one = await StatusesAsync("198.51.100.1");
        Assert.Contains(HttpStatusCode.TooManyRequests, one);
        Assert.Equal(HttpStatusCode.BadRequest, (await StatusesAsync("198.51.100.2"))[0]);

        async Task<List<HttpStatusCode>> StatusesAsync(string address)
        {
            var statuses = new List<HttpStatusCode>();
            for (var i = 0; i < 10; i++)
            {
                using var answer = await node.PostAsync(
                    "/oauth/token", new() { ["grant_type"] = "refresh_token", ["refresh_token"] = "x", ["client_id"] = client.Value }, "X-Forwarded-For: " + address);
                statuses.Add(answer.StatusCode);
            }

            return statuses;
        }
    }

    [Fact]
    public async Task AnotherWayThanTheRegistered_IsRefused()
    {
        var form = ClientCredentials();
        form["client_id"] = TokenNode.Service;
        form["client_secret"] = TokenNode.ServiceSecret;
        Assert.Equal("invalid_client", await given.Node.PostAsync("/oauth/token", form).ErrorAsync(HttpStatusCode.Unauthorized));
        var other = "Authorization: " + Calls.Basic(TokenNode.Other, Uri.EscapeDataString(TokenNode.ServiceSecret));
        Assert.Equal("invalid_client", await given.Node.PostAsync("/oauth/token", ClientCredentials(), other).ErrorAsync(HttpStatusCode.Unauthorized));
        Assert.Equal(
            "invalid_client",
            await given.Node.PostAsync("/oauth/token", new() { ["grant_type"] = "client_credentials", ["client_id"] = TokenNode.Service }).ErrorAsync(HttpStatusCode.Unauthorized));
    }

    [Fact]
    public async Task TwoWaysAtOnce_AreRefused()
    {
        var form = ClientCredentials();
        form["client_id"] = TokenNode.Service;
        form["client_secret"] = TokenNode.ServiceSecret;
        var basic = "Authorization: " + Calls.Basic(TokenNode.Service, Uri.EscapeDataString(TokenNode.ServiceSecret));
        Assert.Equal("invalid_request", await given.Node.PostAsync("/oauth/token", form, basic).ErrorAsync());
        form.Remove("client_secret");
        await given.Node.PostAsync("/oauth/token", form, basic).JsonAsync();
        form["client_id"] = TokenNode.Other;
        Assert.Equal("invalid_request", await given.Node.PostAsync("/oauth/token", form, basic).ErrorAsync());
    }

    [Fact]
    public async Task ChosenSecret_MaySoonBeUsedByMany()
    {
        var definition = (await given.Check.DescribeClientAsync(new ClientId(TokenNode.Service), CancellationToken.None))!.Definition;
        var hash = Api.Users.Passwords.PasswordHash.Create(TokenNode.ServiceSecret, 1000).ToString();
        await given.MakeAsync("chosen-by-many", definition with { Secrets = [new ClientSecret(SecretHashing.Password, hash, null)] });
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => given.TokenAsync("chosen-by-many", ClientCredentials())));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
    }

    [Fact]
    public async Task EndedSecret_IsWrong()
    {
        var definition = (await given.Check.DescribeClientAsync(new ClientId(TokenNode.Service), CancellationToken.None))!.Definition;
        await given.MakeAsync("ended-secret", definition with { Secrets = [TokenNode.Sha256(TokenNode.ServiceSecret) with { EndsAt = given.Node.Time.GetUtcNow() }] });
        Assert.Equal("invalid_client", await given.TokenAsync("ended-secret", ClientCredentials()).ErrorAsync(HttpStatusCode.Unauthorized));
    }

    [Fact]
    public async Task PrivateKeyJwt_CountsOnce()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var id = await MakeByKeyAsync(key);
        var assertion = Assertion(key, id);
        await SendAsync(assertion).JsonAsync();
        Assert.Equal("invalid_client", await SendAsync(assertion).ErrorAsync(HttpStatusCode.Unauthorized));
        await SendAsync(Assertion(key, id, audience: TokenNode.Issuer + "/oauth/token")).JsonAsync();
    }

    /// <summary>Authlib leaves out the leading zeros of a coordinate, which one key of 128 has.</summary>
    [Fact]
    public async Task PrivateKeyJwt_ByAKeyWithoutItsLeadingZeros_Counts()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        while (key.ExportParameters(false).Q.Y![0] != 0)
        {
            key.GenerateKey(ECCurve.NamedCurves.nistP256);
        }

        var id = await MakeByKeyAsync(key);
        await SendAsync(Assertion(key, id)).JsonAsync();
    }

    [Fact]
    public async Task KeysAtAnAddress_AreFetched_Remembered_AndFetchedAgainForAKeyThatIsNew()
    {
        using var first = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var second = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var fetched = 0;
        var set = SetOf(first, "k1");
        await using var client = WebApplication.CreateSlimBuilder().Build();
        client.Urls.Add("http://127.0.0.1:0");
        client.MapGet("/jwks", () =>
        {
            Interlocked.Increment(ref fetched);
            return Results.Text(Volatile.Read(ref set), "application/json");
        });
        client.MapGet("/elsewhere", () => Results.Redirect("/jwks"));
        await client.StartAsync();
        var definition = (await given.Check.DescribeClientAsync(new ClientId(TokenNode.Service), CancellationToken.None))!.Definition;
        definition = definition with { Authentication = ClientAuthentication.PrivateKeyJwt, Secrets = [] };
        await given.MakeAsync("fetched", definition with { JwksUri = client.Urls.Single() + "/jwks" });
        await given.MakeAsync("redirected", definition with { JwksUri = client.Urls.Single() + "/elsewhere" });

        await SendAsync(Assertion(first, "fetched")).JsonAsync();
        await SendAsync(Assertion(first, "fetched")).JsonAsync();
        Assert.Equal(1, fetched);

        // The client rotates its key: the new one is not waited for longer than the shortest time between two fetches.
        Volatile.Write(ref set, SetOf(second, "k2"));
        given.Node.Time.Advance(TimeSpan.FromSeconds(31));
        await SendAsync(Assertion(second, "fetched", keyId: "k2")).JsonAsync();
        Assert.Equal(2, fetched);
        Assert.Equal("invalid_client", await SendAsync(Assertion(first, "fetched")).ErrorAsync(HttpStatusCode.Unauthorized));

        // No redirect is followed: it would lead past the check of the address.
        Assert.Equal("invalid_client", await SendAsync(Assertion(second, "redirected", keyId: "k2")).ErrorAsync(HttpStatusCode.Unauthorized));
    }

    [Fact]
    public async Task FaultyAssertions_AreRefused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var id = await MakeByKeyAsync(key);
        string[] faulty =
        [
            Assertion(stranger, id),
            Assertion(key, id, audience: "https://elsewhere.example"),
            Assertion(key, id, issuer: "somebody"),
            Assertion(key, id, lifetime: TimeSpan.FromMinutes(63)),
            Assertion(key, id, lifetime: TimeSpan.FromMinutes(-2)),
            Assertion(key, id, tokenId: ""),
            Assertion(key, "nobody"),
            Assertion(key, id)[..^4] + "AAAA",
            Base64UrlEncoder.Encode("""{"alg":"none"}""") + "." + Assertion(key, id).Split('.')[1] + ".",
            "a.b.c",
            "nonsense",
        ];
        foreach (var assertion in faulty)
        {
            Assert.Equal("invalid_client", await SendAsync(assertion).ErrorAsync(HttpStatusCode.Unauthorized));
        }

        await SendAsync(Assertion(key, id)).JsonAsync();
    }

    [Fact]
    public async Task RateLimit_IsPerClient_AndSaysHowLongToWait()
    {
        var definition = (await given.Check.DescribeClientAsync(new ClientId(TokenNode.Service), CancellationToken.None))!.Definition;
        await given.MakeAsync("slow", definition with { RequestsPerSecond = 1, RequestBurst = 2 });
        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => given.TokenAsync("slow", ClientCredentials())));
        Assert.Contains(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        var refused = answers.First(answer => answer.StatusCode == HttpStatusCode.TooManyRequests);
        Assert.True(refused.Headers.RetryAfter!.Delta >= TimeSpan.FromSeconds(1));
        await given.TokenAsync(TokenNode.Service, ClientCredentials()).JsonAsync();
    }

    [Theory]
    [InlineData("10.1.2.3")]
    [InlineData("127.0.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("192.168.0.1")]
    [InlineData("100.64.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("224.0.0.1")]
    [InlineData("::1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("fe80::1")]
    [InlineData("fd00::1")]
    [InlineData("64:ff9b::a00:1")]
    [InlineData("2002:0a00:0001::1")]
    public void PrivateAddress_IsNeverCalled(string address) => Assert.False(PublicAddresses.Contains(IPAddress.Parse(address)));

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("2a00:1450:4001::1")]
    public void PublicAddress_IsCalled(string address) => Assert.True(PublicAddresses.Contains(IPAddress.Parse(address)));

    [Theory]
    [InlineData("https://client.example/jwks", true)]
    [InlineData("http://127.0.0.1:1/jwks", true)]
    [InlineData("http://client.example/jwks", false)]
    [InlineData("https://user:password@client.example/jwks", false)]
    [InlineData("file:///etc/passwd", false)]
    [InlineData("nonsense", false)]
    public void OutwardAddresses_AreHttps(string address, bool acceptable) =>
        Assert.Equal(acceptable, given.Node.Services.GetRequiredService<OutwardFetch>().IsAcceptable(address));

    private static Dictionary<string, string> ClientCredentials() => new() { ["grant_type"] = GrantTypes.ClientCredentials };

    private async Task<string> MakeByKeyAsync(ECDsa key)
    {
        var definition = (await given.Check.DescribeClientAsync(new ClientId(TokenNode.Service), CancellationToken.None))!.Definition;
        var id = "key-" + TokenNode.Random(4);
        await given.MakeAsync(id, definition with { Authentication = ClientAuthentication.PrivateKeyJwt, Secrets = [], Jwks = SetOf(key, "k1") });
        return id;
    }

    private static string SetOf(ECDsa key, string id)
    {
        var jwk = JsonWebKeyConverter.ConvertFromECDsaSecurityKey(new ECDsaSecurityKey(ECDsa.Create(key.ExportParameters(false))) { KeyId = id });
        return JsonSerializer.Serialize(new { keys = new[] { new { kty = jwk.Kty, crv = jwk.Crv, x = WithoutZeros(jwk.X), y = WithoutZeros(jwk.Y), kid = id } } });

        static string WithoutZeros(string coordinate) => Base64UrlEncoder.Encode(Base64UrlEncoder.DecodeBytes(coordinate).SkipWhile(octet => octet == 0).ToArray());
    }

    private string Assertion(ECDsa key, string id, string audience = TokenNode.Issuer, string? issuer = null, TimeSpan? lifetime = null, string? tokenId = null, string keyId = "k1")
    {
        var now = given.Node.Time.GetUtcNow();
        var claims = JsonSerializer.Serialize(new
        {
            iss = issuer ?? id,
            sub = id,
            aud = audience,
            jti = tokenId ?? TokenNode.Random(8),
            iat = now.ToUnixTimeSeconds(),
            exp = (now + (lifetime ?? TimeSpan.FromMinutes(5))).ToUnixTimeSeconds(),
        });
        return new JsonWebTokenHandler().CreateToken(claims, new SigningCredentials(new ECDsaSecurityKey(key) { KeyId = keyId }, "ES256"));
    }

    private Task<HttpResponseMessage> SendAsync(string assertion) => given.Node.PostAsync(
        "/oauth/token", new() { ["grant_type"] = GrantTypes.ClientCredentials, ["client_assertion_type"] = AssertionType, ["client_assertion"] = assertion });

    private sealed class CountedAudit : IAuditLog
    {
        private int _count;

        public int Count => _count;

        public ValueTask RecordAsync(AuditEntry entry, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _count);
            return ValueTask.CompletedTask;
        }
    }
}
