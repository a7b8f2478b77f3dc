using Microsoft.Playwright;
using Platform.Clients.Tests.Support;
using Platform.Testing;

namespace Platform.Clients.Tests.Browser;

/// <summary>An infrastructure run from the console alone, as docs/administration.md says, with scripts and without.</summary>
[Collection(SiteTests.Name)]
public sealed class ConsoleWalkThroughTests(Site site, Chromium chromium)
{
    private Uri First => site.Cluster.Nodes[0].Address;

    private Uri Second => site.Cluster.Nodes[1].Address;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AVre_FromItsDefinition_ToTheEndOfAllSessions(bool scripts)
    {
        var name = scripts ? "scripted" : "plain";
        var (vo, vre) = ($"Lakes-{name}", $"Ponds-{name}");
        await using var root = await LogInAsync(scripts, First, "root");
        foreach (var user in new[] { $"dora-{name}", $"mara-{name}", $"newton-{name}" })
        {
            await AddUserAsync(root, user, scripts);
        }

        await MakeVoAsync(root, vo, $"dora-{name}");

        // The designer defines a VRE; the administrator approves it.
        await using var dora = await LogInAsync(scripts, First, $"dora-{name}");
        await dora.Page.GotoAsync(At(First, $"admin/scopes/{Segment(vo)}/define"));
        await dora.Page.GetByLabel("Name in the path").FillAsync("no such name!");
        await dora.Page.GetByLabel("Who will manage it").FillAsync($"mara-{name}");
        await dora.Page.GetByLabel("A word to those who approve it").FillAsync("For the summer school.");
        await dora.Page.GetByRole(AriaRole.Button, new() { Name = "Send it" }).ClickAsync();

        // What was typed stays, and the message is at its field.
        Assert.Equal("true", await dora.Page.GetByLabel("Name in the path").GetAttributeAsync("aria-invalid"));
        Assert.Equal("no such name!", await dora.Page.GetByLabel("Name in the path").InputValueAsync());
        Assert.Equal("For the summer school.", (await dora.Page.GetByLabel("A word to those who approve it").InputValueAsync()).Trim());
        await dora.Page.GetByLabel("Name in the path").FillAsync(vre);
        await dora.Page.GetByRole(AriaRole.Button, new() { Name = "Send it" }).ClickAsync();
        await SaysAsync(dora.Page, "Defined.");

        await root.Page.GotoAsync(At(First, "admin"));
        await root.Page.GetByRole(AriaRole.Link, new() { Name = "definitions to approve" }).ClickAsync();
        await root.Page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Link, new() { Name = vre, Exact = true }).ClickAsync();
        await root.Page.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();
        await SaysAsync(root.Page, "Approved.");

        // Somebody asks to join; its manager accepts.
        await using var newton = await LogInAsync(scripts, Second, $"newton-{name}");
        await newton.Page.GotoAsync(At(Second, $"account/join?text={vre}"));
        await newton.Page.GetByLabel("A message to its managers (optional)").FillAsync("I count frogs.");
        await newton.Page.GetByRole(AriaRole.Button, new() { Name = "Ask to join" }).ClickAsync();
        await SaysAsync(newton.Page, "Asked.");

        await using var mara = await LogInAsync(scripts, First, $"mara-{name}");
        await mara.Page.GotoAsync(At(First, "admin"));
        await mara.Page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Listitem).Filter(new() { HasText = ": 1" }).GetByRole(AriaRole.Link).ClickAsync();
        Assert.Contains("I count frogs.", await mara.Page.ContentAsync(), StringComparison.Ordinal);
        await mara.Page.GetByRole(AriaRole.Button, new() { Name = $"Accept newton-{name}" }).ClickAsync();
        await SaysAsync(mara.Page, "Accepted.");

        // The policy comes before the scope.
        await newton.Page.GotoAsync(At(Second, ""));
        await newton.Page.GotoAsync(At(Second, "account"));
        await newton.Page.GetByRole(AriaRole.Link, new() { Name = $"Sign the terms of use for {vre}" }).ClickAsync();
        Assert.Contains("Be kind to the fish.", await newton.Page.ContentAsync(), StringComparison.Ordinal);
        await newton.Page.GetByRole(AriaRole.Button, new() { Name = "Sign" }).ClickAsync();
        Assert.Contains("Tick the box to sign.", await newton.Page.ContentAsync(), StringComparison.Ordinal);
        await newton.Page.GetByLabel("I have read this and agree to it.").CheckAsync();
        await newton.Page.GetByRole(AriaRole.Button, new() { Name = "Sign" }).ClickAsync();
        await SaysAsync(newton.Page, "Signed.");
        await newton.Page.GetByRole(AriaRole.Button, new() { Name = $"Enter {vre}" }).First.ClickAsync();
        await newton.Page.GetByText("you are here").First.WaitForAsync();

        // The manager removes them on one node: the next click on the other is refused.
        await newton.Page.GotoAsync(At(Second, $"account/leave?scope={Uri.EscapeDataString($"{PlatformCluster.Root}/{vo}/{vre}")}"));
        await mara.Page.GotoAsync(At(First, $"admin/scopes/{Segment(vo)}~{vre}/members"));
        await mara.Page.GetByRole(AriaRole.Link, new() { Name = $"newton-{name}" }).ClickAsync();
        await mara.Page.GetByRole(AriaRole.Link, new() { Name = "Remove" }).ClickAsync();
        await mara.Page.GetByRole(AriaRole.Button, new() { Name = "Remove them" }).ClickAsync();
        await SaysAsync(mara.Page, "Removed.");
        await newton.Page.GetByRole(AriaRole.Button, new() { Name = "Leave it" }).ClickAsync();
        Assert.DoesNotContain("You left it.", await newton.Page.ContentAsync(), StringComparison.Ordinal);
        var entered = await newton.Page.GotoAsync(At(Second, $"LoginScope?scope={Uri.EscapeDataString($"{PlatformCluster.Root}/{vo}/{vre}")}"));
        Assert.Equal(403, entered!.Status);
        Assert.DoesNotContain("you are here", await ContentAsync(newton.Page, At(Second, "account")), StringComparison.Ordinal);

        // Who administers nothing has no console, and is told so.
        Assert.Equal(403, (await newton.Page.GotoAsync(At(Second, "admin")))!.Status);

        // All sessions end: on every node, the next click leads to the login.
        await root.Page.GotoAsync(At(First, "admin/sessions/end-all"));
        await root.Page.GetByRole(AriaRole.Button, new() { Name = "End all sessions" }).ClickAsync();
        await root.Page.WaitForURLAsync(url => url.Contains("/login", StringComparison.Ordinal));
        await site.ForgetLoginsAsync();
        Assert.Equal(401, (await newton.Page.GotoAsync(At(Second, "account")))!.Status);
        Assert.Equal(401, (await mara.Page.GotoAsync(At(First, "admin")))!.Status);
    }

    /// <summary>The console makes the user, and the link that sets the password; the user opens it.</summary>
    private async Task AddUserAsync(Window root, string user, bool scripts)
    {
        await root.Page.GotoAsync(At(First, "admin/people/new"));
        await root.Page.GetByLabel("User name").FillAsync(user);
        await root.Page.GetByRole(AriaRole.Button, new() { Name = "Make the user" }).ClickAsync();
        await SaysAsync(root.Page, "Created.");
        await root.Page.GetByRole(AriaRole.Button, new() { Name = "Make a reset link" }).ClickAsync();
        var secret = new Uri((await root.Page.Locator("#once").InnerTextAsync()).Trim()).Fragment;
        await using var window = await chromium.OpenAsync(site, scripts: scripts);
        await window.Page.GotoAsync(At(Second, "account/reset") + secret);
        if (!scripts)
        {
            await window.Page.GetByLabel("The link").FillAsync(secret);
        }

        await window.Page.GetByLabel("New password").FillAsync(PlatformCluster.Password(user));
        await window.Page.GetByLabel("The new one again").FillAsync(PlatformCluster.Password(user));
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Set the password" }).ClickAsync();
        await SaysAsync(window.Page, $"The password of {user} is set.");
    }

    private async Task MakeVoAsync(Window root, string vo, string designer)
    {
        var page = root.Page;
        await page.GotoAsync(At(First, $"admin/scopes/{PlatformCluster.Root[1..]}/new"));
        await page.GetByLabel("Name in the path").FillAsync(vo);
        await page.GetByRole(AriaRole.Button, new() { Name = "Make it" }).ClickAsync();
        await SaysAsync(page, "Created.");
        await page.GotoAsync(At(First, $"admin/scopes/{Segment(vo)}/members"));
        await page.GetByText("Add a member").ClickAsync();
        await page.GetByLabel("Who").FillAsync(designer);
        await page.GetByLabel("VRE-Designer").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Add" }).ClickAsync();
        await SaysAsync(page, "Admitted.");
        await page.GotoAsync(At(First, $"admin/scopes/{Segment(vo)}/terms"));
        await page.GetByLabel("Text").FillAsync("Be kind to the fish.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Publish" }).ClickAsync();
        await SaysAsync(page, "Published.");
    }

    private async Task<Window> LogInAsync(bool scripts, Uri node, string user)
    {
        var window = await chromium.OpenAsync(site, scripts: scripts);
        window.Page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        await window.Page.GotoAsync(At(node, "login"));
        await window.LogInAsync(user);
        await window.Page.WaitForURLAsync(url => !url.Contains("login", StringComparison.OrdinalIgnoreCase));
        return window;
    }

    private static string Segment(string vo) => $"{PlatformCluster.Root[1..]}~{vo}";

    private static string At(Uri node, string path) => new Uri(node, path).ToString();

    private static async Task<string> ContentAsync(IPage page, string address)
    {
        await page.GotoAsync(address);
        return await page.ContentAsync();
    }

    private static Task SaysAsync(IPage page, string words) => page.GetByRole(AriaRole.Status).Filter(new() { HasText = words }).WaitForAsync();
}
