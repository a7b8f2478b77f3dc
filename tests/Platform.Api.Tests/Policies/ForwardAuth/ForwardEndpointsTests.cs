using Platform.Api.Policies.ForwardAuth;
using Platform.Api.Tests.OAuth.Tokens;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Policies.ForwardAuth;

/// <summary>What reverse proxies ask, and what they are told (contracts/oauth.md, "Forward authentication for reverse proxies").</summary>
[Collection(ForwardCollection.Name)]
public sealed class ForwardEndpointsTests(ForwardNode given)
{
    public static TheoryData<string> Proxies => ["nginx", "traefik", "envoy"];

    [Theory]
    [MemberData(nameof(Proxies))]
    public async Task ARequest_PassesWhereARuleLetsIt_AndNowhereElse(string proxy)
    {
        var alice = "X-Session-Id: " + await given.Node.LogInAsync("alice");
        var bob = "X-Session-Id: " + await given.Node.LogInAsync("bob");
        Assert.Equal(200, (await given.AskAsync(proxy, "/public/page?x=1")).Status);
        Assert.Equal(401, (await given.AskAsync(proxy, "/members/page")).Status);
        Assert.Equal(200, (await given.AskAsync(proxy, "/members/page", bob)).Status);
        Assert.Equal(403, (await given.AskAsync(proxy, "/manage/x", bob)).Status);
        Assert.Equal(200, (await given.AskAsync(proxy, "/manage/x", alice)).Status);
        Assert.Equal(403, (await given.AskAsync(proxy, "/members/secret/x", alice)).Status);
        Assert.Equal(403, (await given.AskAsync(proxy, "/elsewhere", alice)).Status);
        Assert.Equal(403, (await given.AskForAsync(proxy, "GET", $"http://{ForwardNode.Host}/upload", alice)).Status);
        Assert.Equal(200, (await given.AskForAsync(proxy, "POST", $"http://{ForwardNode.Host}/upload", alice)).Status);
        Assert.Equal(403, (await given.AskForAsync(proxy, "GET", "http://unknown.example.org/public/page", alice)).Status);
    }

    [Theory]
    [MemberData(nameof(Proxies))]
    public async Task AnyWayOfWritingAPath_OpensNothingThatIsClosed(string proxy)
    {
        // CWE-22, CWE-436: each of them is /members/... for somebody who reads it otherwise.
        string[] targets =
        [
            "/public/../members/x", "/public/./../members/x", "/public/%2e%2e/members/x", "/public/%2E./members/x", "/public/..;/members/x", "/public/..;a=b/members/x",
            "/public/%252e%252e/members/x", "/public%2f..%2fmembers/x", "/public/..%2fmembers/x", "/public/..%5cmembers/x", "/public/..\\members\\x", "/public/%c0%ae%c0%ae/members/x",
            "//members/x", "/members//x", "/members;a=b/x", "/%6dembers/x", "/members%2fx", "/members%252fx", "/public/%", "/public/%zz", "/public/%00", "/public/%0d%0a", "/public/%ff",
            "/PUBLIC/x", "/slashes/..%2fmembers/x", "/slashes/%2e%2e%2fmembers/x", "/public/..%00/members/x", "/public#/../members/x",
        ];
        foreach (var target in targets)
        {
            var answer = await given.AskAsync(proxy, target);
            Assert.True(answer.Status is 400 or 401 or 403, $"{target}: {answer.Status}");
            if (proxy == "nginx")
            {
                Assert.True(answer.Status is 401 or 403, $"{target}: {answer.Status}");
            }
        }

        Assert.Equal(200, (await given.AskAsync(proxy, "/slashes/a%2fb")).Status);
        var alice = "X-Session-Id: " + await given.Node.LogInAsync("alice");
        foreach (var target in new[] { "/members/Secret/x", "/MEMBERS/secret/x", "/members/%73ecret/x", "/members//secret/x", "/members/secret;a/x", "/members/sec%72et/", "/members/%2573ecret/x" })
        {
            Assert.Equal(403, (await given.AskAsync(proxy, target, alice)).Status);
        }
    }

    [Theory]
    [MemberData(nameof(Proxies))]
    public async Task TheAnswer_SaysWhoCalls_AndSaysNothingThatCameFromOutside(string proxy)
    {
        var id = await given.Node.LogInAsync("alice");
        await given.Node.GetAsync($"/LoginScope;jsessionid={id}?scope={TestData.AquaMaps}").TextAsync();
        var answer = await given.AskAsync(proxy, "/members/x", "X-Session-Id: " + id, "Remote-User: root", "X-Scope: /root");
        Assert.Equal("alice", answer.Header("Remote-User"));
        Assert.Equal("alice <Test>", answer.Header("Remote-Name"));
        Assert.Equal("alice@example.org", answer.Header("Remote-Email"));
        Assert.Equal(TestData.AquaMaps, answer.Header("X-Scope"));
        var groups = answer.Header("Remote-Groups")!.Split(',');
        Assert.Equal(["everyone", "staff"], groups[..2]);
        Assert.Contains(TestData.Farm, groups);
        Assert.DoesNotContain(TestData.Ecosystem, groups);
        Assert.DoesNotContain(TestData.Closed, groups);
        Assert.Equal("members", answer.Header("X-Policy-Rule"));

        var nobody = await given.AskAsync(proxy, "/public/x", "Remote-User: root", "X-Scope: /root");
        Assert.All(IdentityHeaders.All, name => Assert.Equal("", nobody.Header(name)));
    }

    [Theory]
    [MemberData(nameof(Proxies))]
    public async Task Credentials_AreThoseOfTheRequestThatIsAskedAbout(string proxy)
    {
        var id = await given.Node.LogInAsync("bob");
        Assert.Equal("bob", (await given.AskAsync(proxy, $"/members/x;jsessionid={id}?y")).Header("Remote-User"));
        Assert.Equal("bob", (await given.AskAsync(proxy, "/members/x", "Cookie: JSESSIONID=" + id)).Header("Remote-User"));
        Assert.Equal("bob", (await given.AskAsync(proxy, "/members/x?username=carol", "X-Session-Id: " + id)).Header("Remote-User"));
        Assert.Equal(401, (await given.AskAsync(proxy, $"/members/x?;jsessionid={id}")).Status);
        if (proxy != "envoy")
        {
            string[] headers =
            [
                $"X-Original-URL: http://{ForwardNode.Host}/members/x", "X-Original-Method: GET", "X-Forwarded-Method: GET", "X-Forwarded-Proto: http", $"X-Forwarded-Host: {ForwardNode.Host}", "X-Forwarded-Uri: /members/x",
            ];
            Assert.Equal(401, (await RawHttp.GetAsync(given.Node.Address, $"/forward/{proxy};jsessionid={id}", headers)).Status);
        }

        await given.Node.GetAsync($"/Logout;jsessionid={id}").TextAsync();
        Assert.Equal(401, (await given.AskAsync(proxy, "/members/x", "X-Session-Id: " + id)).Status);
        var token = (await given.Given.TokensAsync(TokenNode.Web, "openid")).Tokens.Text("access_token");
        var answer = await given.AskAsync(proxy, "/members/x", "Authorization: Bearer " + token);
        Assert.Equal("alice", answer.Header("Remote-User"));
        Assert.All(new[] { "Remote-Name", "Remote-Email", "Remote-Groups" }, name => Assert.Equal("", answer.Header(name)));
        var service = (await given.Given.ServiceTokenAsync()).Text("access_token");
        Assert.Equal(TokenNode.Service, (await given.AskAsync(proxy, "/members/x", "Authorization: Bearer " + service)).Header("Remote-User"));
        Assert.Equal(401, (await given.AskAsync(proxy, "/members/x", $"Authorization: Bearer {token}x")).Status);
        Assert.Equal(proxy == "nginx" ? 401 : 400, (await given.AskAsync(proxy, "/public/x", "Authorization: Bearer (")).Status);
    }

    [Theory]
    [MemberData(nameof(Proxies))]
    public async Task WithoutALogin_ABrowserIsLedToIt_AndAProgramIsTold(string proxy)
    {
        var program = await given.AskAsync(proxy, "/members/x?y=1", "Accept: application/json");
        Assert.Equal(401, program.Status);
        Assert.StartsWith("Bearer realm=\"Platform\"", program.Header("WWW-Authenticate"), StringComparison.Ordinal);
        var login = $"http://{ForwardNode.Host}/.platform/start?return=%2Fmembers%2Fx%3Fy%3D1";
        Assert.Equal(login, program.Header("X-Login-Url"));
        Assert.Null(program.Header("Location"));
        Assert.Contains("no-store", program.Header("Cache-Control"), StringComparison.Ordinal);

        var browser = await given.AskAsync(proxy, "/members/x?y=1", "Accept: " + Calls.Browser);
        Assert.Equal(proxy == "nginx" ? 401 : 302, browser.Status);
        Assert.Equal(login, browser.Header("Location"));
        Assert.Equal(401, (await given.AskAsync(proxy, "/members/x", "Accept: " + Calls.Browser, "Sec-Fetch-Mode: cors")).Status);
        Assert.Equal(401, (await given.AskForAsync(proxy, "POST", $"http://{ForwardNode.Host}/upload", "Accept: " + Calls.Browser)).Status);

        // On the platform's own host the login page itself leads back.
        var refused = await given.AskForAsync(proxy, "GET", $"http://{ForwardNode.Host}:80/members//x;jsessionid=1", "Accept: " + Calls.Browser);
        Assert.EndsWith("/.platform/start?return=%2F", refused.Header("Location"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Proxies))]
    public async Task AnOldLogin_IsAskedForAgain_WhereThatAloneIsMissing(string proxy)
    {
        var id = "X-Session-Id: " + await given.Node.LogInAsync("carol");
        Assert.Equal(200, (await given.AskAsync(proxy, "/fresh", id)).Status);
        given.Node.Time.Advance(TimeSpan.FromMinutes(6));
        var answer = await given.AskAsync(proxy, "/fresh", id, "Accept: application/json");
        Assert.Equal(401, answer.Status);
        Assert.Contains("error=\"insufficient_user_authentication\"", answer.Header("WWW-Authenticate"), StringComparison.Ordinal);
        Assert.Contains("max_age=\"300\"", answer.Header("WWW-Authenticate"), StringComparison.Ordinal);
        Assert.EndsWith("&max_age=300", answer.Header("X-Login-Url"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Proxies))]
    public async Task TheClientsAddress_IsWhatTheProxySays_OrUnknown(string proxy)
    {
        Assert.Equal(200, (await given.AskAsync(proxy, "/inside", "X-Forwarded-For: 192.0.2.7")).Status);
        Assert.Equal(401, (await given.AskAsync(proxy, "/inside", "X-Forwarded-For: 192.0.2.7, 198.51.100.1")).Status);
        Assert.Equal(401, (await given.AskAsync(proxy, "/inside")).Status);
        Assert.Equal(401, (await given.AskAsync(proxy, "/inside", "X-Forwarded-For: nonsense")).Status);
    }

    [Theory]
    [MemberData(nameof(Proxies))]
    public async Task AYes_MayBeKept_WhereTheOperatorSaysSo(string proxy)
    {
        var id = "X-Session-Id: " + await given.Node.LogInAsync("bob");
        var kept = await given.AskForAsync(proxy, "GET", $"http://{ForwardNode.CachedHost}/x", id);
        Assert.Equal(200, kept.Status);
        Assert.Equal("private, max-age=30", kept.Header("Cache-Control"));
        Assert.Contains("Authorization", kept.Header("Vary"), StringComparison.Ordinal);
        Assert.Equal("no-store", (await given.AskForAsync(proxy, "GET", $"http://{ForwardNode.CachedHost}/x")).Header("Cache-Control"));
        Assert.Equal("no-store", (await given.AskAsync(proxy, "/members/x", id)).Header("Cache-Control"));
    }

    [Fact]
    public async Task AQuestionThatSaysTooLittle_OrTwoThings_IsRefused()
    {
        var node = given.Node.Address;
        const string url = $"X-Original-URL: http://{ForwardNode.Host}/public/x", method = "X-Original-Method: GET";
        Assert.Equal(200, (await RawHttp.GetAsync(node, "/forward/nginx", url, method)).Status);
        foreach (var headers in new string[][] { [], [url], [method], [url, url, method], [url, method, method], [url, "X-Original-Method: G(T"], ["X-Original-URL: /public/x", method], ["X-Original-URL: ftp://wiki.example.org/public/x", method], [$"X-Original-URL: http://user@{ForwardNode.Host}/public/x", method] })
        {
            Assert.Equal(403, (await RawHttp.GetAsync(node, "/forward/nginx", headers)).Status);
        }

        string[] all = ["X-Forwarded-Method: GET", "X-Forwarded-Proto: https", $"X-Forwarded-Host: {ForwardNode.Host}", "X-Forwarded-Uri: /public/x"];
        Assert.Equal(200, (await RawHttp.GetAsync(node, "/forward/traefik", all)).Status);
        Assert.Equal(200, (await RawHttp.GetAsync(node, "/forward/traefik", [.. all[..1], "X-Forwarded-Proto: wss", .. all[2..]])).Status);
        for (var index = 0; index < all.Length; index++)
        {
            Assert.Equal(400, (await RawHttp.GetAsync(node, "/forward/traefik", [.. all.Where((_, other) => other != index)])).Status);
            Assert.Equal(400, (await RawHttp.GetAsync(node, "/forward/traefik", [.. all, all[index]])).Status);
        }

        Assert.Equal(400, (await RawHttp.GetAsync(node, "/forward/envoy", "X-Forwarded-Proto: http")).Status);
        Assert.Equal(400, (await RawHttp.SendToHostAsync(node, ForwardNode.Host, "GET", "/forward/envoy/public/x", "")).Status);
        Assert.Equal(400, (await RawHttp.SendToHostAsync(node, ForwardNode.Host, "GET", "/FORWARD/envoy", "", "X-Forwarded-Proto: http")).Status);
        Assert.Equal(404, (await RawHttp.SendToHostAsync(node, ForwardNode.Host, "GET", "/FORWARD/envoy/public/x", "", "X-Forwarded-Proto: http")).Status);
    }

    [Fact]
    public async Task SomebodyWhoIsNoProxyOfTheOperators_IsNotBelieved()
    {
        await using var node = await ApiNode.StartAsync(new Dictionary<string, string?> { ["KnownProxies:0"] = "192.0.2.1" }, filled: false);
        foreach (var proxy in new[] { "nginx", "traefik", "envoy" })
        {
            var answer = await ForwardNode.AskForAsync(node.Address, proxy, "GET", $"http://{ForwardNode.Host}/public/x", "X-Forwarded-For: 192.0.2.1");
            Assert.Equal(403, answer.Status);
            Assert.Contains("unknown-proxy", answer.Body, StringComparison.Ordinal);
        }

        Assert.Equal(403, (await RawHttp.GetAsync(node.Address, "/.platform/start", "X-Forwarded-Proto: http", $"X-Forwarded-Host: {ForwardNode.Host}")).Status);
        Assert.Contains(node.Logs.Lines, line => line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains("127.0.0.1 asks as a reverse proxy does", StringComparison.Ordinal));
    }
}
