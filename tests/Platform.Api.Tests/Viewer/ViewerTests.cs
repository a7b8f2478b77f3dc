using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Platform.Api.Scopes.Import;
using Platform.Api.Tests.Support;
using Platform.Grains.Scopes.Import;

namespace Platform.Api.Tests.Viewer;

/// <summary>InfraViewer as a browser uses it.</summary>
public sealed partial class ViewerTests : IAsyncLifetime
{
    private ApiNode _node = null!;

    public async Task InitializeAsync()
    {
        _node = await ApiNode.StartAsync(new Dictionary<string, string?> { ["Resources:DefaultScope"] = TestData.AquaMaps });
        await _node.ImportAsync(Clients("clients: [{client_id: viewer, trusted: true, token_endpoint_auth_method: none, grant_types: [], scope: \"read write d4s-context:*\"}]"));
        var alice = await _node.LogInAsync("alice");
        using var put = await _node.SendAsync(HttpMethod.Put, "/resources/open", Json("{\"a\":\"<b>&\"}"), $"X-Session-Id: {alice}", "Resource-Visibility: public");
        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        using var secret = await _node.SendAsync(HttpMethod.Put, "/resources/inside", Json("{}"), $"X-Session-Id: {alice}");
        Assert.Equal(HttpStatusCode.Created, secret.StatusCode);
    }

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task WithoutALogin_ShowsWhatIsPublic()
    {
        var list = await PageAsync("/viewer");
        Assert.Contains("/viewer/open", list, StringComparison.Ordinal);
        Assert.DoesNotContain("inside", list, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", list, StringComparison.Ordinal);
        var document = await PageAsync("/viewer/open");
        Assert.Contains("&quot;&lt;b&gt;&amp;&quot;", document, StringComparison.Ordinal);
        Assert.DoesNotContain("<textarea", document, StringComparison.Ordinal);
        using var hidden = await _node.GetAsync("/viewer/inside", "Accept: " + Calls.Browser);
        Assert.Equal(HttpStatusCode.Unauthorized, hidden.StatusCode);
        Assert.Contains("name=\"password\"", await hidden.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("There are no resources", await PageAsync("/viewer?prefix=none"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheLoginOnThePage_GivesBothCookies_AndLeadsBack()
    {
        var (field, cookie) = await _node.LoadFormAsync("/viewer/open");
        using var answer = await LogInAsync(field, cookie, TestData.Password("alice"));
        Assert.Equal((HttpStatusCode.SeeOther, "/viewer/open"), (answer.StatusCode, answer.Headers.Location!.ToString()));
        var cookies = answer.Headers.GetValues("Set-Cookie").ToList();
        var token = Assert.Single(cookies, value => value.StartsWith("ACCESS_TOKEN=", StringComparison.Ordinal));
        Assert.Contains("httponly", token, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", token, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(cookies, value => value.StartsWith("JSESSIONID=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AFailedLogin_LeadsBackToThePage_WithoutBoth()
    {
        var (field, cookie) = await _node.LoadFormAsync("/viewer/open");
        using var answer = await LogInAsync(field, cookie, "wrong");
        Assert.Equal((HttpStatusCode.SeeOther, "/viewer/open?error=refused"), (answer.StatusCode, answer.Headers.Location!.ToString()));
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.Contains("The user name or the password is wrong.", await PageAsync("/viewer/open?error=refused"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example")]
    public async Task ThePageOfAFailedLogin_IsOneOfOurs(string page)
    {
        var (field, cookie) = await _node.LoadFormAsync("/viewer");
        using var answer = await _node.PostAsync("/login", new() { ["username"] = "alice", ["password"] = "wrong", ["antiforgery"] = field, ["page"] = page }, "Accept: " + Calls.Browser, "Cookie: " + cookie);
        Assert.StartsWith("/login?error=", answer.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutTheToken_AChangeIsRefused_WithAPage_OrAProblem()
    {
        using var page = await _node.PostAsync("/viewer/open", new() { ["document"] = "{}" }, "Accept: " + Calls.Browser);
        Assert.Equal((HttpStatusCode.Unauthorized, "text/html"), (page.StatusCode, page.Content.Headers.ContentType!.MediaType));
        Assert.Equal("no-access-token", await _node.PostAsync("/viewer/open", new() { ["document"] = "{}" }, "Accept: application/json").CodeAsync(HttpStatusCode.Unauthorized));
    }

    [Fact]
    public async Task TheTokensCookie_CountsWithTheAntiforgeryTokenAlone_AndNowhereElse()
    {
        var (cookies, _) = await EnterAsync();
        using var forged = await _node.PostAsync("/viewer/open", new() { ["document"] = "{}" }, "Accept: application/json", "Cookie: " + cookies);
        Assert.Equal(HttpStatusCode.Forbidden, forged.StatusCode);
        var token = cookies.Split("; ").Single(cookie => cookie.StartsWith("ACCESS_TOKEN=", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.Unauthorized, (await _node.SendAsync(HttpMethod.Post, "/resources/open", null, "Cookie: " + token)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await _node.GetAsync("/viewer/inside", "Cookie: " + token)).StatusCode);
    }

    [Theory]
    [InlineData("tag", "\u00e9")]
    [InlineData("tag", "\"a\"\r\nX-Session-Id: b")]
    [InlineData("visibility", "\u00e9")]
    [InlineData("visibility", "public\nA: b")]
    public async Task WhatNoHeaderHolds_IsRefused(string field, string value)
    {
        var (cookies, form) = await EnterAsync();
        var fields = new Dictionary<string, string> { ["document"] = "{}", ["tag"] = "\"a\"", ["visibility"] = "public", ["antiforgery"] = Antiforgery(form) };
        fields[field] = value;
        Assert.Equal("malformed-request", await _node.PostAsync("/viewer/open", fields, "Cookie: " + cookies).CodeAsync(HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task ACookieThatIsNoToken_IsNone()
    {
        var (cookies, form) = await EnterAsync();
        var others = string.Join("; ", cookies.Split("; ").Where(cookie => !cookie.StartsWith("ACCESS_TOKEN=", StringComparison.Ordinal)).Append("ACCESS_TOKEN=%C3%A9"));
        using var answer = await SaveAsync(others, form, "{}", Tag(form));
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task Edits_ShowMistakes_AndConflicts_AndLoseNothing()
    {
        var (cookies, form) = await EnterAsync();
        var tag = Tag(form);
        using var saved = await SaveAsync(cookies, form, "{\"a\":2}", tag);
        Assert.Equal((HttpStatusCode.SeeOther, "/viewer/open"), (saved.StatusCode, saved.Headers.Location!.ToString()));
        Assert.Equal("{\"a\":2}", await _node.GetAsync("/resources/open").TextAsync());

        using var malformed = await SaveAsync(cookies, form, "{\"a\":", Tag(await PageAsync("/viewer/open", cookies)));
        Assert.Equal(HttpStatusCode.BadRequest, malformed.StatusCode);
        var page = await malformed.Content.ReadAsStringAsync();
        Assert.Contains("role=\"alert\"", page, StringComparison.Ordinal);
        Assert.Contains("{&quot;a&quot;:</textarea>", page, StringComparison.Ordinal);

        // The form rests on a version that is gone.
        using var conflict = await SaveAsync(cookies, form, "{\"mine\":1}", tag);
        Assert.Equal(HttpStatusCode.PreconditionFailed, conflict.StatusCode);
        page = await conflict.Content.ReadAsStringAsync();
        Assert.Contains("{&quot;mine&quot;:1}</textarea>", page, StringComparison.Ordinal);
        Assert.Contains("&quot;a&quot;: 2", page, StringComparison.Ordinal);
        using var over = await SaveAsync(cookies, page, "{\"mine\":1}", Tag(page));
        Assert.Equal(HttpStatusCode.SeeOther, over.StatusCode);

        using var deleted = await SaveAsync(cookies, form, "", Tag(await PageAsync("/viewer/open", cookies)), "delete");
        Assert.Equal("/viewer", deleted.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.Unauthorized, (await _node.GetAsync("/resources/open")).StatusCode);

        // Made anew from the page of what is not there.
        form = await PageAsync("/viewer/open", cookies);
        using var made = await SaveAsync(cookies, form, new string(' ', 100_000) + "{\"new\": \"%&+\"}", "");
        Assert.Equal(HttpStatusCode.SeeOther, made.StatusCode);
    }

    [Fact]
    public async Task AnotherScope_BringsAnotherToken_AndTheLogoutTakesBoth()
    {
        var (cookies, form) = await EnterAsync();
        using var entered = await _node.PostAsync(
            "/LoginScope", new() { ["scope"] = TestData.AquaMaps, ["antiforgery"] = Antiforgery(form), ["return"] = "/viewer" }, "Accept: " + Calls.Browser, "Cookie: " + cookies);
        Assert.Equal((HttpStatusCode.SeeOther, "/viewer"), (entered.StatusCode, entered.Headers.Location!.ToString()));
        var token = entered.Headers.GetValues("Set-Cookie").Single(value => value.StartsWith("ACCESS_TOKEN=", StringComparison.Ordinal)).Split(';')[0]["ACCESS_TOKEN=".Length..];
        var payload = token.Split('.')[1].Replace('-', '+').Replace('_', '/');
        Assert.Contains(TestData.AquaMaps, Encoding.UTF8.GetString(Convert.FromBase64String(payload.PadRight((payload.Length + 3) / 4 * 4, '='))), StringComparison.Ordinal);

        using var renewed = await _node.PostAsync("/viewer", new() { ["antiforgery"] = Antiforgery(form), ["return"] = "/viewer/open" }, "Accept: " + Calls.Browser, "Cookie: " + cookies);
        Assert.Equal((HttpStatusCode.SeeOther, "/viewer/open"), (renewed.StatusCode, renewed.Headers.Location!.ToString()));
        Assert.Contains(renewed.Headers.GetValues("Set-Cookie"), value => value.StartsWith("ACCESS_TOKEN=", StringComparison.Ordinal));

        using var out1 = await _node.PostAsync("/Logout", new() { ["antiforgery"] = Antiforgery(form) }, "Accept: " + Calls.Browser, "Cookie: " + cookies);
        var gone = out1.Headers.GetValues("Set-Cookie").ToList();
        Assert.Contains(gone, value => value.StartsWith("JSESSIONID=;", StringComparison.Ordinal));
        Assert.Contains(gone, value => value.StartsWith("ACCESS_TOKEN=;", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/viewer/a:b", 400)]
    [InlineData("/viewer?scope=x", 400)]
    [InlineData("/viewer?prefix=/", 400)]
    [InlineData("/viewer?open=a:b", 400)]
    [InlineData("/viewer?after=x", 400)]
    [InlineData("/viewer?a=1&a=2", 400)]
    public async Task BadTargets_AreRefused(string target, int status)
    {
        using var answer = await _node.GetAsync(target, "Accept: " + Calls.Browser);
        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task WithoutTheClient_ThereIsNoViewer()
    {
        await _node.ImportAsync(Clients("clients: [{client_id: viewer, suspended: true}]"));
        Assert.Equal("no-viewer", await _node.GetAsync("/viewer", "Accept: application/json").CodeAsync(HttpStatusCode.NotFound));
        var (field, cookie) = await _node.LoadFormAsync("/login");
        using var answer = await LogInAsync(field, cookie, TestData.Password("alice"));
        Assert.DoesNotContain(answer.Headers.GetValues("Set-Cookie"), value => value.StartsWith("ACCESS_TOKEN=", StringComparison.Ordinal));
    }

    private static ScopeImport Clients(string yaml)
    {
        var file = ScopeFile.Read(Encoding.UTF8.GetBytes(yaml), ScopeFileFormat.Yaml);
        Assert.Empty(file.Problems);
        return file.Content;
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static string Antiforgery(string page) => WebUtility.HtmlDecode(AntiforgeryField().Match(page).Groups[1].Value);

    private static string Tag(string page) => WebUtility.HtmlDecode(TagField().Match(page).Groups[1].Value);

    private Task<HttpResponseMessage> LogInAsync(string field, string cookie, string password) => _node.PostAsync(
        "/login",
        new() { ["username"] = "alice", ["password"] = password, ["antiforgery"] = field, ["return"] = "/viewer/open", ["page"] = "/viewer/open" },
        "Accept: " + Calls.Browser,
        "Cookie: " + cookie);

    private Task<string> PageAsync(string target, string? cookies = null) =>
        _node.GetAsync(target, cookies is null ? ["Accept: " + Calls.Browser] : ["Accept: " + Calls.Browser, "Cookie: " + cookies]).TextAsync();

    /// <summary>Logs in on the page. Returns the browser's cookies, and the page with the form for that session.</summary>
    private async Task<(string Cookies, string Form)> EnterAsync()
    {
        var (field, cookie) = await _node.LoadFormAsync("/viewer/open");
        using var answer = await LogInAsync(field, cookie, TestData.Password("alice"));
        var cookies = string.Join("; ", answer.Headers.GetValues("Set-Cookie").Select(value => value.Split(';')[0]).Append(cookie));
        return (cookies, await PageAsync("/viewer/open", cookies));
    }

    private Task<HttpResponseMessage> SaveAsync(string cookies, string form, string document, string tag, string action = "save") => _node.PostAsync(
        "/viewer/open",
        new() { ["document"] = document, ["tag"] = tag, ["visibility"] = "public", ["action"] = action, ["antiforgery"] = Antiforgery(form) },
        "Accept: " + Calls.Browser,
        "Cookie: " + cookies);

    [GeneratedRegex("name=\"antiforgery\" value=\"([^\"]+)\"")]
    private static partial Regex AntiforgeryField();

    [GeneratedRegex("name=\"tag\" value=\"([^\"]*)\"")]
    private static partial Regex TagField();
}
