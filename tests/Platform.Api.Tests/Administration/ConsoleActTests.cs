using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Platform.Api.Tests.Support;
using Platform.Testing.Web;

namespace Platform.Api.Tests.Administration;

/// <summary>What people do in the console and the account pages, with a browser without scripts.</summary>
public sealed partial class ConsoleActTests(AdministrationNode given) : IClassFixture<AdministrationNode>
{
    private readonly string _name = $"T{Guid.NewGuid():N}"[..12];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_vre_is_made_suspended_reopened_and_moved(bool keepsCookies)
    {
        using var browser = new WebBrowser(given.Node.Address, keepsCookies);
        var page = await LogInAsync(browser, "admin", "/admin");
        page = await browser.FollowAsync(Seen(page), "Hierarchy");
        page = await browser.PressAsync(Seen(page), "Find", ("sought", TestData.Farm));
        page = await browser.FollowAsync(Seen(page), "FARM");
        page = await browser.FollowAsync(Seen(page), "New VRE");
        var refused = await browser.PressAsync(Seen(page), "Make", ("name", "no name"), ("admission", "Restricted"), ("visibility", "Public"));
        AssertFault(Seen(refused), HttpStatusCode.BadRequest, "name");
        page = await browser.PressAsync(refused, "Make", ("name", _name), ("admission", "Restricted"), ("visibility", "Public"));
        AssertSays(Seen(page), "Created.");

        page = await browser.PressAsync(page, "Suspend");
        AssertSays(Seen(page), "Suspended.");
        Assert.False(page.Has("Suspend"));
        Assert.Equal("suspended", await LifeAsync($"{TestData.Farm}/{_name}"));
        page = await browser.PressAsync(page, "Reopen");
        AssertSays(Seen(page), "Reopened.");
        Assert.Equal("open", await LifeAsync($"{TestData.Farm}/{_name}"));

        page = await browser.FollowAsync(page, "Move");
        page = await browser.PressAsync(Seen(page), "Move it", ("parent", TestData.Ecosystem));
        AssertSays(Seen(page), "Moved.");
        Assert.Equal("open", await LifeAsync($"{TestData.Ecosystem}/{_name}"));
        Assert.Null(await LifeAsync($"{TestData.Farm}/{_name}"));

        // What browsers without cookies follow or send brings their session along, on every page of the way.
        WebPage Seen(WebPage seen)
        {
            var targets = LocalTarget().Matches(seen.Html).Select(target => target.Groups[1].Value).ToList();
            Assert.NotEmpty(targets);
            Assert.All(targets, target => Assert.Equal(!keepsCookies, target.Contains(";jsessionid=", StringComparison.Ordinal)));
            return seen;
        }
    }

    [Fact]
    public async Task An_invitation_is_made_looked_at_and_used_once()
    {
        using var manager = new WebBrowser(given.Node.Address);
        var list = $"/admin/scopes/{Segment(TestData.AquaMaps)}/invitations";
        var page = await manager.PressAsync(await LogInAsync(manager, "alice", list), "Make a link", ("note", "for carol"));
        Assert.Equal(HttpStatusCode.OK, page.Status);
        var link = WebUtility.HtmlDecode(Once().Match(page.Html).Groups[1].Value);
        Assert.StartsWith("http://127.0.0.1/account/invitation#", link, StringComparison.Ordinal);
        Assert.DoesNotContain(link, (await manager.OpenAsync(list)).Html, StringComparison.Ordinal);

        using var invited = new WebBrowser(given.Node.Address);
        var paste = await LogInAsync(invited, "carol", "/account/invitation");
        AssertFault(await invited.PressAsync(paste, "Look at it", ("secret", link[..^1])), HttpStatusCode.NotFound, "secret");
        page = await invited.PressAsync(paste, "Look at it", ("secret", link));
        AssertSays(page, TestData.AquaMaps);
        page = await invited.PressAsync(page, "Become a member");
        AssertSays(page, "You are a member now.");
        AssertSays(page, TestData.AquaMaps);

        using var late = new WebBrowser(given.Node.Address);
        AssertFault(await late.PressAsync(await LogInAsync(late, "bob", "/account/invitation"), "Look at it", ("secret", link)), HttpStatusCode.NotFound, "secret");
        Assert.DoesNotContain("for carol", (await manager.OpenAsync(list)).Html, StringComparison.Ordinal);
        var secret = link[(link.IndexOf('#', StringComparison.Ordinal) + 1)..];
        Assert.DoesNotContain(given.Node.Logs.Lines, line => line.Contains(secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_client_is_made_gets_another_secret_and_is_suspended()
    {
        using var browser = new WebBrowser(given.Node.Address);
        var form = await LogInAsync(browser, "admin", "/admin/clients/new");
        (string, string)[] fields = [("id", _name), ("client_name", _name), ("token_endpoint_auth_method", "SecretBasic"), ("scope", "read"), ("grant-client_credentials", "on")];
        var page = await browser.PressAsync(form, "Make the client", [.. fields, ("redirect_uris", "javascript:alert(1)")]);
        Assert.Equal(HttpStatusCode.BadRequest, page.Status);
        page = await browser.PressAsync(form, "Make the client", fields);
        Assert.Equal(HttpStatusCode.BadRequest, page.Status);
        page = await browser.PressAsync(form, "Make the client", [.. fields, ("redirect_uris", "https://app.example.org/callback")]);
        AssertSays(page, "The client is made.");
        var first = WebUtility.HtmlDecode(Once().Match(page.Html).Groups[1].Value);
        Assert.Equal(HttpStatusCode.OK, await TokenAsync(first));

        AssertFault(await browser.PressAsync(page, "Make a new secret", ("overlap", "soon")), HttpStatusCode.BadRequest, "overlap");
        page = await browser.PressAsync(page, "Make a new secret", ("overlap", "24"));
        var second = WebUtility.HtmlDecode(Once().Match(page.Html).Groups[1].Value);
        Assert.NotEqual(first, second);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (await TokenAsync(first), await TokenAsync(second)));

        page = await browser.PressAsync(page, "Suspend");
        AssertSays(page, "Suspended.");
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (await TokenAsync(first), await TokenAsync(second)));
        page = await browser.PressAsync(page, "Resume");
        Assert.Equal(HttpStatusCode.OK, await TokenAsync(second));
        Assert.DoesNotContain(given.Node.Logs.Lines, line => line.Contains(first, StringComparison.Ordinal) || line.Contains(second, StringComparison.Ordinal));

        async Task<HttpStatusCode> TokenAsync(string secret)
        {
            using var answer = await given.Node.PostAsync("/oauth/token", new() { ["grant_type"] = "client_credentials" }, "Authorization: " + Calls.Basic(_name, secret));
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task Keys_are_replaced_now()
    {
        using var browser = new WebBrowser(given.Node.Address);
        (await given.Node.GetAsync("/.well-known/jwks.json")).Dispose();
        var before = await LogInAsync(browser, "admin", "/admin/keys");
        var after = await browser.PressAsync(before, "Replace them now");
        AssertSays(after, "A new signing key is in use.");
        var published = (await given.Node.GetAsync("/.well-known/jwks.json", "Accept: application/json").JsonAsync()).GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("kid").GetString()!).ToList();
        Assert.NotEmpty(KeyIds(before));
        Assert.All(KeyIds(after), key => Assert.Contains(key, published));
        Assert.Contains(KeyIds(after), key => !KeyIds(before).Contains(key));

        static List<string> KeyIds(WebPage page) => [.. Code().Matches(page.Html).Select(code => code.Groups[1].Value)];
    }

    [Fact]
    public async Task Policies_with_a_mistake_are_not_stored_and_the_line_is_told()
    {
        var service = _name.ToLowerInvariant();
        using var browser = new WebBrowser(given.Node.Address);
        var page = await browser.PressAsync(await LogInAsync(browser, "admin", "/admin/policies"), "Write its policies", ("service", service));
        Assert.Equal($"/admin/policies/{service}", page.Address.AbsolutePath);
        var wrong = $"hosts: [{service}.example]\nrules:\n  - id: one\n    effect: perhaps\n    who: anyone\n";
        var refused = await browser.PressAsync(page, "Store it", ("set", wrong));
        AssertFault(refused, HttpStatusCode.BadRequest, "set");
        AssertSays(refused, "line 4");
        AssertSays(refused, "effect: perhaps");
        await given.AdminAsync("GET", $"/policies/{service}").CodeAsync(HttpStatusCode.NotFound);

        page = await browser.PressAsync(refused, "Store it", ("set", wrong.Replace("perhaps", "allow", StringComparison.Ordinal)), ("comment", "as it should be"));
        AssertSays(page, "Saved.");
        AssertSays(page, "as it should be");
        Assert.Equal("allow", (await given.AdminAsync("GET", $"/policies/{service}").JsonAsync()).GetProperty("rules")[0].GetProperty("effect").GetString());
    }

    [Fact]
    public async Task The_audit_is_searched_exported_and_verified()
    {
        await given.AdminAsync("POST", "/admin/api/users", $$"""{"userName": "{{_name}}"}""").JsonAsync(HttpStatusCode.Created);
        using var browser = new WebBrowser(given.Node.Address);
        var page = await browser.PressAsync(await LogInAsync(browser, "admin", "/admin/audit"), "Find", ("text", _name));
        AssertSays(page, "1 entries.");
        var export = await browser.FollowAsync(page, "Export them as JSON lines");
        var line = Assert.Single(export.Html.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        using var entry = JsonDocument.Parse(line);
        Assert.Contains(_name, line, StringComparison.Ordinal);

        var verified = await browser.FollowAsync(await browser.OpenAsync("/admin/audit"), "Verify the audit");
        AssertSays(verified, "Nothing was changed, and nothing is missing.");
    }

    [Fact]
    public async Task Ones_own_password_is_changed_by_who_knows_the_present_one()
    {
        const string present = "the present password";
        const string next = "the next password";
        var user = (await given.NewUserAsync(present)).GetProperty("userName").GetString()!;
        using var browser = new WebBrowser(given.Node.Address);
        var form = await LogInAsync(browser, user, "/account/profile", present);
        var refused = await browser.PressAsync(form, "Change the password", ("presentPassword", "another one"), ("password", next), ("again", next));
        AssertFault(refused, HttpStatusCode.BadRequest, "presentPassword");
        Assert.DoesNotContain(next, refused.Html, StringComparison.Ordinal);
        AssertFault(await browser.PressAsync(form, "Change the password", ("presentPassword", present), ("password", next), ("again", "something else")), HttpStatusCode.BadRequest, "again");
        AssertFault(await browser.PressAsync(form, "Change the password", ("presentPassword", present), ("password", "short"), ("again", "short")), HttpStatusCode.BadRequest, "password");
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (await CheckAsync(present), await CheckAsync(next)));

        var page = await browser.PressAsync(form, "Change the password", ("presentPassword", present), ("password", next), ("again", next));
        AssertSays(page, "All your sessions ended.");
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.OK), (await CheckAsync(present), await CheckAsync(next)));
        Assert.False((await browser.OpenAsync("/account/profile")).Has("Change the password"));

        async Task<HttpStatusCode> CheckAsync(string password)
        {
            using var answer = await given.Node.GetAsync("/Login", "Accept: application/json", "Authorization: " + Calls.Basic(user, password));
            return answer.StatusCode;
        }
    }

    private static string Segment(string scope) => scope[1..].Replace('/', '~');

    /// <summary>What was sent was refused, and the page says so where it was typed.</summary>
    private static void AssertFault(WebPage page, HttpStatusCode status, string field)
    {
        Assert.True(status == page.Status, $"{page.Status} {page.Html}");
        AssertSays(page, "Nothing was changed");
        Assert.Matches($"id=\"{field}\"[^>]*aria-invalid=\"true\"", page.Html);
    }

    private static void AssertSays(WebPage page, string words) =>
        Assert.True(page.Html.Contains(words, StringComparison.Ordinal), $"{page.Address.AbsolutePath}: {page.Status}, not '{words}': {page.Html[Math.Max(0, page.Html.IndexOf("<h1>", StringComparison.Ordinal))..]}");

    private static async Task<WebPage> LogInAsync(WebBrowser browser, string user, string target, string? password = null) =>
        await browser.LogInAsync(await browser.OpenAsync("/login?return=" + Uri.EscapeDataString(target)), user, password ?? TestData.Password(user));

    private async Task<string?> LifeAsync(string scope)
    {
        using var answer = await given.AdminAsync("GET", $"/admin/api/scopes/{Segment(scope)}");
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return answer.StatusCode == HttpStatusCode.NotFound ? null : document.RootElement.GetProperty("suspended").GetBoolean() ? "suspended" : "open";
    }

    [GeneratedRegex("<(?:a|form) [^>]*?(?:href|action)=\"(/[^\"]*)\"")]
    private static partial Regex LocalTarget();

    [GeneratedRegex("id=\"once\">([^<]+)<")]
    private static partial Regex Once();

    [GeneratedRegex("<code>([^<]+)</code>")]
    private static partial Regex Code();
}
