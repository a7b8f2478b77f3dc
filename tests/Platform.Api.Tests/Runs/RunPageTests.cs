using System.Net;
using Platform.Api.Tests.Support;
using Platform.Grains.Runs;
using Platform.Testing.Web;

namespace Platform.Api.Tests.Runs;

/// <summary>The pages of runs, with a browser without scripts.</summary>
[Collection(RunCollection.Name)]
public sealed class RunPageTests(RunNode given)
{
    private const string Markup = "<script>alert(1)</script>\"'&";
    private const string Escaped = "&lt;script&gt;alert(1)&lt;/script&gt;";
    private const string Runs = "/account/runs";
    private const string New = Runs + "/new";

    private static readonly string s_settings = $"/admin/scopes/{TestData.AquaMaps[1..].Replace('/', '~')}/runs";

    [Fact]
    public async Task Form_StartsARun_WhosePageSaysWhatWasAskedFor()
    {
        await given.BeatAsync();
        var browser = await given.OpenAsync(RunNode.Dora);
        var list = await browser.OpenAsync(Runs);
        var page = await browser.PressAsync(
            await browser.FollowAsync(list, "Start a run"),
            "Start",
            ("image", RunNode.Image),
            ("label", Markup),
            ("command", "sh\r\n-c\r\n" + Markup),
            ("environment", "A=" + Markup + "\r\nB="),
            ("inputs", ""),
            ("oauth-read", "on"),
            ("memory", "64"),
            ("cpus", "0.5"),
            ("minutes", "2"));
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.StartsWith(Runs + "/", page.Address.AbsolutePath, StringComparison.Ordinal);
        AssertSays(page, "Asked for.");
        Assert.True(RunId.TryParse(page.Address.AbsolutePath[(Runs.Length + 1)..], out var id));
        var run = (await given.Run(id).FindAsync())!;
        Assert.Equal(["sh", "-c", Markup], run.Request.Command.ToArray());
        Assert.Equal([new("A", Markup), new("B", "")], run.Request.Environment.ToArray());
        Assert.Equal(new RunLimits(64 * 1024 * 1024, 0.5, TimeSpan.FromMinutes(2)), run.Request.Limits);
        Assert.Equal(Markup, run.Request.Label);
        AssertInert(page);

        await given.BeginAsync(id);
        await given.LogAsync(id, (1, "</pre>" + Markup));
        Assert.Equal(RunReport.Noted, await given.Run(id).ReportAsync(30, Markup));
        page = await browser.OpenAsync(Runs + "/" + id);
        AssertInert(page);
        AssertSays(page, "&lt;/pre&gt;" + Escaped);
        AssertSays(page, "30 % " + Escaped);
        AssertSays(page, "running");

        // In the list, too; and to who manages, and to a member, who does not see the log.
        page = await browser.OpenAsync(Runs);
        AssertInert(page);
        AssertSays(page, "30 % " + Escaped);
        page = await (await given.OpenAsync("alice")).OpenAsync(Runs + "/" + id);
        AssertSays(page, "&lt;/pre&gt;");
        AssertInert(page);
        page = await (await given.OpenAsync(RunNode.Mia)).OpenAsync(Runs + "/" + id);
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.DoesNotContain("&lt;/pre&gt;", page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("A=", page.Html, StringComparison.Ordinal);
        Assert.False(page.Has("Cancel it"));
        AssertInert(page);
        AssertInert(await (await given.OpenAsync(RunNode.Mia)).OpenAsync(Runs));
        Assert.Equal(HttpStatusCode.NotFound, (await (await given.OpenAsync("bob", TestData.TryIt)).OpenAsync(Runs + "/" + id)).Status);
    }

    [Theory]
    [InlineData("environment", "no equals", HttpStatusCode.BadRequest)]
    [InlineData("environment", "=x", HttpStatusCode.BadRequest)]
    [InlineData("environment", "PLATFORM_X=<b>", HttpStatusCode.BadRequest)]
    [InlineData("environment", "A=1\r\nA=2", HttpStatusCode.BadRequest)]
    [InlineData("inputs", "/<b>", HttpStatusCode.BadRequest)]
    [InlineData("inputs", "nowhere", HttpStatusCode.BadRequest)]
    [InlineData("memory", "1", HttpStatusCode.BadRequest)]
    [InlineData("memory", "<b>", HttpStatusCode.BadRequest)]
    [InlineData("memory", "NaN", HttpStatusCode.BadRequest)]
    [InlineData("cpus", "1,5", HttpStatusCode.BadRequest)]
    [InlineData("cpus", "-1", HttpStatusCode.BadRequest)]
    [InlineData("cpus", "NaN", HttpStatusCode.BadRequest)]
    [InlineData("minutes", "0", HttpStatusCode.BadRequest)]
    [InlineData("minutes", "soon", HttpStatusCode.BadRequest)]
    [InlineData("minutes", "NaN", HttpStatusCode.BadRequest)]
    [InlineData("minutes", "Infinity", HttpStatusCode.BadRequest)]
    public async Task Form_ThatIsRefused_ShowsWhatWasTyped_AndTheErrorAtItsField(string field, string typed, HttpStatusCode status)
    {
        await given.BeatAsync();
        var browser = await given.OpenAsync(RunNode.Dora);
        var page = await browser.PressAsync(
            await browser.OpenAsync(New), "Start", [.. new[] { ("image", RunNode.Image), ("label", "kept <i>") }.Where(given => given.Item1 != field), (field, typed)]);
        Assert.True(status == page.Status, $"{page.Status} {page.Html}");
        AssertSays(page, "Nothing was changed");
        AssertSays(page, "kept &lt;i&gt;");
        AssertSays(page, WebUtility.HtmlEncode(typed.Replace("\r\n", "\n", StringComparison.Ordinal)).Split('\n')[0]);
        Assert.DoesNotContain("<i>", page.Html, StringComparison.Ordinal);
        Assert.Matches($"id=\"{field}\"[^>]*aria-invalid=\"true\"", page.Html);
    }

    [Fact]
    public async Task Form_OfWhoMayNot_OrForAnotherImage_IsRefused()
    {
        await given.BeatAsync();
        var mia = await given.OpenAsync(RunNode.Mia);
        Assert.Null((await mia.OpenAsync(Runs)).FindLink("Start a run"));
        var form = await (await given.OpenAsync(RunNode.Dora)).OpenAsync(New);
        Assert.True(form.Has("Start"));
        var refused = await SubmitAsync(mia, RunNode.Image);
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        AssertSays(refused, "Nothing was changed");
        Assert.Equal(HttpStatusCode.Forbidden, (await SubmitAsync(await given.OpenAsync(RunNode.Dora), "another:1")).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await (await given.OpenAsync(RunNode.Dora, null)).OpenAsync(New)).Status);

        static async Task<WebPage> SubmitAsync(WebBrowser browser, string image) => await browser.PressAsync(await browser.OpenAsync(New), "Start", ("image", image));
    }

    [Fact]
    public async Task Form_WhileNothingCouldRunIt_SaysSo()
    {
        var browser = await given.OpenAsync(RunNode.Dora);
        var form = await browser.OpenAsync(New);
        await given.BeatAsync(isReady: false);
        var refused = await browser.PressAsync(form, "Start", ("image", RunNode.Image), ("label", "kept"));
        await given.BeatAsync();
        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        AssertSays(refused, "no machine");
        AssertSays(refused, "value=\"kept\"");
    }

    [Fact]
    public async Task Form_ThatCancels()
    {
        var (run, token) = await given.RunningAsync(RunNode.Dora);
        var browser = await given.OpenAsync(RunNode.Dora);
        var page = await browser.PressAsync(await browser.OpenAsync(Runs + "/" + run.Id), "Cancel it");
        Assert.Equal((HttpStatusCode.OK, Runs + "/" + run.Id), (page.Status, page.Address.AbsolutePath));
        AssertSays(page, "Its token is refused from now on.");
        AssertSays(page, "cancelling");
        Assert.False(page.Has("Cancel it"));
        await given.AssertRefusedAsync(token);
    }

    [Fact]
    public async Task Form_ThatIsForged_DoesNothing()
    {
        var id = await given.StartIdAsync(RunNode.Dora);
        var browser = await given.OpenAsync(RunNode.Dora);
        var before = await given.GetAsync("/runs?mine=true", await given.EnterAsync(RunNode.Dora)).TextAsync();
        foreach (var page in new[]
        {
            await browser.PostAsync($"{Runs}/{id}/cancel"),
            await browser.PostAsync($"{Runs}/{id}/cancel", ("antiforgery", "nonsense")),
            await browser.PostAsync(New, ("image", RunNode.Image)),
        })
        {
            Assert.Equal(HttpStatusCode.Forbidden, page.Status);
        }

        var manager = await given.OpenAsync("alice");
        Assert.Equal(HttpStatusCode.Forbidden, (await manager.PostAsync(s_settings, ("images", "evil:1"))).Status);
        Assert.Equal(RunPhase.Queued, (await given.Run(id).FindAsync())!.Phase);
        Assert.Equal(before, await given.GetAsync("/runs?mine=true", await given.EnterAsync(RunNode.Dora)).TextAsync());
    }

    [Fact]
    public async Task Form_ThatCancels_OfWhoMayNot_DoesNothing()
    {
        var id = await given.StartIdAsync(RunNode.Dora);
        var mia = await given.OpenAsync(RunNode.Mia);
        var stranger = await given.OpenAsync("bob", TestData.TryIt);
        foreach (var (browser, status) in new[] { (mia, HttpStatusCode.Forbidden), (stranger, HttpStatusCode.NotFound) })
        {
            var antiforgery = (await browser.OpenAsync("/account/profile")).Forms.SelectMany(form => form.Fields).First(field => field.Name == "antiforgery").Value;
            Assert.Equal(status, (await browser.PostAsync($"{Runs}/{id}/cancel", ("antiforgery", antiforgery))).Status);
        }

        Assert.Equal(RunPhase.Queued, (await given.Run(id).FindAsync())!.Phase);
    }

    [Fact]
    public async Task List_IsOfTheScope_OrOnesOwn()
    {
        var user = await given.NewStarterAsync();
        var mine = await given.StartIdAsync(user);
        var other = await given.StartIdAsync(RunNode.Dora);
        var browser = await given.OpenAsync(user);
        var page = await browser.OpenAsync(Runs);
        AssertSays(page, mine.Value);
        AssertSays(page, other.Value);
        page = await browser.FollowAsync(page, "Show mine alone");
        AssertSays(page, mine.Value);
        Assert.DoesNotContain(other.Value, page.Html, StringComparison.Ordinal);
        page = await (await given.OpenAsync("carol", null)).OpenAsync(Runs);
        Assert.Equal(HttpStatusCode.OK, page.Status);
        AssertSays(page, "There are none.");
        using var nobody = new WebBrowser(given.Node.Address);
        page = await nobody.OpenAsync(Runs);
        Assert.True(page.Status == HttpStatusCode.Unauthorized || page.IsLogin, $"{page.Status}");
    }

    [Fact]
    public async Task Page_OfWhatIsOver_SaysHowItEnded()
    {
        var (run, _) = await given.RunningAsync(RunNode.Dora);
        Assert.True(await given.Run(run.Id).EndAsync(RunNode.Machine, new RunEnding(RunOutcome.MemoryLimit, 137, Markup, given.Node.Time.GetUtcNow())));
        var page = await (await given.OpenAsync(RunNode.Dora)).OpenAsync(Runs + "/" + run.Id);
        AssertSays(page, "killed at its memory limit");
        AssertSays(page, "137");
        AssertInert(page);
        Assert.False(page.Has("Cancel it"));
        Assert.DoesNotContain("data-follows=\"/", page.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SettingsPage_ShowsAndChangesWhatMayRun()
    {
        var browser = await given.OpenAsync("admin", null);
        var page = await browser.OpenAsync($"/admin/scopes/{TestData.Icis[1..].Replace('/', '~')}/runs");
        Assert.Equal(HttpStatusCode.OK, page.Status);
        (string, string)[] fields = [("images", "page:1\r\n page:2 \r\n\r\n"), ("members", "yes"), ("running", "2"), ("memory", "64.5"), ("cpus", "0.5"), ("minutes", "1.5")];
        var saved = await browser.PressAsync(page, "Save", fields);
        AssertSays(saved, "Saved.");
        AssertSays(saved, "<code>page:1</code>");
        AssertSays(saved, "every member");
        var terms = await given.Queue.ReadTermsAsync(new Platform.Grains.Scopes.ScopePath(TestData.Icis), CancellationToken.None);
        Assert.Equal((true, 2, new RunLimits(64 * 1024 * 1024 + (512 * 1024), 0.5, TimeSpan.FromSeconds(90))), (terms.ForMembers, terms.Running, terms.Most));
        Assert.Contains("page:2", terms.Images);

        // The page that was read before rests on what was.
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await browser.PressAsync(page, "Save", [.. fields.Skip(1), ("images", "late:1")])).Status);
        foreach (var (field, value) in new[]
        {
            ("images", "no image <b>"), ("running", "-1"), ("running", "1.5"), ("memory", "1"), ("memory", "<b>"), ("cpus", "0"), ("minutes", "0"), ("minutes", "1,5"),
        })
        {
            var refused = await browser.PressAsync(saved, "Save", [.. fields.Where(each => each.Item1 != field), (field, value)]);
            Assert.True(refused.Status == HttpStatusCode.BadRequest, $"{field} {value}: {refused.Status}");
            AssertSays(refused, WebUtility.HtmlEncode(value));
            Assert.DoesNotContain("<b>", refused.Html, StringComparison.Ordinal);
            Assert.Matches($"id=\"{field}\"[^>]*aria-invalid=\"true\"", refused.Html);
        }

        Assert.Equal(terms.Most, (await given.Queue.ReadTermsAsync(new Platform.Grains.Scopes.ScopePath(TestData.Icis), CancellationToken.None)).Most);
        var cleared = await browser.PressAsync(saved, "Save", ("images", ""), ("members", "above"), ("running", ""), ("memory", ""), ("cpus", ""), ("minutes", ""));
        AssertSays(cleared, "Saved.");
        Assert.DoesNotContain("page:1", (await given.Queue.ReadTermsAsync(new Platform.Grains.Scopes.ScopePath(TestData.Icis), CancellationToken.None)).Images);
    }

    [Theory]
    [InlineData("running", "NaN")]
    [InlineData("memory", "NaN")]
    [InlineData("cpus", "NaN")]
    [InlineData("minutes", "NaN")]
    [InlineData("running", "-Infinity")]
    [InlineData("memory", "-Infinity")]
    [InlineData("cpus", "-Infinity")]
    [InlineData("minutes", "-Infinity")]
    [InlineData("minutes", "Infinity")]
    [InlineData("minutes", "1000000001")]
    public async Task SettingsPage_WithANumberThatIsNone_SaysSoAtItsField(string field, string typed)
    {
        var browser = await given.OpenAsync("admin", null);
        var page = await browser.PressAsync(await browser.OpenAsync(s_settings), "Save", ("images", RunNode.Image), ("members", "above"), (field, typed));
        Assert.True(page.Status == HttpStatusCode.BadRequest, $"{page.Status} {page.Html}");
        Assert.Matches($"id=\"{field}\"[^>]*value=\"{typed}\"[^>]*aria-invalid=\"true\"", page.Html);
    }

    [Fact]
    public async Task SettingsPage_IsForWhoManagesRunsThere()
    {
        Assert.Equal(HttpStatusCode.OK, (await (await given.OpenAsync("alice")).OpenAsync(s_settings)).Status);
        foreach (var browser in new[] { await given.OpenAsync(RunNode.Dora), await given.OpenAsync("bob", TestData.TryIt) })
        {
            Assert.True((await browser.OpenAsync(s_settings)).Status is HttpStatusCode.Forbidden or HttpStatusCode.NotFound);
        }
    }

    private static void AssertSays(WebPage page, string words) =>
        Assert.True(page.Html.Contains(words, StringComparison.Ordinal), $"{page.Address.AbsolutePath}: {page.Status}, not '{words}': {page.Html[Math.Max(0, page.Html.IndexOf("<h1>", StringComparison.Ordinal))..]}");

    /// <summary>What a person wrote is there, and is no markup.</summary>
    private static void AssertInert(WebPage page)
    {
        Assert.Equal(HttpStatusCode.OK, page.Status);
        AssertSays(page, Escaped);
        Assert.DoesNotContain("<script>alert", page.Html, StringComparison.Ordinal);
    }
}
