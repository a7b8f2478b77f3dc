using System.Text;
using Platform.Testing.OAuth;
using Platform.Testing.Web;

namespace Platform.Bench;

/// <summary>
/// Makes what the OAuth measurements need, as a client and a person would: a service, a client with a user's tokens, a resource. Writes
/// it as scripts for <c>wrk</c> and as curl's options for one request of the same kind.
/// </summary>
internal static class OAuthPreparation
{
    private const int Families = 96;
    private const string Scope = "/d4science.research-infrastructures.eu/FARM/AquaMaps";

    public static async Task<int> RunAsync(string url, string user, string password, string folder)
    {
        using var node = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = new Uri(url) };
        var service = await node.RegisterAsync(new Dictionary<string, object>
        {
            ["client_name"] = "Bench service",
            ["grant_types"] = new[] { "client_credentials" },
            ["response_types"] = Array.Empty<string>(),
            ["scope"] = "read",
            ["token_endpoint_auth_method"] = "client_secret_basic",
        });
        var app = await node.RegisterAsync(new Dictionary<string, object>
        {
            ["client_name"] = "Bench app",
            ["redirect_uris"] = new[] { TestClient.Callback },
            ["grant_types"] = new[] { "authorization_code", "refresh_token" },
            ["response_types"] = new[] { "code" },
            ["scope"] = "openid profile offline_access read write d4s-context:*",
            ["token_endpoint_auth_method"] = "none",
        });

        using var browser = new WebBrowser(new Uri(url));
        await browser.LogInAsync(await browser.OpenAsync("login"), user, password);
        async Task<OAuthAnswer> TokensAsync(string oauthScope)
        {
            var pkce = Pkce.New();
            return (await node.RedeemAsync(app, await browser.CodeAsync(app, oauthScope, pkce, ("prompt", "consent")), pkce)).Granted();
        }

        var tokens = await TokensAsync($"openid profile read write d4s-context:{Scope}");
        var access = tokens["access_token"];
        using var document = new StringContent("""{"what": "a document of the benchmark"}""", Encoding.UTF8, "application/json");
        (await node.SendWithAsync(HttpMethod.Put, "resources/bench", access, document)).Granted();
        var refreshTokens = new List<string>();
        for (var i = 0; i < Families; i++)
        {
            refreshTokens.Add((await TokensAsync("openid offline_access"))["refresh_token"]);
        }

        var basic = Convert.ToBase64String(Encoding.ASCII.GetBytes($"{service.Id}:{service.Secret}"));
        await WriteAsync(folder, "credentials", "POST", "grant_type=client_credentials&scope=read", $"Basic {basic}");
        await WriteAsync(folder, "introspection", "POST", $"token={access}", $"Basic {basic}");
        await WriteAsync(folder, "userinfo", "GET", "", $"Bearer {access}");
        await WriteAsync(folder, "resource", "GET", "", $"Bearer {access}");
        await WriteRefreshAsync(folder, app, refreshTokens);
        return 0;
    }

    private static async Task WriteAsync(string folder, string name, string method, string body, string authorization)
    {
        var type = body.Length > 0 ? "application/x-www-form-urlencoded" : null;
        await File.WriteAllTextAsync(Path.Combine(folder, name + ".lua"), $"""
            wrk.method = "{method}"
            wrk.body = "{body}"
            wrk.headers["Authorization"] = "{authorization}"
            wrk.headers["Accept"] = "application/json"
            {(type is null ? "" : $"wrk.headers[\"Content-Type\"] = \"{type}\"")}
            """);
        await File.WriteAllTextAsync(Path.Combine(folder, name + ".curl"), $"""
            header = "Authorization: {authorization}"
            header = "Accept: application/json"
            {(body.Length > 0 ? $"data = \"{body}\"" : "")}
            """);
    }

    /// <summary>
    /// Each answer's token is the next request's of its family, which its first letters tell. The next run goes on from a file; those
    /// whose answer the end of a run cut off are presented again, within the grace.
    /// </summary>
    private static async Task WriteRefreshAsync(string folder, TestClient app, List<string> refreshTokens)
    {
        var held = Path.Combine(folder, "refresh.held");
        await File.WriteAllLinesAsync(held, refreshTokens.Skip(1));
        await File.WriteAllTextAsync(Path.Combine(folder, "refresh.lua"), $$"""
            wrk.method = "POST"
            wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
            local head = "grant_type=refresh_token&client_id={{app.Id}}&refresh_token="
            local free = {}
            held = {}
            for token in io.lines("{{held}}") do
              local family = token:sub(1, 20)
              held[family] = token
              free[#free + 1] = family
            end
            local first, last = 1, #free
            function request()
              local family = free[first]
              free[first] = nil
              first = first + 1
              return wrk.format(nil, nil, nil, head .. held[family])
            end
            function response(status, headers, body)
              local token = body:match('"refresh_token":%s*"([^"]+)"')
              if token then
                local family = token:sub(1, 20)
                held[family] = token
                last = last + 1
                free[last] = family
              end
            end
            local threads = {}
            function setup(thread) threads[#threads + 1] = thread end
            function done()
              local file = io.open("{{held}}", "w")
              for _, thread in ipairs(threads) do
                for _, token in pairs(thread:get("held")) do file:write(token, "\n") end
              end
              file:close()
            end
            """);
        await File.WriteAllTextAsync(Path.Combine(folder, "refresh.curl"), $"""
            data = "grant_type=refresh_token&client_id={app.Id}&refresh_token={refreshTokens[0]}"
            """);
    }
}
