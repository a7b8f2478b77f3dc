using System.Net;
using Platform.Api.Tests.Support;
using Platform.Grains.OAuth;

namespace Platform.Api.Tests.OAuth.Authorize;

/// <summary>What the pages and endpoints hand out is in no log (invariant 6).</summary>
public sealed class AuthorizeSecretsTests
{
    [Fact]
    public async Task No_code_no_request_and_no_state_is_logged()
    {
        await using var node = await ApiNode.StartAsync();
        var client = await node.AddClientAsync(definition => definition.Confidential());
        var pushed = await node.PostAsync("/oauth/par", AuthorizeCalls.Parameters(client, ("client_secret", AuthorizeCalls.Secret))).JsonAsync(HttpStatusCode.Created);
        var device = await node.PostAsync("/oauth/device", new() { ["client_id"] = client.Value, ["client_secret"] = AuthorizeCalls.Secret }).JsonAsync();
        var browser = new TestBrowser(node);
        await browser.GetAsync($"/oauth/authorize?client_id={client}&request_uri={Uri.EscapeDataString(pushed.GetProperty("request_uri").GetString()!)}");
        var kept = Uri.UnescapeDataString(browser.At["/login?return=".Length..])["/oauth/authorize?kept=".Length..];
        await (await browser.LogInAsync("alice")).SubmitAsync("decision", "allow");
        var userCode = device.GetProperty("user_code").GetString()!;
        await browser.GetAsync("/device?user_code=" + userCode);
        await browser.FillAsync("user_code", new() { ["user_code"] = userCode });
        await browser.GetAsync("/oauth/logout?id_token_hint=planted-hint-of-nobody&state=planted-state");

        foreach (var secret in new[]
        {
            AuthorizeCalls.Secret, pushed.GetProperty("request_uri").GetString()!, device.GetProperty("device_code").GetString()!, userCode, kept,
            "planted-hint-of-nobody", "planted-state", "the state & more", AuthorizeCalls.Challenge,
        })
        {
            Assert.Empty(node.Logs.Lines.Where(line => line.Contains(secret, StringComparison.Ordinal)).Take(3));
        }

        await browser.GetAsync(AuthorizeCalls.Request(client));
        var code = browser.Answer("code")!;
        Assert.NotNull(await node.Grains().AuthorizationCode(SecretKey.FromSecret(code)).FindAsync());
        Assert.Empty(node.Logs.Lines.Where(line => line.Contains(code, StringComparison.Ordinal)).Take(3));
    }
}
