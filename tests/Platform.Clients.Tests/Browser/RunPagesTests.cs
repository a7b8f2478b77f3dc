using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Platform.Clients.Tests.Support;
using Platform.Testing;

namespace Platform.Clients.Tests.Browser;

/// <summary>Runs as people start, follow, find and cancel them, with scripts and without, and as managers allow them.</summary>
[Collection(RunSiteTests.Name)]
public sealed class RunPagesTests(RunSite site, Chromium chromium)
{
    private const string WithToken = "--header \"Authorization: Bearer $(cat $BEARER_TOKEN_FILE)\" --header 'Content-Type: application/json'";
    private const float Patience = 30_000;

    // It counts, says how far it is, and writes what it counted. A pause is long enough for a look at the page.
    private const string Counting =
        $$"""echo counting; sleep 2; wget -q -O /dev/null {{WithToken}} --post-data '{"percent": 40, "message": "half way"}' $PLATFORM_URL/runs/$PLATFORM_RUN/progress; """
        + $$"""echo no tuna >&2; sleep 2; wget -q -O /dev/null {{WithToken}} --post-data '{"count": 7}' $PLATFORM_URL/resources/resource_1; echo 7 sharks""";

    // It writes more than the box holds, and goes on until it is cancelled.
    private const string Endless = "i=0; while [ $i -lt 30 ]; do i=$((i+1)); echo \"haul $i: $(head -c 90 /dev/zero | tr '\\0' x)\"; done; echo 'the net tore' >&2; sleep 600";

    [Fact]
    public async Task Run_IsStartedFollowedAndFound_FromTheResource_ByPage()
    {
        await using var window = await LogInAsync("alice", "AquaMaps");
        var page = window.Page;
        await page.GotoAsync("account/runs");
        await page.GetByRole(AriaRole.Link, new() { Name = "Start a run" }).ClickAsync();
        await StartAsync(page, "counts sharks", Counting);

        // All of this comes without a click.
        await SaysAsync(Log(page), "counting");
        await SaysAsync(State(page), "running");
        await SaysAsync(page.Locator("[data-run-message]"), "40 % half way");
        await Assertions.Expect(page.GetByRole(AriaRole.Progressbar)).ToHaveJSPropertyAsync("value", 40d);
        await SaysAsync(Log(page).Locator(".fault"), "no tuna");
        await SaysAsync(State(page), "succeeded");
        await SaysAsync(Log(page), "7 sharks");
        await SaysAsync(Fact(page, "Exit code"), "0");
        Assert.Equal("counts sharks", await page.GetByRole(AriaRole.Heading, new() { Level = 1 }).InnerTextAsync());
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Cancel it" })).ToHaveCountAsync(0);

        // What was said of its start is not said any more, here or when one looks again.
        await Assertions.Expect(page.GetByText("Asked for. It begins")).ToHaveCountAsync(0);
        var run = page.Url;
        Assert.DoesNotContain('?', run);

        // In another scope, what has the same path there is not taken for what it wrote.
        await EnterAsync(page, "FARM");
        await page.GotoAsync(run);
        await page.GetByRole(AriaRole.Link, new() { Name = "resource_1" }).ClickAsync();
        await page.GetByText("The scope named is not that of the session").WaitForAsync();

        // To what it wrote, and back.
        await EnterAsync(page, "AquaMaps");
        await page.GotoAsync(run);
        await page.GetByRole(AriaRole.Link, new() { Name = "resource_1" }).ClickAsync();
        await SaysAsync(page.Locator("pre.document"), "7");
        await Assertions.Expect(Fact(page, "Written by")).ToContainTextAsync("run");
        await Fact(page, "Written by").GetByRole(AriaRole.Link).ClickAsync();
        await SaysAsync(State(page), "succeeded");
        Assert.Equal(run, page.Url);
    }

    [Fact]
    public async Task Run_IsCancelled_ByPage_WhenTheQuestionIsAnswered()
    {
        await using var window = await LogInAsync("alice", "AquaMaps");
        var page = window.Page;
        await page.GotoAsync("account/runs/new");
        await StartAsync(page, "has to be stopped", "seq 1100; echo hauled; sleep 600");
        await SaysAsync(State(page), "running");
        await SaysAsync(Log(page), "hauled");
        var questions = new List<string>();
        page.Dialog += (_, dialog) =>
        {
            questions.Add(dialog.Message);
            _ = questions.Count == 1 ? dialog.DismissAsync() : dialog.AcceptAsync();
        };

        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel it" }).ClickAsync();
        await SaysAsync(State(page), "running");
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel it" }).ClickAsync();
        await SaysAsync(page.GetByRole(AriaRole.Status), "Cancelled.");
        await SaysAsync(State(page), "cancelled");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Cancel it" })).ToHaveCountAsync(0);

        // What it wrote before is there, the newest of it on the page.
        await SaysAsync(Log(page), "hauled");
        await page.GetByRole(AriaRole.Link, new() { Name = "Show all that are kept" }).WaitForAsync();
        Assert.Equal(2, questions.Count);
        Assert.All(questions, question => Assert.StartsWith("Cancel this run?", question, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_IsStartedAndLookedAt_WithoutScripts()
    {
        await using var window = await LogInAsync("alice", "AquaMaps", scripts: false);
        var page = window.Page;
        await page.GotoAsync("account/runs");
        await page.GetByRole(AriaRole.Link, new() { Name = "Start a run" }).ClickAsync();
        await StartAsync(page, "counts by hand", "echo one; sleep 1; echo two");
        await SaysAsync(page.GetByRole(AriaRole.Status), "Asked for.");
        await Eventually.TrueAsync(
            async () =>
            {
                if (await State(page).InnerTextAsync() == "succeeded")
                {
                    return true;
                }

                await page.GetByRole(AriaRole.Link, new() { Name = "Look again" }).ClickAsync();
                return false;
            },
            TimeSpan.FromSeconds(30),
            "the run succeeded");
        Assert.Equal("one\ntwo\n", await Log(page).TextContentAsync());
        await Assertions.Expect(page.GetByText("Asked for. It begins")).ToHaveCountAsync(0);
        await page.GotoAsync("account/runs");
        await page.GetByRole(AriaRole.Row).Filter(new() { HasText = "counts by hand" }).Filter(new() { HasText = "succeeded" }).First.WaitForAsync();
    }

    [Fact]
    public async Task Image_IsAllowed_InTheConsole_AndMembersFindIt()
    {
        await using var bob = await LogInAsync("bob", "TryIt");
        await bob.Page.GotoAsync("account/runs/new");
        await bob.Page.GetByText("No image may run here.").WaitForAsync();

        await using var root = await LogInAsync("root", null);
        var page = root.Page;
        await page.GotoAsync($"admin/scopes/{Segment($"{PlatformCluster.Root}/Ecosystem/TryIt")}");
        await page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Link, new() { Name = "Runs", Exact = true }).ClickAsync();
        await SaysAsync(Fact(page, "Images that may run"), "none");
        await page.GetByLabel("Images").FillAsync("no such image!");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(page.GetByLabel("Images")).ToHaveAttributeAsync("aria-invalid", "true");
        await page.GetByLabel("Images").FillAsync(PodmanEngine.Image);
        await page.GetByLabel("Every member may start runs").SelectOptionAsync("yes");
        await page.GetByLabel("Longest time of a run, in minutes").FillAsync("2");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await SaysAsync(page.GetByRole(AriaRole.Status), "Saved.");
        await SaysAsync(Fact(page, "Images that may run"), PodmanEngine.Image);
        await SaysAsync(Fact(page, "Started by"), "every member");

        await bob.Page.ReloadAsync();
        Assert.Equal(PodmanEngine.Image, await bob.Page.GetByLabel("Image").InputValueAsync());
        await bob.Page.GetByText("At most 2 min").WaitForAsync();
    }

    [Fact]
    public async Task EveryPageOfRuns_IsAccessible_AndFitsItsWindow()
    {
        await using var alice = await LogInAsync("alice", "AquaMaps");
        var page = alice.Page;
        await page.GotoAsync("account/runs/new");
        await CheckAsync(alice, "runs-new");
        await StartAsync(page, "is-over-and-has-a-name-that-nobody-could-break-into-lines-before", "echo 'no such net' >&2; exit 1");
        await SaysAsync(State(page), "failed with 1");
        await CheckAsync(alice, "runs-over");
        await page.GotoAsync("account/runs/new");
        await StartAsync(page, "goes on", Endless);
        await SaysAsync(Log(page).Locator(".fault"), "the net tore");

        // The newest line is in sight, as it comes and when one looks again.
        await AtItsEndAsync(Log(page));
        await page.GetByRole(AriaRole.Link, new() { Name = "Look again" }).ClickAsync();
        await SaysAsync(State(page), "running");
        await AtItsEndAsync(Log(page));
        await CheckAsync(alice, "runs-running");
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await alice.CheckAsync("runs-running-dark");
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel it" }).ClickAsync();
        await SaysAsync(State(page), "cancelled");
        await page.GotoAsync("account/runs");
        await page.GetByRole(AriaRole.Link, new() { Name = "goes on" }).First.WaitForAsync();
        await CheckAsync(alice, "runs-list");

        await using var root = await LogInAsync("root", null);
        await root.Page.GotoAsync($"admin/scopes/{Segment(PlatformCluster.AquaMaps)}/runs");
        await CheckAsync(root, "runs-console");
        await root.Page.GotoAsync("admin/nodes");
        await root.Page.GetByText("machine-1").WaitForAsync();
        await CheckAsync(root, "runs-nodes");
    }

    private static async Task CheckAsync(Window window, string name)
    {
        await window.Page.SetViewportSizeAsync(360, 720);
        await window.CheckAsync($"{name}-phone");
        await window.Page.SetViewportSizeAsync(1100, 800);
    }

    private static Task AtItsEndAsync(ILocator log) => Eventually.TrueAsync(
        () => log.EvaluateAsync<bool>("log => log.scrollHeight > log.clientHeight && log.scrollTop + log.clientHeight >= log.scrollHeight - 8"),
        TimeSpan.FromSeconds(10),
        "the newest line is in sight");

    private static async Task StartAsync(IPage page, string label, string script)
    {
        await page.GetByLabel("Image").SelectOptionAsync(PodmanEngine.Image);
        await page.GetByLabel("Label").FillAsync(label);
        await page.GetByLabel("Command").FillAsync($"sh\n-c\n{script}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Start", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = label, Exact = true }).WaitForAsync();
    }

    private static ILocator State(IPage page) => page.Locator("[data-run-state]");

    private static ILocator Log(IPage page) => page.GetByLabel("What the run wrote");

    private static ILocator Fact(IPage page, string name) => page.Locator("dt").Filter(new() { HasTextRegex = new Regex($"^{Regex.Escape(name)}$") }).Locator("+ dd");

    private static Task SaysAsync(ILocator place, string words) => Assertions.Expect(place).ToContainTextAsync(words, new() { Timeout = Patience });

    private static string Segment(string scope) => scope[1..].Replace('/', '~');

    private async Task<Window> LogInAsync(string user, string? scope, bool phone = false, bool dark = false, bool scripts = true)
    {
        var window = await chromium.OpenAsync(site.Address, phone, dark, scripts);
        await window.Page.GotoAsync("login");
        await window.LogInAsync(user);
        await window.Page.WaitForURLAsync(url => !url.Contains("login", StringComparison.OrdinalIgnoreCase));
        if (scope is not null)
        {
            await EnterAsync(window.Page, scope);
        }

        return window;
    }

    private static async Task EnterAsync(IPage page, string scope)
    {
        await page.GotoAsync("account");
        await page.GetByRole(AriaRole.Button, new() { Name = $"Enter {scope}", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Row).Filter(new() { HasText = scope }).GetByText("you are here").WaitForAsync();
    }
}
