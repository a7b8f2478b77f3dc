using System.Text.Json;
using Platform.Clients.Tests.Support;
using Platform.Testing.OAuth;
using Platform.Testing.Web;

namespace Platform.Clients.Tests.Clients;

/// <summary>openid-client 6, the certified library for Node.js.</summary>
[Collection(SiteTests.Name)]
public sealed class OpenIdClientTests(Site site)
{
    private const string After = "https://client.example/logged-out";

    [Fact]
    public async Task CodeWithPkce_UserInfo_Refresh_Introspection_Revocation()
    {
        var result = await RunAsync("code", ImportedClients.Web, await site.CarolAsync());
        Assert.Equal("bearer", result.GetProperty("token_type").GetString(), ignoreCase: true);
        Assert.Equal("carol", result.GetProperty("userinfo").GetProperty("preferred_username").GetString());
        Assert.True(result.GetProperty("refreshed").GetBoolean());
        Assert.True(result.GetProperty("introspected").GetProperty("active").GetBoolean());
        Assert.False(result.GetProperty("after_revocation").GetProperty("active").GetBoolean());
    }

    [Fact]
    public async Task PushedRequest()
    {
        var client = ImportedClients.Post;
        var result = await RunAsync("pushed", client, await site.CarolAsync());
        Assert.True(result.GetProperty("pushed").GetBoolean());
        Assert.Equal("carol", result.GetProperty("userinfo").GetProperty("preferred_username").GetString());
    }

    [Fact]
    public async Task Dpop()
    {
        var result = await RunAsync("dpop", ImportedClients.Public, await site.CarolAsync());
        Assert.Equal("dpop", result.GetProperty("token_type").GetString(), ignoreCase: true);
        Assert.Equal("dpop", result.GetProperty("refreshed_type").GetString(), ignoreCase: true);
        Assert.Equal("carol", result.GetProperty("userinfo").GetProperty("preferred_username").GetString());
        Assert.Equal(401, result.GetProperty("without_proof").GetInt32());
        Assert.Equal(401, result.GetProperty("with_another_key").GetInt32());
    }

    [Fact]
    public async Task Device()
    {
        using var script = await StartAsync("device", ImportedClients.Device);
        await (await site.CarolAsync()).ApproveDeviceAsync(await script.AskedAsync("device"), "carol");
        var result = await script.ResultAsync();
        Assert.Equal("carol", result.GetProperty("userinfo").GetProperty("preferred_username").GetString());
    }

    [Fact]
    public async Task ClientCredentials()
    {
        using var script = await StartAsync("credentials", ImportedClients.Service);
        var result = await script.ResultAsync();
        Assert.True(result.GetProperty("introspected").GetProperty("active").GetBoolean());
    }

    [Fact]
    public async Task Logout()
    {
        var client = await site.ClientAsync("logout", new Dictionary<string, object> { ["post_logout_redirect_uris"] = new[] { After } });
        using var browser = await site.LoggedInAsync("carol");
        var result = await RunAsync("logout", client, browser);
        Assert.Equal($"{After}?state=bye", result.GetProperty("after").GetString());
        Assert.False(result.GetProperty("introspected").GetProperty("active").GetBoolean());
    }

    private async Task<JsonElement> RunAsync(string step, TestClient client, WebBrowser browser)
    {
        using var script = await StartAsync(step, client);
        var opened = 0;
        await foreach (var url in script.AsksAsync("open"))
        {
            var page = opened++ == 0 ? await browser.AuthorizeAsync(url, "carol") : await browser.OpenAsync(url);
            page = page.Has("Log out") ? await browser.PressAsync(page, "Log out") : page;
            await script.AnswerAsync(page.Leaving.ToString());
        }

        return await script.ResultAsync();
    }

    private Task<Script> StartAsync(string step, TestClient client) => Script.StartJavaScriptAsync("with_openid_client.mjs", new
    {
        step,
        issuer = site.Issuer,
        client_id = client.Id,
        client_secret = client.Secret,
        redirect_uri = client.RedirectUri,
        post_logout_redirect_uri = After,
    });
}
