using Microsoft.Playwright;
using Platform.Clients.Tests.Browser;
using Platform.Clients.Tests.Support;
using Platform.Testing;

namespace Platform.Clients.Tests.Proxies;

/// <summary>Real proxies with the samples of <c>deploy/proxies</c>, and what reaches the service behind them.</summary>
[Collection(SiteTests.Name)]
public sealed class ProxyTests(Site site, Chromium chromium)
{
    public static TheoryData<string> Kinds => ["nginx", "caddy", "apache", "haproxy"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task TheService_SeesWhatItsRulesLetThrough_AndWhoCalls(string kind)
    {
        var service = await site.ProtectedAsync();
        var proxy = service.Behind(kind);
        string[] forged = ["Remote-User: root", "remote-name: Root", "Remote-Email: r@example.org", "REMOTE-GROUPS: /all", "X-Scope: /all", "Remote_User: root", "remote_groups: /all", "X_Scope: /all", "X-Forwarded-For: 192.0.2.1", "X-Original-URL: http://localhost/public/x"];
        var open = await RawRequest.SendAsync(proxy, "/public/page?x=1", forged);
        Assert.Equal("/public/page?x=1", open.Seen.GetProperty("target").GetString());
        Assert.All(new[] { "remote-user", "remote-name", "remote-email", "remote-groups", "x-scope", "remote_user", "remote_groups", "x_scope" }, name => Assert.Null(open.SeenHeader(name)));

        var alice = "X-Session-Id: " + await service.LogInAsync("alice");
        var hers = await RawRequest.SendAsync(proxy, "/members/a%20b?x=%2e", [alice, .. forged]);
        Assert.Equal("/members/a%20b?x=%2e", hers.Seen.GetProperty("target").GetString());
        Assert.Equal("alice", hers.SeenHeader("remote-user"));
        Assert.Contains(PlatformCluster.AquaMaps, hers.SeenHeader("remote-groups"), StringComparison.Ordinal);
        Assert.True((await RawRequest.SendAsync(proxy, "/managers/x", alice)).IsOfService);
        Assert.Equal("alice", (await RawRequest.SendAsync(proxy, "/members/x", alice, "Connection: Remote-User, close")).SeenHeader("remote-user"));

        var bob = await service.LogInAsync("bob");
        Assert.Equal("bob", (await RawRequest.SendAsync(proxy, $"/members/x;jsessionid={bob}")).SeenHeader("remote-user"));
        Assert.Equal(403, (await RawRequest.SendAsync(proxy, "/managers/x", "X-Session-Id: " + bob)).Status);
        Assert.Equal(403, (await RawRequest.SendAsync(proxy, "/members/Secret/x", alice)).Status);

        var program = await RawRequest.SendAsync(proxy, "/members/x", "Accept: application/json");
        Assert.Equal(401, program.Status);
        Assert.StartsWith("Bearer realm=", Assert.Single(program.Headers["WWW-Authenticate"]), StringComparison.Ordinal);
        var browser = await RawRequest.SendAsync(proxy, "/members/x", "Accept: text/html");
        Assert.Equal(302, browser.Status);
        Assert.Equal(proxy.Origin + "/.platform/start?return=%2Fmembers%2Fx", Assert.Single(browser.Headers["Location"]));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task NoSpelling_OpensWhatIsClosed(string kind)
    {
        var service = await site.ProtectedAsync();
        var proxy = service.Behind(kind);

        // CWE-22, CWE-436: each of them is /members/x, or another closed path, for somebody who reads it otherwise.
        string[] targets =
        [
            "/public/../members/x", "/public/./../members/x", "/public/%2e%2e/members/x", "/public/%2E./members/x", "/public/..;/members/x", "/public/..;a=b/members/x", "/public/%252e%252e/members/x",
            "/public%2f..%2fmembers/x", "/public/..%2fmembers/x", "/public/..%5cmembers/x", "/public/..\\members\\x", "/public/%c0%ae%c0%ae/members/x", "//members/x", "/members//x", "/members;a=b/x", "/%6dembers/x",
            "/members%2fx", "/members%252fx", "/public/%", "/public/%zz", "/public/%00", "/public/..%00/members/x", "/public/%0d%0a", "/public/%ff", "/PUBLIC/x", "/slashes/..%2fmembers/x", "/public#/../members/x",
            "/.platform/../members/x", "/.platform/%2e%2e/members/x", "/.platform/..;/members/x", "/.platform/..%2fmembers/x", "/.platform%2f..%2fmembers/x", "/.platform/../.platform/../members/x",
            "/members/../.platform/../members/x", "/%2eplatform/../members/x", "/.platform//../members/x", $"http://{proxy.Authority}/members/x", $"http://{proxy.Authority}/public/../members/x", "*",
        ];
        foreach (var target in targets)
        {
            var answer = await RawRequest.SendAsync(proxy, target);
            Assert.True(answer.Status is >= 400 and < 500, $"{target}: {answer.Status} {answer.Body}");
            Assert.False(answer.IsOfService, target);
        }

        var alice = "X-Session-Id: " + await service.LogInAsync("alice");
        foreach (var target in new[] { "/members/Secret/x", "/MEMBERS/secret/x", "/members/%73ecret/x", "/members//secret/x", "/members/secret;a/x", "/members/sec%72et/", "/members/%2573ecret/x", "/members/./secret/x" })
        {
            var answer = await RawRequest.SendAsync(proxy, target, alice);
            Assert.True(answer.Status is 400 or 403, $"{target}: {answer.Status}");
        }

        Assert.True((await RawRequest.SendAsync(proxy, "/slashes/a%2fb")).IsOfService);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task TheHostOfARequest_ChoosesNoPolicies_AndHidesNoPath(string kind)
    {
        var proxy = (await site.ProtectedAsync()).Behind(kind);
        Assert.True((await RawRequest.SendToHostAsync(proxy, "localhost:1", "/public/page")).IsOfService);
        var browser = await RawRequest.SendToHostAsync(proxy, "localhost:1", "/members/x", "Accept: text/html");
        Assert.StartsWith(proxy.Origin + "/.platform/start?", Assert.Single(browser.Headers["Location"]), StringComparison.Ordinal);
        foreach (var host in new[] { "localhost\\members\\x", "localhost#", "localhost?x", "localhost;x", "localhost%2fmembers" })
        {
            Assert.False((await RawRequest.SendToHostAsync(proxy, host, $"http://{host}/public/page")).IsOfService, host);
        }

        // HAProxy lets this host through, and then the platform is asked, which refuses it.
        if (kind == "haproxy")
        {
            Assert.Contains("url-refused", (await RawRequest.SendToHostAsync(proxy, "localhost\\members", "http://localhost\\members/public/page")).Body, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task ABrowser_LogsInAtThePlatform_AndALogoutEndsIt(string kind)
    {
        var proxy = (await site.ProtectedAsync()).Behind(kind);
        await using var window = await chromium.OpenAsync(site);
        var page = window.Page;
        await page.GotoAsync(proxy.Origin + "/members/page?x=1");
        Assert.StartsWith(site.Address.ToString(), page.Url, StringComparison.Ordinal);
        await page.GetByText(proxy.Authority).First.WaitForAsync();
        if (kind == "nginx")
        {
            await window.CheckAsync("login-for-a-host");
        }

        await window.LogInAsync("alice");
        await page.WaitForURLAsync(proxy.Origin + "/members/page?x=1");
        Assert.Contains("\"remote-user\":\"alice\"", await page.InnerTextAsync("body"), StringComparison.Ordinal);
        Assert.DoesNotContain(await page.Context.CookiesAsync([proxy.Origin]), cookie => cookie.Name == "JSESSIONID");

        // The way out leads to the platform's own; from its answer on, the host's cookie opens nothing.
        var kept = await page.Context.CookiesAsync([proxy.Origin]);
        await page.GotoAsync(proxy.Origin + "/.platform/logout");
        Assert.StartsWith(site.Address.ToString(), page.Url, StringComparison.Ordinal);
        await page.GetByRole(AriaRole.Button, new() { Name = "Log out" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Logged out" }).WaitForAsync();
        var cookie = string.Join("; ", kept.Select(held => $"{held.Name}={held.Value}"));
        Assert.Contains("platform-forward", cookie, StringComparison.Ordinal);
        Assert.Equal(401, (await RawRequest.SendAsync(proxy, "/members/page", "Cookie: " + cookie)).Status);
    }
}
