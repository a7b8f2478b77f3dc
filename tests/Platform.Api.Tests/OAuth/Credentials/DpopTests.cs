using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Platform.Api.OAuth;
using Platform.Api.OAuth.Keys;
using Platform.Api.Tests.OAuth.Tokens;
using Platform.Api.Tests.Support;
using Platform.Grains.OAuth;

namespace Platform.Api.Tests.OAuth.Credentials;

/// <summary>A token that is bound to a key is of no use without it.</summary>
[Collection(TokenCollection.Name)]
public sealed class DpopTests(TokenNode given) : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public void Dispose() => _key.Dispose();

    [Fact]
    public async Task BoundToken_NeedsItsProof_AtEachUse()
    {
        var token = await BoundTokenAsync();
        Assert.Equal(Thumbprint(_key), (await given.ClaimsAsync(token, JwtSigner.AccessTokenType)).GetProperty("cnf").Text("jkt"));
        Assert.Equal("service", (await CallAsync(token, Proof(token)).JsonAsync()).Text("user"));

        Assert.Equal("invalid-token", await given.Node.GetAsync("/session", "Authorization: Bearer " + token).CodeAsync(HttpStatusCode.Unauthorized));
        Assert.Equal("invalid-token", await given.Node.GetAsync("/session", "Authorization: DPoP " + token).CodeAsync(HttpStatusCode.Unauthorized));
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Equal("invalid-token", await CallAsync(token, Proof(token, key: stranger)).CodeAsync(HttpStatusCode.Unauthorized));
    }

    [Fact]
    public async Task Proof_CountsOnce()
    {
        var token = await BoundTokenAsync();
        var proof = Proof(token);
        await CallAsync(token, proof).JsonAsync();
        using var again = await CallAsync(token, proof);
        Assert.Equal(HttpStatusCode.Unauthorized, again.StatusCode);
        var challenge = again.Headers.WwwAuthenticate.Single();
        Assert.Equal("DPoP", challenge.Scheme);
        Assert.Contains("invalid_dpop_proof", challenge.Parameter, StringComparison.Ordinal);
        Assert.Contains("algs=", challenge.Parameter, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FaultyProofs_AreRefused()
    {
        var token = await BoundTokenAsync();
        string[] faulty =
        [
            Proof(token, method: "POST"),
            Proof(token, address: TokenNode.Issuer + "/sessions"),
            Proof(token, address: "https://elsewhere.example/session"),
            Proof(token, type: "JWT"),
            Proof(token, age: TimeSpan.FromMinutes(3)),
            Proof(token, age: TimeSpan.FromMinutes(-3)),
            Proof("another token"),
            Proof(null),
            Proof(token, withPrivateKey: true),
            Proof(token)[..^6] + "AAAAAA",
            "nonsense",
        ];
        foreach (var proof in faulty)
        {
            Assert.Equal("invalid-token", await CallAsync(token, proof).CodeAsync(HttpStatusCode.Unauthorized));
        }
    }

    [Fact]
    public async Task UnboundToken_IsNoDpopToken()
    {
        var token = (await given.ServiceTokenAsync()).Text("access_token");
        Assert.Equal("invalid-token", await CallAsync(token, Proof(token)).CodeAsync(HttpStatusCode.Unauthorized));
    }

    [Fact]
    public async Task ClientThatHasToProve_GetsNothingWithout()
    {
        var definition = (await given.Check.DescribeClientAsync(new ClientId(TokenNode.Service), CancellationToken.None))!.Definition;
        await given.MakeAsync("dpop-only", definition with { DpopBound = true });
        var form = new Dictionary<string, string> { ["grant_type"] = GrantTypes.ClientCredentials };
        Assert.Equal("invalid_dpop_proof", await given.TokenAsync("dpop-only", form).ErrorAsync());
        var tokens = await given.TokenAsync("dpop-only", form, "DPoP: " + Proof(null, "POST", TokenNode.Issuer + "/oauth/token")).JsonAsync();
        Assert.Equal("DPoP", tokens.Text("token_type"));
    }

    [Fact]
    public async Task CodeAndRefreshToken_AreBoundToTheKey()
    {
        var (authorization, _) = await given.AllowAsync(TokenNode.Public, "read");
        var (code, verifier) = await given.CodeAsync(authorization with { DpopThumbprint = Thumbprint(_key) });
        Assert.Equal("invalid_dpop_proof", await given.RedeemAsync(TokenNode.Public, code, verifier).ErrorAsync());
        Dictionary<string, string> Code() => new() { ["grant_type"] = GrantTypes.AuthorizationCode, ["code"] = code, ["code_verifier"] = verifier, ["redirect_uri"] = TokenNode.Callback };
        var tokens = await given.TokenAsync(TokenNode.Public, Code(), TokenProof(_key)).JsonAsync();
        Dictionary<string, string> Refresh() => new() { ["grant_type"] = GrantTypes.RefreshToken, ["refresh_token"] = tokens.Text("refresh_token") };
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Equal("invalid_dpop_proof", await given.TokenAsync(TokenNode.Public, Refresh()).ErrorAsync());
        Assert.Equal("invalid_dpop_proof", await given.TokenAsync(TokenNode.Public, Refresh(), TokenProof(stranger)).ErrorAsync());
        await given.TokenAsync(TokenNode.Public, Refresh(), TokenProof(_key)).JsonAsync();
    }

    private async Task<string> BoundTokenAsync() => (await given.ServiceTokenAsync("read", TokenProof(_key))).Text("access_token");

    private string TokenProof(ECDsa key) => "DPoP: " + Proof(null, "POST", TokenNode.Issuer + "/oauth/token", key: key);

    private Task<HttpResponseMessage> CallAsync(string token, string proof) => given.Node.GetAsync("/session", "Authorization: DPoP " + token, "DPoP: " + proof);

    private string Proof(
        string? token, string method = "GET", string address = TokenNode.Issuer + "/session", string type = "dpop+jwt", TimeSpan age = default, bool withPrivateKey = false, ECDsa? key = null)
    {
        var signer = key ?? _key;
        var parameters = signer.ExportParameters(true);
        var jwk = new Dictionary<string, string> { ["kty"] = "EC", ["crv"] = "P-256", ["x"] = Base64Url.EncodeToString(parameters.Q.X), ["y"] = Base64Url.EncodeToString(parameters.Q.Y) };
        if (withPrivateKey)
        {
            jwk["d"] = Base64Url.EncodeToString(parameters.D);
        }

        var claims = new Dictionary<string, object>
        {
            ["jti"] = TokenNode.Random(8), ["htm"] = method, ["htu"] = address, ["iat"] = (given.Node.Time.GetUtcNow() - age).ToUnixTimeSeconds(),
        };
        if (token is not null)
        {
            claims["ath"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(token)));
        }

        var content = Part(new { typ = type, alg = "ES256", jwk }) + "." + Part(claims);
        return content + "." + Base64Url.EncodeToString(signer.SignData(Encoding.ASCII.GetBytes(content), HashAlgorithmName.SHA256));
    }

    private static string Part(object value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value));

    private static string Thumbprint(ECDsa key)
    {
        var point = key.ExportParameters(false).Q;
        var members = $$"""{"crv":"P-256","kty":"EC","x":"{{Base64Url.EncodeToString(point.X)}}","y":"{{Base64Url.EncodeToString(point.Y)}}"}""";
        return Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(members)));
    }
}
