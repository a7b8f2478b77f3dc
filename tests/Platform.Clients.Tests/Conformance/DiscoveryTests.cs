using System.Net;
using System.Text.Json;
using Platform.Clients.Tests.Support;
using Platform.Testing.OAuth;

namespace Platform.Clients.Tests.Conformance;

/// <summary>Config OP plan: what discovery announces is there.</summary>
[Collection(SiteTests.Name)]
public sealed class DiscoveryTests(Site site) : ConformanceTest(site)
{
    [Fact(DisplayName = "oidcc-discovery-endpoint-verification")]
    public async Task DiscoveryEndpoint()
    {
        var answer = await Site.Http.GetWithAsync(".well-known/openid-configuration", null);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("application/json", answer.Type?.MediaType);
        Assert.Equal(Site.Issuer, answer["issuer"]);
        foreach (var name in (string[])["authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "registration_endpoint", "introspection_endpoint", "revocation_endpoint", "device_authorization_endpoint", "pushed_authorization_request_endpoint", "end_session_endpoint"])
        {
            Assert.StartsWith(Site.Issuer + "/", answer[name], StringComparison.Ordinal);
            using var there = await Site.Http.GetAsync(new Uri(answer[name]).AbsolutePath);
            Assert.NotEqual(HttpStatusCode.NotFound, there.StatusCode);
            Assert.True((int)there.StatusCode < 500, $"{name}: {there.StatusCode}");
        }

        Assert.True(Announces("response_types_supported", "code"));
        Assert.True(Announces("id_token_signing_alg_values_supported", "RS256"));
        Assert.True(Announces("id_token_signing_alg_values_supported", "ES256"));
        Assert.True(Announces("subject_types_supported", "public"));
        Assert.True(Announces("scopes_supported", "openid"));
        Assert.True(Announces("code_challenge_methods_supported", "S256"));
        Assert.False(Announces("code_challenge_methods_supported", "plain"));
        Assert.True(Announces("authorization_response_iss_parameter_supported"));
        foreach (var grant in (string[])["authorization_code", "refresh_token", "client_credentials", "urn:ietf:params:oauth:grant-type:device_code", "urn:ietf:params:oauth:grant-type:token-exchange"])
        {
            Assert.True(Announces("grant_types_supported", grant), grant);
        }

        foreach (var way in (string[])["client_secret_basic", "client_secret_post", "private_key_jwt", "none"])
        {
            Assert.True(Announces("token_endpoint_auth_methods_supported", way), way);
        }
    }

    [Fact(DisplayName = "oidcc-server-configuration: the documents agree")]
    public async Task OtherDocuments()
    {
        var server = (await Site.Http.GetWithAsync(".well-known/oauth-authorization-server", null)).Granted().Json;
        foreach (var name in (string[])["issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"])
        {
            Assert.Equal(Site.Discovery.GetProperty(name).GetString(), server.GetProperty(name).GetString());
        }

        var resource = (await Site.Http.GetWithAsync(".well-known/oauth-protected-resource", null)).Granted().Json;
        Assert.Contains(Site.Issuer, resource.GetProperty("authorization_servers").EnumerateArray().Select(issuer => issuer.GetString()));
    }

    [Fact(DisplayName = "oidcc-server: the published keys are public halves with ids")]
    public void Keys()
    {
        var keys = Site.Keys.GetProperty("keys").EnumerateArray().ToList();
        Assert.Contains(keys, key => key.GetProperty("kty").GetString() == "RSA");
        Assert.Contains(keys, key => key.GetProperty("kty").GetString() == "EC");
        Assert.Equal(keys.Count, keys.Select(key => key.GetProperty("kid").GetString()).Distinct().Count());
        Assert.All(keys, key =>
        {
            Assert.Equal("sig", key.GetProperty("use").GetString());
            foreach (var secret in (string[])["d", "p", "q", "dp", "dq", "qi", "k"])
            {
                Assert.False(key.TryGetProperty(secret, out JsonElement _), $"a private half: {secret}");
            }
        });
    }
}
