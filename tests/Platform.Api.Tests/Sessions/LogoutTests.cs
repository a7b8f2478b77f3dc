using System.Net;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Sessions;

[Collection(NodeCollection.Name)]
public class LogoutTests(SharedNode shared)
{
    private readonly ApiNode _node = shared.Node;

    [Theory]
    [InlineData("GET", "/Logout")]
    [InlineData("POST", "/logout")]
    public async Task Logout_ends_the_session_everywhere(string method, string path)
    {
        var id = await _node.LogInAsync("alice");
        var text = await _node.SendAsync(new HttpMethod(method), $"{path};jsessionid={id}", null).TextAsync();

        Assert.Equal("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Logout><ended>true</ended><user>alice</user></Logout>", text);
        await _node.GetAsync($"/session;jsessionid={id}").TextAsync(HttpStatusCode.Unauthorized);
        await _node.GetAsync($"/Logout;jsessionid={id}").TextAsync(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Without_a_session_there_is_nothing_to_end() =>
        Assert.Equal("session-required", await _node.GetAsync("/Logout", "Accept: application/json").CodeAsync(HttpStatusCode.Unauthorized));

    [Theory]
    [InlineData(null, HttpStatusCode.Forbidden)]
    [InlineData("cross-site", HttpStatusCode.Forbidden)]
    [InlineData("same-site", HttpStatusCode.Forbidden)]
    [InlineData("same-origin", HttpStatusCode.OK)]
    [InlineData("none", HttpStatusCode.OK)]
    public async Task A_link_on_another_site_logs_nobody_out(string? site, HttpStatusCode expected)
    {
        var id = await _node.LogInAsync("alice");
        string[] headers = site is null ? ["Cookie: JSESSIONID=" + id] : ["Cookie: JSESSIONID=" + id, "Sec-Fetch-Site: " + site];

        await _node.GetAsync("/Logout", headers).TextAsync(expected);
        await _node.GetAsync($"/session;jsessionid={id}").TextAsync(expected == HttpStatusCode.OK ? HttpStatusCode.Unauthorized : HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_form_of_another_site_logs_nobody_out()
    {
        var session = await _node.LogInWithPageAsync("alice");

        await _node.PostAsync("/Logout", [], "Cookie: " + session).TextAsync(HttpStatusCode.Forbidden);
        await _node.PostAsync("/Logout", [], "Cookie: " + session, "Sec-Fetch-Site: same-origin").TextAsync(HttpStatusCode.Forbidden);
        await _node.GetAsync("/session", "Cookie: " + session).TextAsync();
    }

    [Fact]
    public async Task The_pages_form_logs_out_and_takes_the_cookie()
    {
        var session = await _node.LogInWithPageAsync("alice");
        var (field, cookie) = await _node.LoadFormAsync("/", "Cookie: " + session);
        using var answer = await _node.PostAsync("/Logout", new() { ["antiforgery"] = field }, $"Cookie: {session}; {cookie}", "Accept: " + Calls.Browser);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("ended everywhere", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains(answer.Headers.GetValues("Set-Cookie"), value => value.StartsWith("JSESSIONID=; expires=Thu, 01 Jan 1970", StringComparison.OrdinalIgnoreCase));
        await _node.GetAsync("/session", "Cookie: " + session).TextAsync(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("/Logout")]
    [InlineData("/LoginScope")]
    public async Task Head_changes_nothing(string path)
    {
        var id = await _node.LogInAsync("alice");
        using var answer = await _node.SendAsync(HttpMethod.Head, $"{path};jsessionid={id}", null);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Equal(["GET", "POST"], answer.Content.Headers.Allow.Order());
        await _node.GetAsync($"/session;jsessionid={id}").TextAsync();
    }
}
