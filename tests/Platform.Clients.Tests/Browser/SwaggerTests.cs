using Microsoft.Playwright;
using Platform.Clients.Tests.Support;
using Platform.Testing.OAuth;

namespace Platform.Clients.Tests.Browser;

/// <summary>Swagger UI, Flarecast's second client: authorized with a session and without one, then the call that changes <c>resource_1</c>.</summary>
[Collection(SiteTests.Name)]
public sealed class SwaggerTests(Site site, Chromium chromium)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Authorize_AndChangeTheResource(bool loggedIn)
    {
        await site.SeedResourceAsync();
        await using var window = await chromium.OpenAsync(site);
        var page = window.Page;
        if (loggedIn)
        {
            await page.GotoAsync("login");
            await window.LogInAsync("root");
            await page.WaitForURLAsync(url => !url.Contains("login", StringComparison.OrdinalIgnoreCase));
        }

        await page.GotoAsync("swagger");
        await page.Locator(".opblock").First.WaitForAsync();
        await window.LookAsync($"swagger-{loggedIn}");
        await AuthorizeAsync(page, loggedIn);

        var value = $"swagger, session {loggedIn}";
        await page.Locator(".operation-filter-input").FillAsync("Resource");
        var operation = page.Locator(".opblock-put").Filter(new() { HasText = "/resources/{path}" });
        await operation.Locator(".opblock-summary-control").ClickAsync();
        await operation.Locator(".try-out__btn").ClickAsync();
        await operation.Locator("input[placeholder=path]").FillAsync("resource_1");
        await operation.Locator("textarea").First.FillAsync($$"""{"changed": "{{value}}"}""");
        await operation.Locator("button.execute").ClickAsync();
        var status = operation.Locator(".live-responses-table .response-col_status").Last;
        await status.WaitForAsync();
        Assert.StartsWith("20", (await status.InnerTextAsync()).Trim(), StringComparison.Ordinal);
        await window.LookAsync($"swagger-changed-{loggedIn}");
        Assert.Equal(value, (await site.Http.GetWithAsync("resources/resource_1", null)).Granted()["changed"]);
    }

    private static async Task AuthorizeAsync(IPage page, bool loggedIn)
    {
        await page.Locator(".auth-wrapper .authorize").First.ClickAsync();
        // What the page asks for is ticked already.
        var form = page.Locator(".auth-container").Filter(new() { HasText = "authorizationUrl" }).Or(page.Locator(".auth-container").Filter(new() { HasText = "Authorization URL" })).First;

        var popup = await page.RunAndWaitForPopupAsync(() => form.Locator("button.authorize").ClickAsync());
        var password = popup.Locator("input[type=password]");
        var allow = popup.GetByRole(AriaRole.Button, new() { Name = "Allow" });
        await password.Or(allow).Or(popup.Locator("h1")).First.WaitForAsync();
        Assert.Equal(!loggedIn, await password.CountAsync() > 0);
        if (!loggedIn)
        {
            await popup.Locator("input[autocomplete=username]").FillAsync("alice");
            await password.FillAsync(Testing.PlatformCluster.Password("alice"));
            await popup.GetByRole(AriaRole.Button, new() { Name = "Log in" }).ClickAsync();
        }

        var closed = popup.WaitForCloseAsync();
        await allow.ClickAsync();
        await closed;
        await form.GetByText("Logout").First.WaitForAsync();
        await page.Locator(".modal-ux .close-modal").First.ClickAsync();
    }
}

/// <summary>What Playwright has no one call for.</summary>
internal static class Popups
{
    /// <summary>Waits until a window is closed.</summary>
    public static Task WaitForCloseAsync(this IPage popup)
    {
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        popup.Close += (_, _) => closed.TrySetResult();
        return closed.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }
}
