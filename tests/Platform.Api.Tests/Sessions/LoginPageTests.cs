using System.Net;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Sessions;

[Collection(NodeCollection.Name)]
public class LoginPageTests(SharedNode shared)
{
    private readonly ApiNode _node = shared.Node;

    [Fact]
    public async Task A_browser_gets_a_cookie_and_is_sent_to_where_it_came_from()
    {
        var (field, cookie) = await _node.LoadFormAsync("/login?return=/scopes?x=1");
        using var answer = await SubmitAsync(field, "/scopes?x=1", "alice", "Cookie: " + cookie);
        var session = answer.Headers.GetValues("Set-Cookie").Single(value => value.StartsWith("JSESSIONID=", StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Equal("/scopes?x=1", answer.Headers.Location!.OriginalString);
        Assert.Contains("httponly", session, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", session, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("alice", (await _node.GetAsync("/session", "Cookie: " + session.Split(';')[0]).JsonAsync()).GetProperty("user").GetString());
    }

    [Theory]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("https://evil.example/")]
    [InlineData("/;/evil.example")]
    public async Task Nobody_is_sent_elsewhere(string target)
    {
        var (field, cookie) = await _node.LoadFormAsync("/login");
        using var answer = await SubmitAsync(field, target, "alice", "Cookie: " + cookie);

        Assert.Equal("/", answer.Headers.Location!.OriginalString);
    }

    [Theory]
    [InlineData("alice", "wrong", "refused")]
    [InlineData("alice", "", "missing")]
    public async Task Failure_leads_back_without_cookie_and_challenge(string user, string password, string error)
    {
        var (field, cookie) = await _node.LoadFormAsync("/login");
        using var answer = await _node.PostAsync(
            "/login", new() { ["username"] = user, ["password"] = password, ["antiforgery"] = field }, "Accept: " + Calls.Browser, "Cookie: " + cookie);

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Equal($"/login?error={error}", answer.Headers.Location!.OriginalString);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.False(answer.Headers.Contains("WWW-Authenticate"));
        Assert.Contains("role=\"alert\"", await _node.GetAsync(answer.Headers.Location.OriginalString, "Accept: " + Calls.Browser).TextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_of_the_request_is_not_shown_as_an_error() => Assert.DoesNotContain(
        "alert", await _node.GetAsync("/login?error=pay+here", "Accept: " + Calls.Browser).TextAsync(), StringComparison.Ordinal);

    [Fact]
    public async Task A_form_of_another_site_logs_nobody_in()
    {
        var (field, _) = await _node.LoadFormAsync("/login");
        var (_, otherCookie) = await _node.LoadFormAsync("/login");
        foreach (var (token, headers) in new (string, string[])[]
        {
            ("", ["Cookie: " + otherCookie]),
            (field, ["Cookie: " + otherCookie]),
            (field, ["Cookie: x=y"]),
            (field, []),
            ("", ["Sec-Fetch-Site: cross-site"]),
            ("", ["Sec-Fetch-Site: same-site"]),
            ("", ["Origin: https://evil.example"]),
        })
        {
            using var answer = await SubmitAsync(token, "/", "alice", headers);
            Assert.Equal("/login?error=expired", answer.Headers.Location!.OriginalString);
            Assert.False(answer.Headers.Contains("Set-Cookie"));
        }
    }

    [Fact]
    public async Task A_browser_without_cookies_gets_the_session_in_its_url()
    {
        using var answer = await SubmitAsync("", "/scopes?x=1", "alice", "Sec-Fetch-Site: same-origin");
        var location = answer.Headers.Location!.OriginalString;

        Assert.Matches("^/scopes;jsessionid=[0-9A-F]{32}\\?x=1$", location);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.Equal("alice", (await _node.GetAsync(location.Replace("/scopes", "/session", StringComparison.Ordinal)).JsonAsync()).GetProperty("user").GetString());
    }

    [Fact]
    public async Task Logging_in_again_ends_the_session_before()
    {
        var old = await _node.LogInWithPageAsync("alice");
        var (field, cookie) = await _node.LoadFormAsync("/login", "Cookie: " + old);
        using var answer = await SubmitAsync(field, "/", "alice", $"Cookie: {old}; {cookie}");

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Contains(answer.Headers.GetValues("Set-Cookie"), value => value.StartsWith("JSESSIONID=", StringComparison.Ordinal));
        await _node.GetAsync("/session", "Cookie: " + old).TextAsync(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Nobody_becomes_somebody_else_by_the_form()
    {
        var old = await _node.LogInWithPageAsync("alice");
        var (field, cookie) = await _node.LoadFormAsync("/login", "Cookie: " + old);
        using var answer = await SubmitAsync(field, "/", "bob", $"Cookie: {old}; {cookie}");

        Assert.Equal("/login?error=somebody-else", answer.Headers.Location!.OriginalString);
        await _node.GetAsync("/session", "Cookie: " + old).TextAsync();
    }

    [Fact]
    public async Task Basic_with_a_page_alone_is_not_acceptable() =>
        await _node.GetAsync("/Login", "Accept: text/html", "Authorization: " + Calls.Basic("alice")).TextAsync(HttpStatusCode.NotAcceptable);

    private Task<HttpResponseMessage> SubmitAsync(string field, string target, string user, params string[] headers) => _node.PostAsync(
        "/login",
        new() { ["username"] = user, ["password"] = TestData.Password(user), ["antiforgery"] = field, ["return"] = target },
        [.. headers, "Accept: " + Calls.Browser]);
}
