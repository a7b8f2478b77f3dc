using System.Net;
using System.Text;
using Platform.Testing.OAuth;

namespace Platform.Api.Tests.OAuth.BadInput;

/// <summary>Every parameter missing, doubled, over-long, of the wrong type: the error that the standard names for it.</summary>
[Collection(BadInputCollection.Name)]
public sealed class ParameterTests(BadInputNode given)
{
    private const string DeviceGrant = "grant_type=urn:ietf:params:oauth:grant-type:device_code";
    private const string ExchangeGrant = "grant_type=urn:ietf:params:oauth:grant-type:token-exchange";
    private const string AccessTokenType = "urn:ietf:params:oauth:token-type:access_token";
    private static readonly string Long = new('a', 20_000);

    // {web} and the like stand for client_id and client_secret of that client; one of several codes may be right.
    public static TheoryData<string, string, string> Requests => new()
    {
        { "oauth/token", "{service}", "invalid_request" },
        { "oauth/token", "{service}&grant_type=", "invalid_request" },
        { "oauth/token", "{service}&grant_type=client_credentials&grant_type=client_credentials", "invalid_request" },
        { "oauth/token", "{service}&grant_type=nonsense", "unsupported_grant_type" },
        { "oauth/token", "{service}&grant_type={long}", "unsupported_grant_type invalid_request" },
        { "oauth/token", "{service}&grant_type=authorization_code&code=x&redirect_uri=https://client.example/callback", "unauthorized_client" },
        { "oauth/token", "{service}&grant_type=client_credentials&scope=nonsense", "invalid_scope" },
        { "oauth/token", "{service}&grant_type=client_credentials&scope=read&scope=write", "invalid_request" },
        { "oauth/token", "{service}&grant_type=client_credentials&scope={long}", "invalid_scope invalid_request" },
        { "oauth/token", "{service}&grant_type=client_credentials&scope=%22read%22", "invalid_scope invalid_request" },
        { "oauth/token", "{service}&grant_type=client_credentials&resource=not-a-uri", "invalid_target" },
        { "oauth/token", "{service}&grant_type=client_credentials&resource=https://elsewhere.example", "invalid_target" },
        { "oauth/token", "{service}&grant_type=client_credentials&audience=%2Fno%2Fsuch%2Fscope", "invalid_target" },
        { "oauth/token", "{service}&grant_type=client_credentials&scope=d4s-context:/no/such/scope", "invalid_scope" },
        { "oauth/token", "{public}&grant_type=client_credentials", "unauthorized_client invalid_client" },
        { "oauth/token", "{service}&grant_type=password&username=alice&password=x", "unauthorized_client unsupported_grant_type" },
        { "oauth/token", "{web}&grant_type=authorization_code&redirect_uri=https://client.example/callback&code_verifier={verifier}", "invalid_request" },
        { "oauth/token", "{web}&grant_type=authorization_code&code=&redirect_uri=https://client.example/callback&code_verifier={verifier}", "invalid_request" },
        { "oauth/token", "{web}&grant_type=authorization_code&code=x&code=x&redirect_uri=https://client.example/callback&code_verifier={verifier}", "invalid_request" },
        { "oauth/token", "{web}&grant_type=authorization_code&code=x&redirect_uri=https://client.example/callback&code_verifier={verifier}", "invalid_grant" },
        { "oauth/token", "{web}&grant_type=authorization_code&code={long}&redirect_uri=https://client.example/callback&code_verifier={verifier}", "invalid_grant invalid_request" },
        { "oauth/token", "{web}&grant_type=authorization_code&code=x&redirect_uri=a&redirect_uri=b&code_verifier={verifier}", "invalid_request" },
        { "oauth/token", "{web}&grant_type=authorization_code&code=x&code_verifier={verifier}&code_verifier={verifier}", "invalid_request" },
        { "oauth/token", "{web}&grant_type=refresh_token", "invalid_request" },
        { "oauth/token", "{web}&grant_type=refresh_token&refresh_token=x&refresh_token=y", "invalid_request" },
        { "oauth/token", "{web}&grant_type=refresh_token&refresh_token=x", "invalid_grant" },
        { "oauth/token", "{web}&grant_type=refresh_token&refresh_token={long}", "invalid_grant invalid_request" },
        { "oauth/token", "{web}&grant_type=refresh_token&refresh_token=%ff%fe", "invalid_grant invalid_request" },
        { "oauth/token", "{device}&" + DeviceGrant, "invalid_request" },
        { "oauth/token", "{device}&" + DeviceGrant + "&device_code=x&device_code=y", "invalid_request" },
        { "oauth/token", "{device}&" + DeviceGrant + "&device_code=x", "invalid_grant" },
        { "oauth/token", "{device}&" + DeviceGrant + "&device_code={long}", "invalid_grant invalid_request" },
        { "oauth/token", "{web}&" + DeviceGrant + "&device_code=x", "unauthorized_client" },
        { "oauth/token", "{exchange}&" + ExchangeGrant, "invalid_request" },
        { "oauth/token", "{exchange}&" + ExchangeGrant + "&subject_token=x", "invalid_request" },
        { "oauth/token", "{exchange}&" + ExchangeGrant + "&subject_token=x&subject_token_type=nonsense", "invalid_request" },
        { "oauth/token", "{exchange}&" + ExchangeGrant + "&subject_token=x&subject_token_type=" + AccessTokenType, "invalid_request invalid_grant" },
        { "oauth/token", "{exchange}&" + ExchangeGrant + "&subject_token=x&subject_token=y&subject_token_type=" + AccessTokenType, "invalid_request" },
        { "oauth/token", "{web}&" + ExchangeGrant + "&subject_token=x&subject_token_type=" + AccessTokenType, "unauthorized_client" },
        { "oauth/token", "grant_type=client_credentials", "invalid_client" },
        { "oauth/token", "grant_type=client_credentials&client_id=", "invalid_client invalid_request" },
        { "oauth/token", "grant_type=client_credentials&client_id={long}", "invalid_client invalid_request" },
        { "oauth/token", "grant_type=client_credentials&client_id=nobody&client_secret=x", "invalid_client" },
        { "oauth/token", "grant_type=client_credentials&client_id={service-id}", "invalid_client" },
        { "oauth/token", "grant_type=client_credentials&client_id={service-id}&client_secret=wrong", "invalid_client" },
        { "oauth/token", "grant_type=client_credentials&client_id={service-id}&client_secret={long}", "invalid_client invalid_request" },
        { "oauth/token", "{service}&{service}&grant_type=client_credentials", "invalid_request" },
        { "oauth/token", "grant_type=client_credentials&client_assertion=x&client_assertion_type=nonsense", "invalid_client invalid_request" },
        { "oauth/token", "grant_type=client_credentials&client_assertion=x&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer", "invalid_client" },
        { "oauth/token", "{service}&grant_type=client_credentials&client_assertion=x&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer", "invalid_request invalid_client" },
        { "oauth/introspect", "{service}", "invalid_request" },
        { "oauth/introspect", "{service}&token=x&token=y", "invalid_request" },
        { "oauth/introspect", "token=x", "invalid_client" },
        { "oauth/introspect", "token=x&client_id={service-id}&client_secret=wrong", "invalid_client" },
        { "oauth/revoke", "{service}", "invalid_request" },
        { "oauth/revoke", "{service}&token=x&token=y", "invalid_request" },
        { "oauth/revoke", "token=x", "invalid_client" },
        { "oauth/par", "{web}", "invalid_request" },
        { "oauth/par", "{web}&response_type=token&redirect_uri=https://client.example/callback&scope=openid&{challenge}", "unsupported_response_type" },
        { "oauth/par", "{web}&response_type=code&redirect_uri=https://evil.example/&scope=openid&{challenge}", "invalid_request" },
        { "oauth/par", "{web}&response_type=code&redirect_uri=https://client.example/callback&scope=nonsense&{challenge}", "invalid_scope" },
        { "oauth/par", "{web}&response_type=code&redirect_uri=https://client.example/callback&scope=openid", "invalid_request" },
        { "oauth/par", "{web}&response_type=code&redirect_uri=https://client.example/callback&scope=openid&code_challenge={verifier}&code_challenge_method=plain", "invalid_request" },
        { "oauth/par", "{web}&response_type=code&redirect_uri=https://client.example/callback&scope=openid&{challenge}&request_uri=urn:x", "invalid_request" },
        { "oauth/par", "{web}&response_type=code&redirect_uri=https://client.example/callback&scope=openid&{challenge}&state=a&state=b", "invalid_request" },
        { "oauth/par", "{web}&response_type=code&redirect_uri=https://client.example/callback&scope=openid&{challenge}&max_age=x", "invalid_request" },
        { "oauth/par", "response_type=code&scope=openid", "invalid_client" },
        { "oauth/device", "scope=openid", "invalid_client invalid_request" },
        { "oauth/device", "{device}&scope=nonsense", "invalid_scope" },
        { "oauth/device", "{device}&scope=openid&scope=read", "invalid_request" },
        { "oauth/device", "{web}&scope=openid", "unauthorized_client" },
    };

    public static TheoryData<string, string> Registrations => new()
    {
        { "", "invalid_client_metadata invalid_request" },
        { "nonsense", "invalid_client_metadata invalid_request" },
        { "[]", "invalid_client_metadata invalid_request" },
        { "{}", "invalid_redirect_uri invalid_client_metadata" },
        { """{"redirect_uris":"https://client.example/"}""", "invalid_redirect_uri invalid_client_metadata" },
        { """{"redirect_uris":[1]}""", "invalid_redirect_uri invalid_client_metadata" },
        { """{"redirect_uris":["http://client.example/"]}""", "invalid_redirect_uri" },
        { """{"redirect_uris":["javascript:alert(1)"]}""", "invalid_redirect_uri" },
        { """{"redirect_uris":["data:text/html,x"]}""", "invalid_redirect_uri" },
        { """{"redirect_uris":["https://client.example/#f"]}""", "invalid_redirect_uri" },
        { """{"redirect_uris":["https://user:pw@client.example/"]}""", "invalid_redirect_uri" },
        { """{"redirect_uris":["/relative"]}""", "invalid_redirect_uri" },
        { """{"redirect_uris":["https://client.example/*"],"grant_types":["nonsense"]}""", "invalid_client_metadata invalid_redirect_uri" },
        { """{"redirect_uris":["https://client.example/"],"grant_types":"authorization_code"}""", "invalid_client_metadata" },
        { """{"redirect_uris":["https://client.example/"],"grant_types":["password"]}""", "invalid_client_metadata" },
        { """{"redirect_uris":["https://client.example/"],"response_types":["token"]}""", "invalid_client_metadata" },
        { """{"redirect_uris":["https://client.example/"],"token_endpoint_auth_method":"nonsense"}""", "invalid_client_metadata" },
        { """{"redirect_uris":["https://client.example/"],"token_endpoint_auth_method":"private_key_jwt"}""", "invalid_client_metadata" },
        { """{"redirect_uris":["https://client.example/"],"jwks":{"keys":[]},"jwks_uri":"https://client.example/jwks"}""", "invalid_client_metadata" },
        { """{"redirect_uris":["https://client.example/"],"jwks":"x"}""", "invalid_client_metadata" },
        { """{"redirect_uris":["https://client.example/"],"scope":5}""", "invalid_client_metadata" },
        { """{"redirect_uris":["https://client.example/"],"client_name":{}}""", "invalid_client_metadata" },
        { """{"redirect_uris":["https://client.example/"],"id_token_signed_response_alg":"none"}""", "invalid_client_metadata" },
        { """{"redirect_uris":["https://client.example/"],"id_token_signed_response_alg":"HS256"}""", "invalid_client_metadata" },
        { """{"redirect_uris":["https://client.example/"],"subject_type":"nonsense"}""", "invalid_client_metadata" },
        { """{"redirect_uris":["https://client.example/"],"default_max_age":"x"}""", "invalid_client_metadata" },
        { """{"redirect_uris":["https://client.example/"],"software_statement":"x"}""", "invalid_software_statement unapproved_software_statement invalid_client_metadata" },
        { """{"redirect_uris":[],"grant_types":["client_credentials"],"response_types":[],"token_endpoint_auth_method":"none"}""", "invalid_client_metadata" },
    };

    public static TheoryData<string, string> Authorizations => new()
    {
        // Nobody to tell: a page.
        { "response_type=code&scope=openid&{challenge}", "page" },
        { "client_id=nobody&response_type=code&scope=openid&{challenge}", "page" },
        { "client_id={long}&response_type=code&scope=openid&{challenge}", "page" },
        { "client_id={web-id}&client_id={web-id}&response_type=code&scope=openid&{challenge}", "page" },
        { "client_id={web-id}&redirect_uri=https://evil.example/&response_type=code&scope=openid&{challenge}", "page" },
        { "client_id={web-id}&redirect_uri={callback}&redirect_uri={callback}&response_type=code&scope=openid&{challenge}", "page" },
        { "client_id={web-id}&redirect_uri={long}&response_type=code&scope=openid&{challenge}", "page" },
        { "client_id={service-id}&response_type=code&scope=openid&{challenge}", "page" },

        // Told to the client, or shown where what is doubled leaves it open whom to tell.
        { "{request}&scope=openid&{challenge}", "invalid_request" },
        { "{request}&response_type=code&response_type=code&scope=openid&{challenge}", "invalid_request page" },
        { "{request}&response_type=token&scope=openid&{challenge}", "unsupported_response_type" },
        { "{request}&response_type=id_token%20code&scope=openid&{challenge}", "unsupported_response_type" },
        { "{request}&response_type=code&scope=nonsense&{challenge}", "invalid_scope" },
        { "{request}&response_type=code&scope=openid&scope=read&{challenge}", "invalid_request page" },
        { "{request}&response_type=code&scope=openid%20d4s-context:/no/such/scope&{challenge}", "invalid_scope login" },
        { "{request}&response_type=code&scope=openid", "invalid_request" },
        { "{request}&response_type=code&scope=openid&code_challenge=short&code_challenge_method=S256", "invalid_request" },
        { "{request}&response_type=code&scope=openid&code_challenge={verifier}&code_challenge_method=plain", "invalid_request" },
        { "{request}&response_type=code&scope=openid&code_challenge={verifier}", "invalid_request" },
        { "{request}&response_type=code&scope=openid&{challenge}&{challenge}", "invalid_request page" },
        { "{request}&response_type=code&scope=openid&{challenge}&nonce=a&nonce=b", "invalid_request page" },
        { "{request}&response_type=code&scope=openid&{challenge}&state=another", "invalid_request page" },
        { "{request}&response_type=code&scope=openid&{challenge}&prompt=nonsense", "invalid_request" },
        { "{request}&response_type=code&scope=openid&{challenge}&prompt=none%20login", "invalid_request" },
        { "{request}&response_type=code&scope=openid&{challenge}&max_age=x", "invalid_request" },
        { "{request}&response_type=code&scope=openid&{challenge}&max_age=-1", "invalid_request" },
        { "{request}&response_type=code&scope=openid&{challenge}&max_age=99999999999999999999", "invalid_request login" },
        { "{request}&response_type=code&scope=openid&{challenge}&claims=nonsense", "invalid_request" },
        { "{request}&response_type=code&scope=openid&{challenge}&claims=[]", "invalid_request" },
        { "{request}&response_type=code&scope=openid&{challenge}&response_mode=nonsense", "invalid_request" },
        { "{request}&response_type=code&scope=openid&{challenge}&response_mode=fragment", "invalid_request" },
        { "{request}&response_type=code&scope=openid&{challenge}&request=nonsense", "request_not_supported invalid_request_object" },
        { "{request}&response_type=code&scope=openid&{challenge}&request_uri=https://client.example/r", "request_uri_not_supported invalid_request_uri" },
        { "{request}&response_type=code&scope=openid&{challenge}&request_uri=urn:ietf:params:oauth:request_uri:nonsense", "invalid_request_uri invalid_request page" },
        { "{request}&response_type=code&scope=openid&{challenge}&id_token_hint=nonsense", "invalid_request login" },
        { "{request}&response_type=code&scope=openid&{challenge}&resource=not-a-uri", "invalid_target" },
        { "{request}&response_type=code&scope=openid&{challenge}&resource=https://elsewhere.example", "invalid_target" },
        { "{request}&response_type=code&scope=openid&{challenge}&dpop_jkt=nonsense", "invalid_request invalid_dpop_proof" },
        { "{request}&response_type=code&scope=openid&{challenge}&registration=x", "registration_not_supported login" },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Request(string endpoint, string body, string errors)
    {
        using var content = new StringContent(Fill(body), Encoding.ASCII, new System.Net.Http.Headers.MediaTypeHeaderValue("application/x-www-form-urlencoded"));
        using var answer = await given.Node.Client.PostAsync(endpoint, content);
        await AssertErrorAsync(answer, errors);
    }

    [Theory]
    [MemberData(nameof(Registrations))]
    public async Task Registration(string metadata, string errors)
    {
        using var content = new StringContent(metadata, Encoding.UTF8, "application/json");
        using var answer = await given.Node.Client.PostAsync("oauth/register", content);
        await AssertErrorAsync(answer, errors);
    }

    [Theory]
    [MemberData(nameof(Authorizations))]
    public async Task Authorization(string query, string errors)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "oauth/authorize?" + Fill(query));
        request.Headers.Accept.ParseAdd("text/html");
        using var answer = await given.Node.Client.SendAsync(request);
        var location = answer.Headers.Location?.ToString() ?? "";
        if (location.StartsWith(TestClient.Callback + "?", StringComparison.Ordinal))
        {
            var error = System.Web.HttpUtility.ParseQueryString(new Uri(location).Query)["error"];
            Assert.True(errors.Split(' ').Contains(error), $"expected {errors}, got {location}");
        }
        else if (location.Length > 0)
        {
            Assert.True(errors.Split(' ').Contains("login") && location.Contains("login", StringComparison.Ordinal), $"expected {errors}, got {location}");
        }
        else
        {
            Assert.True(
                (errors.Split(' ').Contains("page") && answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.RequestUriTooLong)
                || (errors.Split(' ').Contains("login") && answer.StatusCode == HttpStatusCode.OK),
                $"expected {errors}, got {answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        }
    }

    [Theory]
    [InlineData("oauth/introspect", "nonsense")]
    [InlineData("oauth/introspect", "{long}")]
    [InlineData("oauth/introspect", "a.b.c")]
    [InlineData("oauth/introspect", "eyJhbGciOiJub25lIn0.e30.")]
    [InlineData("oauth/revoke", "nonsense")]
    [InlineData("oauth/revoke", "{long}")]
    public async Task UnknownTokens_AreNoErrors(string endpoint, string token)
    {
        var answer = await given.Node.Client.AsClientAsync(endpoint, given.Service, ("token", Fill(token)), ("token_type_hint", "nonsense"));
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.False(answer.IsActive);
    }

    [Theory]
    [InlineData("oauth/token")]
    [InlineData("oauth/par")]
    [InlineData("oauth/device")]
    [InlineData("oauth/introspect")]
    [InlineData("oauth/revoke")]
    public async Task OtherContentTypes_AreInvalidRequests(string endpoint)
    {
        using var content = new StringContent("{}", Encoding.UTF8, "application/json");
        using var answer = await given.Node.Client.PostAsync(endpoint, content);
        await AssertErrorAsync(answer, "invalid_request invalid_client");
        using var nothing = await given.Node.Client.PostAsync(endpoint, null);
        await AssertErrorAsync(nothing, "invalid_request invalid_client");
    }

    [Theory]
    [InlineData("oauth/userinfo")]
    [InlineData("oauth/tokeninfo")]
    public async Task BadAccessTokens_AreInvalidTokens(string endpoint)
    {
        foreach (var token in (string[])["nonsense", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", new('a', 10_000)])
        {
            var answer = await given.Node.Client.GetWithAsync(endpoint, token);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
            Assert.Equal("invalid_token", answer.Error);
        }
    }

    private static async Task AssertErrorAsync(HttpResponseMessage message, string errors)
    {
        var answer = await OAuthCalls.ReadAsync(message);
        Assert.True(errors.Split(' ').Contains(answer.Error), $"expected {errors}, got {answer}");
        Assert.Equal("application/json", answer.Type?.MediaType);
        Assert.True(answer.Headers.CacheControl?.NoStore);
        Assert.Equal(answer.Error == "invalid_client" ? HttpStatusCode.Unauthorized : HttpStatusCode.BadRequest, answer.Status);
    }

    private string Fill(string text) => text
        .Replace("{web}", Credentials(given.Web), StringComparison.Ordinal)
        .Replace("{public}", Credentials(given.Public), StringComparison.Ordinal)
        .Replace("{service}", Credentials(given.Service), StringComparison.Ordinal)
        .Replace("{device}", Credentials(given.Device), StringComparison.Ordinal)
        .Replace("{exchange}", Credentials(given.Exchange), StringComparison.Ordinal)
        .Replace("{request}", "client_id={web-id}&redirect_uri={callback}&state=s", StringComparison.Ordinal)
        .Replace("{web-id}", given.Web.Id, StringComparison.Ordinal)
        .Replace("{service-id}", given.Service.Id, StringComparison.Ordinal)
        .Replace("{callback}", Uri.EscapeDataString(TestClient.Callback), StringComparison.Ordinal)
        .Replace("{challenge}", $"code_challenge={new Pkce("verifier").Challenge}&code_challenge_method=S256", StringComparison.Ordinal)
        .Replace("{verifier}", Pkce.New().Verifier, StringComparison.Ordinal)
        .Replace("{long}", text.StartsWith("client_id={long}", StringComparison.Ordinal) || text.Contains("redirect_uri={long}", StringComparison.Ordinal) ? Long[..4000] : Long, StringComparison.Ordinal);

    private static string Credentials(TestClient client) =>
        client.Secret is null ? $"client_id={client.Id}" : $"client_id={client.Id}&client_secret={client.Secret}";
}
