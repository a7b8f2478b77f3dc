using System.Web;
using Microsoft.Playwright;
using Platform.Clients.Tests.Support;
using Platform.Testing;
using Platform.Testing.OAuth;

namespace Platform.Clients.Tests.Browser;

/// <summary>Login, consent, device entry and what is around them, as a person sees them.</summary>
[Collection(SiteTests.Name)]
public sealed class AuthorizationPagesTests(Site site, Chromium chromium)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task LoginAndConsent_ByKeyboardAlone()
    {
        using var listener = LoopbackClient.Start();
        var client = await RegisterAsync(listener, "By keyboard");
        await using var window = await chromium.OpenAsync(site);
        var page = window.Page;
        await page.GotoAsync(client.AuthorizeUrl("openid profile offline_access write", Pkce.New()));
        await FocusAsync(page, "input[autocomplete=username]");
        await page.Keyboard.TypeAsync("alice");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync(PlatformCluster.Password("alice"));
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Button, new() { Name = "Allow" }).WaitForAsync();
        await FocusAsync(page, "button[value=allow]");
        await page.Keyboard.PressAsync("Enter");
        var answer = await AnsweredAsync(listener);
        Assert.NotNull(answer["code"]);
        Assert.Equal("the-state", answer["state"]);
    }

    [Fact]
    public async Task NotNow_TellsTheClient()
    {
        using var listener = LoopbackClient.Start();
        var client = await RegisterAsync(listener, "Never allowed");
        await using var window = await LoggedInAsync();
        await window.Page.GotoAsync(client.AuthorizeUrl("openid", Pkce.New()));
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Not now" }).ClickAsync();
        Assert.Equal("access_denied", (await AnsweredAsync(listener))["error"]);
    }

    [Fact]
    public async Task FormPost_LeadsToTheClient()
    {
        using var listener = LoopbackClient.Start();
        var client = await RegisterAsync(listener, "By form");
        await using var window = await LoggedInAsync();
        await window.Page.GotoAsync(client.AuthorizeUrl("openid", Pkce.New(), ("response_mode", "form_post")));
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Allow" }).ClickAsync();
        await window.CheckAsync("form-post");
        await window.Page.GetByRole(AriaRole.Button).First.ClickAsync();
        await Eventually.TrueAsync(() => !listener.Forms.IsEmpty, Deadline, "the client was sent the form");
        Assert.True(listener.Forms.TryDequeue(out var form));
        Assert.NotNull(form["code"]);
        Assert.Equal(site.Issuer, form["iss"]);
    }

    [Theory]
    [InlineData("light", false, false)]
    [InlineData("dark", false, true)]
    [InlineData("phone", true, false)]
    public async Task Pages_AreAccessible_AndLookLikeOneProduct(string look, bool phone, bool dark)
    {
        using var listener = LoopbackClient.Start();
        var client = await RegisterAsync(listener, $"AquaMaps explorer, {look}");
        await using var window = await chromium.OpenAsync(site, phone, dark);
        var page = window.Page;
        await page.GotoAsync(client.AuthorizeUrl("openid", Pkce.New(), ("redirect_uri", "https://evil.example/")));
        await window.CheckAsync($"error-{look}");

        await page.GotoAsync(client.AuthorizeUrl($"openid profile email groups offline_access read write d4s-context:{PlatformCluster.AquaMaps}", Pkce.New()));
        await window.CheckAsync($"login-{look}");
        await window.LogInAsync("alice", "wrong");
        await page.GetByRole(AriaRole.Alert).WaitForAsync();
        await window.CheckAsync($"login-refused-{look}");
        await window.LogInAsync("alice");
        await page.GetByRole(AriaRole.Button, new() { Name = "Allow" }).WaitForAsync();
        await window.CheckAsync($"consent-{look}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Allow" }).ClickAsync();
        Assert.NotNull((await AnsweredAsync(listener))["code"]);

        await page.GotoAsync(client.AuthorizeUrl("openid", Pkce.New(), ("prompt", "select_account")));
        await window.CheckAsync($"account-{look}");
        await page.GotoAsync("grants");
        await window.CheckAsync($"grants-{look}");
        await page.GotoAsync("device");
        await window.CheckAsync($"device-{look}");
        await page.GotoAsync("");
        await window.CheckAsync($"start-{look}");
        await page.GotoAsync("oauth/logout");
        await window.CheckAsync($"logout-{look}");
        if (await page.GetByRole(AriaRole.Button, new() { Name = "Log out" }).CountAsync() > 0)
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Log out" }).First.ClickAsync();
        }

        await page.GetByRole(AriaRole.Heading, new() { Name = "Logged out" }).WaitForAsync();

        await window.CheckAsync($"logged-out-{look}");
    }

    [Fact]
    public async Task DeviceEntry_WithConfirmation()
    {
        var client = ImportedClients.Device;
        var device = (await site.Http.AsClientAsync("oauth/device", client, ("scope", "openid profile"))).Granted();
        Assert.Equal($"{site.Issuer}/device", device["verification_uri"]);
        await using var window = await chromium.OpenAsync(site, phone: true);
        var page = window.Page;
        await page.GotoAsync("device");
        if (await page.Locator("input[type=password]").CountAsync() > 0)
        {
            await window.LogInAsync("alice");
        }

        // As a person types it: small letters, no dash.
        await page.Locator("input[name=user_code]").FillAsync(device["user_code"].ToLowerInvariant().Replace("-", "", StringComparison.Ordinal));
        await window.CheckAsync("device-code");
        await page.Keyboard.PressAsync("Enter");
        if (await page.Locator("input[type=password]").CountAsync() > 0)
        {
            await window.LogInAsync("alice");
        }

        await page.GetByRole(AriaRole.Button, new() { Name = "Allow" }).WaitForAsync();
        Assert.Contains(device["user_code"], await page.ContentAsync(), StringComparison.Ordinal);
        await window.CheckAsync("device-confirm");
        Assert.Equal("authorization_pending", (await PollAsync(client, device)).Error);
        await page.GetByRole(AriaRole.Button, new() { Name = "Allow" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Allow" }).WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await window.CheckAsync("device-done");
        OAuthAnswer? tokens = null;
        await Eventually.TrueAsync(async () => (tokens = await PollAsync(client, device)).Error is not ("slow_down" or "authorization_pending"), Deadline, "the device is answered");
        Assert.Equal("alice", (await site.Http.GetWithAsync("oauth/userinfo", tokens!.Granted()["access_token"])).Granted()["preferred_username"]);

        // A wrong code says so, and nothing more.
        await page.GotoAsync("device");
        await page.Locator("input[name=user_code]").FillAsync("BBBB-BBBB");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Alert).WaitForAsync();
        await window.CheckAsync("device-unknown");
    }

    private Task<OAuthAnswer> PollAsync(TestClient client, OAuthAnswer device) =>
        site.Http.TokenAsync(client, "urn:ietf:params:oauth:grant-type:device_code", ("device_code", device["device_code"]));

    private async Task<Window> LoggedInAsync()
    {
        var window = await chromium.OpenAsync(site);
        await window.Page.GotoAsync("login");
        await window.LogInAsync("alice");
        await window.Page.WaitForURLAsync(url => !url.Contains("login", StringComparison.OrdinalIgnoreCase));
        return window;
    }

    private Task<TestClient> RegisterAsync(LoopbackClient listener, string name) => site.RegisterAsync(name, new Dictionary<string, object>
    {
        ["client_name"] = name,
        ["redirect_uris"] = new[] { new Uri(listener.Address, "callback").ToString() },
        ["token_endpoint_auth_method"] = "none",
        ["application_type"] = "native",
        ["scope"] = "openid profile email groups offline_access read write d4s-context:*",
    });

    private static async Task<System.Collections.Specialized.NameValueCollection> AnsweredAsync(LoopbackClient listener)
    {
        Uri? visit = null;
        await Eventually.TrueAsync(() => (visit = listener.Visits.FirstOrDefault(uri => uri.AbsolutePath == "/callback")) is not null, Deadline, "the browser came to the client");
        return HttpUtility.ParseQueryString(visit!.Query);
    }

    /// <summary>Tabs until an element has the focus, and sees that one can tell.</summary>
    private static async Task FocusAsync(IPage page, string selector)
    {
        for (var i = 0; i < 25; i++)
        {
            if (await page.EvaluateAsync<bool>("selector => document.activeElement?.matches(selector) ?? false", selector))
            {
                Assert.True(
                    await page.EvaluateAsync<bool>("() => { const style = getComputedStyle(document.activeElement); return style.outlineStyle !== 'none' || style.boxShadow !== 'none' }"),
                    $"{selector} has the focus, and nothing shows it");
                return;
            }

            await page.Keyboard.PressAsync("Tab");
        }

        Assert.Fail($"{selector} is not reached by keyboard");
    }
}
