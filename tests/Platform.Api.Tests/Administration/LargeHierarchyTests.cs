using System.Globalization;
using System.Text.RegularExpressions;
using Platform.Api.Tests.Support;
using Platform.Grains.Scopes.Import;
using Platform.Testing.Web;

namespace Platform.Api.Tests.Administration;

/// <summary>The console's pages over ten thousand scopes: each shows a page of them, and leads to the rest.</summary>
public sealed partial class LargeHierarchyTests : IAsyncLifetime
{
    private const int Vos = 3000;
    private const int Vres = 7000;

    /// <summary>The most rows that any page shows; the way down to an open branch may come on top.</summary>
    private const int Most = 250;

    private ApiNode _node = null!;

    public async Task InitializeAsync()
    {
        _node = await ApiNode.StartAsync();
        await _node.ImportAsync(new ScopeImport(
            [
                .. Enumerable.Range(0, Vos).Select(number => TestData.Scope(Vo(number), null)),
                .. Enumerable.Range(0, Vres).Select(number => TestData.Scope(Text($"{Vo(0)}/Vre{number:D5}"), null)),
            ],
            []));
    }

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task Tree_search_and_lists_show_a_page_at_a_time()
    {
        using var browser = new WebBrowser(_node.Address);
        var page = await browser.LogInAsync(await browser.OpenAsync("/login?return=%2Fadmin%2Fscopes"), "admin", TestData.Password("admin"));
        AssertShort(page);
        Assert.Contains(Vo(1)[(Vo(1).LastIndexOf('/') + 1)..], page.Html, StringComparison.Ordinal);

        // A level of seven thousand, to its second page.
        page = await browser.OpenAsync("/admin/scopes?at=" + Vo(0)[1..].Replace('/', '~'));
        AssertShort(page);
        Assert.Contains("Vre00099", page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("Vre00100", page.Html, StringComparison.Ordinal);
        page = await browser.FollowAsync(page, "6,900 more");
        AssertShort(page);
        Assert.Contains("Vre00100", page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("Vre00099", page.Html, StringComparison.Ordinal);

        page = await browser.OpenAsync("/admin/scopes?sought=vre");
        AssertShort(page);
        Assert.Contains("7,000 found.", page.Html, StringComparison.Ordinal);
        var next = await browser.FollowAsync(page, "Next");
        AssertShort(next);
        Assert.Empty(NamesOn(page).Intersect(NamesOn(next)));
        page = await browser.OpenAsync("/admin/scopes?sought=vre06999");
        Assert.Equal(["Vre06999"], NamesOn(page));

        foreach (var other in (string[])["/admin", "/admin/search?q=vre", "/admin/definitions", "/admin/scopes/" + Vo(0)[1..].Replace('/', '~'), "/account/join", "/admin/audit"])
        {
            AssertShort(await browser.OpenAsync(other));
        }

        var session = await _node.LogInAsync("admin");
        var list = await _node.GetAsync("/admin/api/scopes?limit=200&text=vre0", "X-Session-Id: " + session, "Accept: application/json").JsonAsync();
        Assert.Equal((200, Vres), (list.GetProperty("items").GetArrayLength(), list.GetProperty("total").GetInt32()));
    }

    private static string Vo(int number) => Text($"{TestData.Root}/Vo{number:D5}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static List<string> NamesOn(WebPage page) => [.. Name().Matches(page.Html).Select(name => name.Groups[1].Value)];

    private static void AssertShort(WebPage page)
    {
        Assert.True(page.Status == System.Net.HttpStatusCode.OK, $"{page.Address}: {page.Status}");
        var rows = Row().Count(page.Html);
        Assert.True(rows is > 0 and < Most, $"{page.Address}: {rows} rows");
    }

    [GeneratedRegex("<li>|<tr>|<option ")]
    private static partial Regex Row();

    [GeneratedRegex(">(Vre[0-9]+)</a>")]
    private static partial Regex Name();
}
