using Microsoft.Playwright;
using Platform.Clients.Tests.Support;
using Platform.Testing;
using Platform.Testing.OAuth;

namespace Platform.Clients.Tests.Browser;

/// <summary>InfraViewer, Flarecast's first client, as a person uses it.</summary>
[Collection(SiteTests.Name)]
public sealed class ViewerTests(Site site, Chromium chromium)
{
    [Fact]
    public async Task ReadWithoutLogin_FailedLogin_Login_Edit_SwitchScope_Logout()
    {
        await site.SeedResourceAsync();
        await using var window = await chromium.OpenAsync(site);
        var page = window.Page;
        await page.GotoAsync("viewer");
        await window.CheckAsync("viewer-list");
        await page.GetByRole(AriaRole.Link, new() { Name = "resource_1" }).First.ClickAsync();
        await page.Locator("pre.document").WaitForAsync();
        Assert.Contains("seeded", await page.Locator("pre.document").InnerTextAsync(), StringComparison.Ordinal);
        await window.CheckAsync("viewer-document");
        var address = page.Url;

        await window.LogInAsync("alice", "wrong");
        await page.GetByRole(AriaRole.Alert).WaitForAsync();
        Assert.StartsWith(address, page.Url, StringComparison.Ordinal);
        Assert.DoesNotContain(await page.Context.CookiesAsync(), cookie => cookie.Name.Contains("JSESSIONID", StringComparison.Ordinal) || cookie.Name.Contains("ACCESS_TOKEN", StringComparison.Ordinal));
        await window.CheckAsync("viewer-refused");

        await window.LogInAsync("alice");
        await page.Locator("textarea[name=document]").WaitForAsync();
        var cookies = await page.Context.CookiesAsync();
        Assert.Contains(cookies, cookie => cookie.Name.Contains("JSESSIONID", StringComparison.Ordinal) && cookie.HttpOnly);
        Assert.Contains(cookies, cookie => cookie.Name.Contains("ACCESS_TOKEN", StringComparison.Ordinal) && cookie.HttpOnly);
        await window.CheckAsync("viewer-editor");
        await page.Locator("textarea[name=document]").FillAsync("""{"edited": "by alice"}""");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.GetByText("by alice").First.WaitForAsync();
        Assert.Equal("by alice", (await site.Http.GetWithAsync("resources/resource_1", null)).Granted()["edited"]);

        await page.GotoAsync("viewer");
        await page.Locator("select[name=scope]").SelectOptionAsync(PlatformCluster.AquaMaps);
        await page.GetByRole(AriaRole.Button, new() { Name = "Switch" }).ClickAsync();
        await page.Locator("dd").Filter(new() { HasText = PlatformCluster.AquaMaps }).First.WaitForAsync();
        await window.CheckAsync("viewer-scope");
        await page.GetByRole(AriaRole.Button, new() { Name = "Log out" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Logged out" }).WaitForAsync();
        await page.GotoAsync("viewer");
        Assert.True(await page.Locator("input[type=password]").IsVisibleAsync());
        Assert.DoesNotContain(await page.Context.CookiesAsync(), cookie => cookie.Name.Contains("ACCESS_TOKEN", StringComparison.Ordinal));
    }
}
