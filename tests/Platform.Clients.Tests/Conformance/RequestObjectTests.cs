using System.Buffers.Text;
using System.Net;
using System.Text;
using System.Text.Json;
using Platform.Clients.Tests.Support;
using Platform.Testing.OAuth;
using Platform.Testing.Web;

namespace Platform.Clients.Tests.Conformance;

/// <summary>Basic OP plan: request objects are taken or refused, as discovery says.</summary>
[Collection(SiteTests.Name)]
public sealed class RequestObjectTests(Site site) : ConformanceTest(site)
{
    [Fact(DisplayName = "oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported")]
    public async Task Unsigned()
    {
        var client = ImportedClients.Web;
        var pkce = Pkce.New();
        var request = Unsecured(new() { ["response_type"] = "code", ["client_id"] = client.Id, ["redirect_uri"] = client.RedirectUri!, ["scope"] = "openid", ["state"] = "the-state", ["nonce"] = "n-9" });
        await AssertTakenOrRefusedAsync(
            await (await Site.AliceAsync()).AuthorizeAsync(client.AuthorizeUrl("openid", pkce, ("request", request))),
            pkce,
            Announces("request_parameter_supported") && Announces("request_object_signing_alg_values_supported", "none"),
            "request_not_supported",
            "n-9");
    }

    [Fact(DisplayName = "oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported")]
    public async Task RequestUriUnsigned()
    {
        // An address of a client's is never fetched, so it may be any.
        var client = ImportedClients.Web;
        var pkce = Pkce.New();
        var page = await (await Site.AliceAsync()).AuthorizeAsync(client.AuthorizeUrl("openid", pkce, ("request_uri", "https://client.example/request.jwt")));

        // Left out, it counts as true (OpenID Connect Discovery §3).
        Assert.False(Site.Discovery.GetProperty("request_uri_parameter_supported").GetBoolean());
        await AssertTakenOrRefusedAsync(page, pkce, supported: false, "request_uri_not_supported", null);
    }

    [Fact(DisplayName = "oidcc-ensure-request-object-with-redirect-uri")]
    public async Task WithRedirectUri()
    {
        // A redirect URI in the object that is not registered never wins over one that is.
        var client = ImportedClients.Web;
        var pkce = Pkce.New();
        var request = Unsecured(new() { ["response_type"] = "code", ["client_id"] = client.Id, ["redirect_uri"] = "https://evil.example/", ["scope"] = "openid" });
        var page = await (await Site.AliceAsync()).AuthorizeAsync(client.AuthorizeUrl("openid", pkce, ("request", request)));
        Assert.NotEqual("evil.example", page.Left?.Host);
        Assert.Null(page.Left is null ? null : page.Parameter("code"));
    }

    private async Task AssertTakenOrRefusedAsync(WebPage page, Pkce pkce, bool supported, string error, string? nonce)
    {
        if (supported)
        {
            await Party.FinishAsync(page, pkce, nonce);
        }
        else if (page.Left is null)
        {
            Assert.Equal(HttpStatusCode.BadRequest, page.Status);
        }
        else
        {
            Assert.Contains(page.Parameter("error"), new[] { error, "invalid_request_object", "invalid_request", "invalid_request_uri" });
        }
    }

    private static string Unsecured(Dictionary<string, string> claims) =>
        $"{Encode("""{"alg":"none"}""")}.{Encode(JsonSerializer.Serialize(claims))}.";

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
