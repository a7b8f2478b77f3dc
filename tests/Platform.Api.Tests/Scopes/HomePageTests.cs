using System.Net;
using System.Text.RegularExpressions;
using Platform.Api.Tests.Support;
using Platform.Grains.Scopes.Import;

namespace Platform.Api.Tests.Scopes;

[Collection(NodeCollection.Name)]
public partial class HomePageTests(SharedNode shared)
{
    private readonly ApiNode _node = shared.Node;

    [Fact]
    public async Task A_browser_with_a_cookie_enters_a_scope_by_form()
    {
        var session = await _node.LogInWithPageAsync("bob");
        var page = await _node.GetAsync("/", "Cookie: " + session, "Accept: " + Calls.Browser).TextAsync();
        var (field, cookie) = await _node.LoadFormAsync("/", "Cookie: " + session);
        using var entered = await _node.PostAsync(
            "/LoginScope", new() { ["scope"] = TestData.TryIt, ["antiforgery"] = field }, $"Cookie: {session}; {cookie}", "Accept: " + Calls.Browser);

        Assert.Equal([TestData.Em, TestData.Ecosystem, TestData.TryIt], Scopes(page));
        Assert.DoesNotContain("jsessionid", page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("bob &lt;Test&gt;", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, entered.StatusCode);
        Assert.Equal("/", entered.Headers.Location!.OriginalString);
        Assert.Contains("You are here", await _node.GetAsync("/", "Cookie: " + session).TextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task For_a_browser_without_cookies_every_link_carries_the_session()
    {
        var id = await _node.LogInAsync("bob");
        foreach (var target in new[] { "/", "/login", "/LoginScope", "/nothing" })
        {
            using var answer = await _node.GetAsync($"{target};jsessionid={id}", "Accept: text/html");
            var links = Links(await answer.Content.ReadAsStringAsync());

            Assert.NotEmpty(links);
            Assert.All(links.Where(link => link != "/style.css"), link => Assert.Matches($"^/[a-zA-Z]*;jsessionid={id}(\\?|#|$)", link));
        }

        using var entered = await _node.PostAsync(
            $"/LoginScope;jsessionid={id}", new() { ["scope"] = TestData.TryIt, ["return"] = "/scopes?x=1" }, "Accept: text/html");
        Assert.Equal($"/scopes;jsessionid={id}?x=1", entered.Headers.Location!.OriginalString);
        Assert.False(entered.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task After_logout_no_link_carries_the_session()
    {
        var id = await _node.LogInAsync("bob");
        var page = await _node.GetAsync($"/Logout;jsessionid={id}", "Accept: text/html").TextAsync();

        Assert.DoesNotContain(id, page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_session_there_is_the_way_to_the_login()
    {
        var page = await _node.GetAsync("/", "Accept: " + Calls.Browser).TextAsync();

        Assert.Contains("/login", Links(page));
    }

    [Fact]
    public async Task Who_manages_thousands_gets_a_page_of_bounded_size()
    {
        await using var node = await ApiNode.StartAsync();
        await node.ImportAsync(new ScopeImport(
            [.. Enumerable.Range(0, 300).Select(number => TestData.Scope($"{TestData.Farm}/X{number}", null))], []));
        var id = await node.LogInAsync("admin");
        var page = await node.GetAsync($"/;jsessionid={id}", "Accept: text/html").TextAsync();

        Assert.Equal(200, Scopes(page).Count);
        Assert.Contains("Another scope", page, StringComparison.Ordinal);
        await node.PostAsync($"/LoginScope;jsessionid={id}", new() { ["scope"] = TestData.Farm + "/X299" }, "Accept: text/html").TextAsync(HttpStatusCode.SeeOther);
    }

    private static List<string> Links(string page) => [.. Link().Matches(page).Select(match => WebUtility.HtmlDecode(match.Groups[1].Value))];

    private static List<string> Scopes(string page) => [.. Scope().Matches(page).Select(match => match.Groups[1].Value)];

    [GeneratedRegex("(?:href|action)=\"([^\"]*)\"")]
    private static partial Regex Link();

    [GeneratedRegex("name=\"scope\" value=\"([^\"]*)\"")]
    private static partial Regex Scope();
}
