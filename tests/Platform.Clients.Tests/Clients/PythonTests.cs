using Platform.Clients.Tests.Support;
using Platform.Testing.OAuth;

namespace Platform.Clients.Tests.Clients;

/// <summary>Debian's OAuth libraries for Python.</summary>
[Collection(SiteTests.Name)]
public sealed class PythonTests(Site site)
{
    [Fact]
    public async Task RequestsOAuthlib()
    {
        var (client, service, pkce) = (ImportedClients.Web, ImportedClients.Service, Pkce.New());
        using var script = Script.StartPython("with_requests_oauthlib.py", new
        {
            discovery = site.Discovery,
            client_id = client.Id,
            client_secret = client.Secret,
            redirect_uri = client.RedirectUri,
            scope = "openid profile offline_access",
            verifier = pkce.Verifier,
            challenge = pkce.Challenge,
            service_id = service.Id,
            service_secret = service.Secret,
        });
        var page = await (await site.CarolAsync()).AuthorizeAsync(await script.AskedAsync("open"), "carol");
        await script.AnswerAsync(page.Leaving.ToString());
        var result = await script.ResultAsync();

        Assert.Equal("Bearer", result.GetProperty("token_type").GetString(), ignoreCase: true);
        Assert.Equal("carol", result.GetProperty("userinfo").GetProperty("preferred_username").GetString());
        Assert.True(result.GetProperty("refreshed").GetBoolean());
        Assert.Equal(200, result.GetProperty("userinfo_after_refresh").GetInt32());
        Assert.True(result.GetProperty("introspected").GetProperty("active").GetBoolean());
        Assert.Equal(200, result.GetProperty("revoked").GetInt32());
        Assert.False(result.GetProperty("after_revocation").GetProperty("active").GetBoolean());
        Assert.True(result.GetProperty("service").GetProperty("active").GetBoolean());
        Assert.Equal(service.Id, result.GetProperty("service").GetProperty("client_id").GetString());
    }

    [Fact]
    public async Task Authlib()
    {
        var (client, service, device) = (ImportedClients.Web, ImportedClients.Service, ImportedClients.Device);
        using var script = Script.StartPython("with_authlib.py", new
        {
            discovery = site.Discovery,
            client_id = client.Id,
            client_secret = client.Secret,
            redirect_uri = client.RedirectUri,
            scope = "openid profile offline_access",
            verifier = Pkce.New().Verifier,
            service_id = service.Id,
            service_secret = service.Secret,
            device_id = device.Id,
        });
        var carol = await site.CarolAsync();
        var page = await carol.AuthorizeAsync(await script.AskedAsync("open"), "carol");
        await script.AnswerAsync(page.Leaving.ToString());
        await carol.ApproveDeviceAsync(await script.AskedAsync("device"), "carol");
        var result = await script.ResultAsync();

        Assert.Equal("n-authlib", result.GetProperty("nonce").GetString());
        Assert.Equal(result.GetProperty("sub").GetString(), result.GetProperty("userinfo").GetProperty("sub").GetString());
        Assert.True(result.GetProperty("refreshed").GetBoolean());
        Assert.True(result.GetProperty("introspected").GetProperty("active").GetBoolean());
        Assert.Equal(200, result.GetProperty("revoked").GetInt32());
        Assert.False(result.GetProperty("after_revocation").GetProperty("active").GetBoolean());
        Assert.Equal("Bearer", result.GetProperty("service").GetString(), ignoreCase: true);
        Assert.Equal("Bearer", result.GetProperty("private_key_jwt").GetString(), ignoreCase: true);
        Assert.Equal("carol", result.GetProperty("device").GetProperty("preferred_username").GetString());
    }
}
