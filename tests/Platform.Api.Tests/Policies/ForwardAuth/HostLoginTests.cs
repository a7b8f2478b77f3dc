using System.Web;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Policies.ForwardAuth;

/// <summary>A login at a protected host, which browsers do not send the platform's cookie to.</summary>
[Collection(ForwardCollection.Name)]
public sealed class HostLoginTests(ForwardNode given)
{
    private const string Page = "Accept: " + Calls.Browser;

    [Fact]
    public async Task ALogin_LeadsToThePlatform_AndBackWithACookieOfTheHost()
    {
        var (nonce, login) = await StartAsync("?return=%2Fmembers%2Fx%3Fy%3D1");
        Assert.StartsWith("http://127.0.0.1/forward/login?", login, StringComparison.Ordinal);
        Assert.DoesNotContain(nonce.Split('=')[1], login, StringComparison.Ordinal);

        var local = new Uri(login).PathAndQuery;
        var page = await given.Node.GetAsync(local, Page);
        Assert.Equal("/login?return=" + Uri.EscapeDataString(local), page.Headers.Location!.OriginalString);
        using var form = await given.Node.GetAsync(page.Headers.Location.OriginalString, Page);
        Assert.Contains("form-action 'self' http://" + ForwardNode.Host, form.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);

        var session = "Cookie: " + await given.Node.LogInWithPageAsync("bob");
        var callback = await CodeAsync(local, session);
        Assert.StartsWith($"http://{ForwardNode.Host}/.platform/callback?code=", callback, StringComparison.Ordinal);
        var back = await AtHostAsync(new Uri(callback).PathAndQuery, "Cookie: " + nonce);
        Assert.Equal(303, back.Status);
        Assert.Equal("/members/x?y=1", back.Header("Location"));
        var set = back.Headers["Set-Cookie"].Single(value => value.StartsWith("platform-forward=", StringComparison.Ordinal));
        Assert.Contains("httponly", set, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", set, StringComparison.OrdinalIgnoreCase);
        var cookie = "Cookie: " + set.Split(';')[0];
        Assert.DoesNotContain(session.Split('=')[1], set, StringComparison.Ordinal);

        foreach (var proxy in new[] { "nginx", "traefik", "envoy" })
        {
            Assert.Equal("bob", (await given.AskAsync(proxy, "/members/x", cookie)).Header("Remote-User"));
            Assert.Equal(401, (await given.AskForAsync(proxy, "GET", $"http://{ForwardNode.CachedHost}/x", cookie)).Status);
            Assert.Equal(401, (await given.AskAsync(proxy, "/members/x", cookie + "x")).Status);
        }

        // It stands for the session at no endpoint of the platform's own, and not longer than the session lives.
        await given.Node.GetAsync("/session", cookie).TextAsync(System.Net.HttpStatusCode.Unauthorized);
        await given.Node.GetAsync("/Logout", session, "Sec-Fetch-Site: none").TextAsync();
        Assert.Equal(401, (await given.AskAsync("nginx", "/members/x", cookie)).Status);
        Assert.Equal(400, (await AtHostAsync(new Uri(callback).PathAndQuery, "Cookie: " + nonce)).Status);
    }

    [Fact]
    public async Task ACode_CountsOnce_ForItsBrowserAndHost_AndForAMinute()
    {
        var session = "Cookie: " + await given.Node.LogInWithPageAsync("alice");
        var (nonce, login) = await StartAsync("");
        var local = new Uri(login).PathAndQuery;
        var target = new Uri(await CodeAsync(local, session)).PathAndQuery;
        Assert.Equal(400, (await AtHostAsync(target)).Status);
        Assert.Equal(400, (await AtHostAsync(target, "Cookie: " + (await StartAsync("")).Nonce)).Status);
        Assert.Equal(400, (await RawHttp.GetAsync(given.Node.Address, target, "X-Forwarded-Proto: http", "X-Forwarded-Host: " + ForwardNode.CachedHost, "Cookie: " + nonce)).Status);
        Assert.Equal(400, (await AtHostAsync(target[..^3], "Cookie: " + nonce)).Status);
        Assert.Equal(400, (await AtHostAsync("/.platform/callback", "Cookie: " + nonce)).Status);
        Assert.Equal(303, (await AtHostAsync(target, "Cookie: " + nonce)).Status);
        Assert.Equal(400, (await AtHostAsync(target, "Cookie: " + nonce)).Status);

        var late = new Uri(await CodeAsync(local, session)).PathAndQuery;
        given.Node.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(400, (await AtHostAsync(late, "Cookie: " + nonce)).Status);
    }

    [Fact]
    public async Task ALogin_LeadsToHostsOfServicesAlone()
    {
        var session = "Cookie: " + await given.Node.LogInWithPageAsync("alice");
        var nonce = new string('a', 43);
        foreach (var to in new[] { "http://evil.example", "//evil.example", $"http://{ForwardNode.Host}@evil.example", $"http://{ForwardNode.Host}.evil.example", "javascript:alert(1)", $"http://{ForwardNode.Host}/x", $"HTTP://{ForwardNode.Host}", "" })
        {
            var target = $"/forward/login?to={Uri.EscapeDataString(to)}&nonce={nonce}";
            Assert.Equal("unknown-host", await given.Node.GetAsync(target, session, "Accept: text/html;q=0.5, application/json").CodeAsync(System.Net.HttpStatusCode.Forbidden));
            using var form = await given.Node.GetAsync("/login?return=" + Uri.EscapeDataString(target), Page);
            Assert.DoesNotContain("evil", form.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        }

        foreach (var back in new[] { "//evil.example", "/\\evil.example", "http://evil.example", "/x\t/y" })
        {
            var (_, login) = await StartAsync("?return=" + Uri.EscapeDataString(back));
            Assert.Equal("/", HttpUtility.ParseQueryString(new Uri(login).Query)["return"]);
        }

        Assert.Equal(403, (await RawHttp.GetAsync(given.Node.Address, "/.platform/start", "X-Forwarded-Proto: http", "X-Forwarded-Host: evil.example")).Status);
    }

    [Fact]
    public async Task AnOldLogin_IsMadeAgain_WhereTheHostAsksForThat()
    {
        var session = "Cookie: " + await given.Node.LogInWithPageAsync("alice");
        var (_, login) = await StartAsync("?return=%2Ffresh&max_age=300");
        var local = new Uri(login).PathAndQuery;
        Assert.Contains("/.platform/callback?code=", await CodeAsync(local, session), StringComparison.Ordinal);
        given.Node.Time.Advance(TimeSpan.FromSeconds(301));
        Assert.StartsWith("/login?return=", await CodeAsync(local, session), StringComparison.Ordinal);
    }

    private async Task<(string Nonce, string Login)> StartAsync(string query)
    {
        var start = await AtHostAsync("/.platform/start" + query);
        Assert.Equal(303, start.Status);
        return (start.Header("Set-Cookie")!.Split(';')[0], start.Header("Location")!);
    }

    private async Task<string> CodeAsync(string local, string session)
    {
        using var answer = await given.Node.GetAsync(local, Page, session);
        Assert.Equal(System.Net.HttpStatusCode.SeeOther, answer.StatusCode);
        return answer.Headers.Location!.OriginalString;
    }

    private Task<RawAnswer> AtHostAsync(string target, params string[] headers) =>
        RawHttp.GetAsync(given.Node.Address, target, ["X-Forwarded-Proto: http", "X-Forwarded-Host: " + ForwardNode.Host, .. headers]);
}
