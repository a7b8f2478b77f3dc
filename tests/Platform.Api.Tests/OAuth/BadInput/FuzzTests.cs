using System.Globalization;
using System.Text;
using System.Text.Json;
using Platform.Api.Tests.Support;
using Platform.Testing.OAuth;

namespace Platform.Api.Tests.OAuth.BadInput;

/// <summary>Seeded inputs to every OAuth endpoint, the pages and the resources: an error of the protocol, never a 500.</summary>
[Collection(BadInputCollection.Name)]
public sealed class FuzzTests(BadInputNode given)
{
    private const int Count = 1200;

    private static readonly string[] Forms =
        ["/oauth/token", "/oauth/par", "/oauth/device", "/oauth/introspect", "/oauth/revoke", "/oauth/tokeninfo", "/oauth/userinfo", "/oauth/logout", "/oauth/authorize", "/device", "/grants"];

    private static readonly string[] Names =
    [
        "grant_type", "code", "redirect_uri", "client_id", "client_secret", "code_verifier", "refresh_token", "scope", "device_code", "subject_token", "subject_token_type", "actor_token",
        "actor_token_type", "requested_token_type", "audience", "resource", "username", "password", "client_assertion", "client_assertion_type", "token", "token_type_hint", "access_token",
        "response_type", "response_mode", "state", "nonce", "display", "prompt", "max_age", "ui_locales", "id_token_hint", "login_hint", "acr_values", "claims", "request", "request_uri",
        "code_challenge", "code_challenge_method", "dpop_jkt", "user_code", "post_logout_redirect_uri", "antiforgery", "ticket", "decision", "logout_token", "",
    ];

    private static readonly string[] Types =
    [
        "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-8", "application/x-www-form-urlencoded; charset=nonsense", "application/json", "text/plain",
        "multipart/form-data; boundary=x", "multipart/form-data", "", "/", ";;", "application/jwt",
    ];

    [Fact]
    public Task FormEndpoints() => RunAsync(11, async (random, values) =>
    {
        var target = Pick(random, Forms);
        var body = Parameters(random, values);
        return (target, await RawHttp.SendAsync(given.Node.Address, "POST", target, body, Headers(random, values, Pick(random, Types, 6))), body);
    });

    [Fact]
    public Task Queries() => RunAsync(12, async (random, values) =>
    {
        var target = Pick(random, ["/oauth/authorize", "/oauth/authorize", "/oauth/tokeninfo", "/oauth/userinfo", "/oauth/logout", "/device", "/grants", "/viewer", "/login", "/.well-known/jwks.json", "/.well-known/openid-configuration"])
            + "?" + Parameters(random, values).Replace(' ', '+');
        return (target, await RawHttp.GetAsync(given.Node.Address, target, Headers(random, values, null)), "");
    });

    [Fact]
    public Task Registrations() => RunAsync(13, async (random, values) =>
    {
        string[] names =
        [
            "redirect_uris", "grant_types", "response_types", "token_endpoint_auth_method", "client_name", "client_name#fr", "scope", "jwks", "jwks_uri", "contacts", "client_uri", "logo_uri",
            "subject_type", "sector_identifier_uri", "id_token_signed_response_alg", "default_max_age", "require_auth_time", "default_acr_values", "post_logout_redirect_uris",
            "backchannel_logout_uri", "software_statement", "dpop_bound_access_tokens", "application_type", "\u0000",
        ];
        string[] parts =
        [
            "null", "true", "0", "-1", "1e999", "99999999999999999999", "\"\"", "\"x\"", "[]", "[null]", "[1]", "{}", "[\"https://client.example/\"]", "[\"authorization_code\"]", "[\"code\"]", "\"none\"",
            "\"private_key_jwt\"", "{\"keys\":[]}", "{\"keys\":[{\"kty\":\"EC\"}]}", "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"x\",\"e\":\"\"}]}", "\"https://127.0.0.1:1/\"", "\"\\ud800\"", "\"\\u0000\"",
            "\"" + new string('x', 3000) + "\"", new string('[', 200), "[" + string.Join(',', Enumerable.Repeat("\"https://client.example/\"", 300)) + "]", "\"pairwise\"", "\"RS256\"",
        ];
        var body = random.Next(8) == 0
            ? Noise(random)
            : "{" + string.Join(',', Enumerable.Range(0, random.Next(0, 7)).Select(_ => $"\"{Pick(random, names)}\":{Pick(random, parts)}")) + (random.Next(12) == 0 ? "" : "}");
        var (method, target) = random.Next(4) == 0 ? (Pick(random, ["GET", "PUT", "DELETE"]), "/oauth/register/" + Pick(random, [given.Web.Id, "x", "%00", "..%2f", new string('a', 500)])) : ("POST", "/oauth/register");
        return (target, await RawHttp.SendAsync(given.Node.Address, method, target, body, Headers(random, values, random.Next(6) == 0 ? Pick(random, Types) : "application/json")), body);
    });

    [Fact]
    public Task Resources() => RunAsync(14, async (random, values) =>
    {
        string[] names = ["resource_1", "a/b", "a//b", "..", "%2e%2e", "%2F", "%00", "%ff", "%F0%9F%98%80", ".", "~", "a;b", "a%3Bb", new('x', 2000), "", "*", "x?scope=/infra", "?prefix=%00", "?limit=-1", "?limit=x", "?after=" + new string('z', 300)];
        string[] bodies = ["", "{}", "[]", "null", "{", "\"\\ud800\"", "1e999", new('[', 300), "{\"a\":" + new string('1', 500) + "}", "{\"a\":1,\"a\":2}", "\uFEFF{}", "nonsense", "{\"x\":\"" + new string('y', 20_000) + "\"}"];
        string[] conditions = ["If-Match: *", "If-Match: \"x\"", "If-None-Match: *", "If-None-Match: W/\"x\", \"y\"", "If-Match: nonsense", "X-D4Science-Context: /no/such", "X-D4Science-Context: %2F%ff", "gcube-token: nonsense", "gcube-scope: /x"];
        string[] types = ["application/json", "application/merge-patch+json", "text/plain", "application/json; charset=utf-16", ""];
        var target = "/resources/" + Pick(random, names);
        var body = Pick(random, bodies);
        return (target, await RawHttp.SendAsync(
            given.Node.Address, Pick(random, ["GET", "HEAD", "PUT", "PATCH", "POST", "DELETE", "OPTIONS"]), target, body, [.. Headers(random, values, Pick(random, types)), Pick(random, conditions)]), body);
    });

    private async Task RunAsync(int seed, Func<Random, string[], Task<(string Target, RawAnswer Answer, string Body)>> send)
    {
        var random = new Random(seed);
        var token = (await given.Node.Client.TokenAsync(given.Service, "client_credentials", ("scope", "read write"))).Granted()["access_token"];
        string[] values =
        [
            "", "x", "code", "authorization_code", "refresh_token", "client_credentials", "urn:ietf:params:oauth:grant-type:device_code", "urn:ietf:params:oauth:grant-type:token-exchange", "password",
            "urn:ietf:params:oauth:token-type:access_token", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", "openid", "openid profile", "read write", "offline_access", "d4s-context:/x",
            "d4s-context:%2F", "/infra/VO", "%252Finfra", "S256", "plain", "none", "login", "consent", "-1", "99999999999999999999", "{}", "[]", """{"userinfo":{"name":null}}""", """{"id_token":{"acr":{"values":[1]}}}""",
            new string('a', 43), new string('b', 5000), "\0", "%00", "%ff%fe", "%zz", "%", "%E2%80%AE", "\u00fc", "a b", "form_post", "query", "https://client.example/callback", "javascript:alert(1)", "eyJhbGciOiJub25lIn0.e30.",
            "a.b.c", "....", "urn:ietf:params:oauth:request_uri:x", "BCDF-GHJK", "yes", "no", "allow", given.Web.Id, given.Web.Secret!, given.Public.Id, given.Service.Id, given.Service.Secret!, given.Device.Id,
            given.Exchange.Id, given.Exchange.Secret!, token,
        ];
        var statuses = new Dictionary<int, int>();
        for (var number = 0; number < Count; number++)
        {
            var (target, answer, body) = await send(random, values);
            statuses[answer.Status] = statuses.GetValueOrDefault(answer.Status) + 1;
            var what = string.Create(CultureInfo.InvariantCulture, $"seed {seed}, input {number}: {answer.Status} to {target} with {Uri.EscapeDataString(body)}");
            Assert.True(answer.Status < 500, $"{what}: {answer.Body}");
            if (IsOAuth(target) && answer.Status is 400 or 401 && answer.Header("Content-Type")?.StartsWith("application/json", StringComparison.Ordinal) == true)
            {
                AssertOAuthError(answer, what);
            }
        }

        Assert.True(statuses.Count > 1, "all inputs were answered alike, so the test reaches nothing");
    }

    private static bool IsOAuth(string target) => target.StartsWith("/oauth/", StringComparison.Ordinal) && !target.StartsWith("/oauth/authorize", StringComparison.Ordinal) && !target.StartsWith("/oauth/logout", StringComparison.Ordinal);

    /// <summary>RFC 6749 §5.2: printable ASCII without quotes and backslashes, and nothing of what was sent.</summary>
    private static void AssertOAuthError(RawAnswer answer, string what)
    {
        using var document = JsonDocument.Parse(answer.Body);
        var error = document.RootElement.GetProperty("error").GetString()!;
        var description = document.RootElement.GetProperty("error_description").GetString()!;
        Assert.True(error.All(character => character is (>= 'a' and <= 'z') or '_'), what);
        Assert.True(description.All(character => character is >= ' ' and <= '~' and not '"' and not '\\'), what);
    }

    private string Parameters(Random random, string[] values)
    {
        var text = new StringBuilder();
        for (var left = random.Next(0, 9); left > 0; left--)
        {
            var value = Pick(random, values);
            text.Append(Pick(random, Names)).Append(random.Next(20) == 0 ? "" : "=").Append(random.Next(3) == 0 ? Uri.EscapeDataString(value) : value.Replace(' ', '+')).Append(random.Next(30) == 0 ? ";" : "&");
        }

        // Often enough the client is right, so that what lies behind is reached.
        if (random.Next(2) == 0)
        {
            var client = Pick(random, [given.Web, given.Public, given.Service, given.Device, given.Exchange]);
            text.Append(CultureInfo.InvariantCulture, $"client_id={client.Id}{(client.Secret is null ? "" : "&client_secret=" + client.Secret)}");
        }

        return random.Next(15) == 0 ? Noise(random) : Line(text.ToString());
    }

    private static string[] Headers(Random random, string[] values, string? type)
    {
        var headers = new List<string>();
        if (type is not null)
        {
            headers.Add("Content-Type: " + type);
        }

        if (random.Next(3) == 0)
        {
            headers.Add("Authorization: " + Pick(random, ["Basic ", "Bearer ", "DPoP ", "bearer", "Negotiate ", ""]) + Line(Pick(random, values)));
        }

        if (random.Next(5) == 0)
        {
            headers.Add("DPoP: " + Line(Pick(random, values)));
        }

        if (random.Next(4) == 0)
        {
            headers.Add("Accept: " + Pick(random, ["text/html", "application/json", "application/jwt", "*/*;q=0", ";"]));
        }

        if (random.Next(8) == 0)
        {
            headers.Add(Pick(random, ["X-D4Science-Context: /x", "gcube-token: x", "gcube-scope: /x", "Origin: https://evil.example", "Origin: null", "Cookie: ACCESS_TOKEN=x; JSESSIONID=0123456789ABCDEF0123456789ABCDEF", "X-Large: " + new string('x', 9000)]));
        }

        return [.. headers];
    }

    private static string Noise(Random random) => Line(new string([.. Enumerable.Range(0, random.Next(1, 200)).Select(_ => (char)random.Next(1, 256))]));

    // A line feed would end the line that the input stands in, and begin another request.
    private static string Line(string text) => text.Replace('\n', 'n').Replace('\r', 'r').Replace('\0', '0');

    private static T Pick<T>(Random random, T[] from) => from[random.Next(from.Length)];

    /// <summary>The first one more often than the others.</summary>
    private static T Pick<T>(Random random, T[] from, int timesFirst) => random.Next(timesFirst) > 0 ? from[0] : Pick(random, from);
}
