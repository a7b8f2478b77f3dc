using System.Net;
using Platform.Api.Tests.OAuth.Authorize;
using Platform.Api.Tests.Support;
using Platform.Grains.OAuth;

namespace Platform.Api.Tests.OAuth.Grants;

[Collection(NodeCollection.Name)]
public sealed class GrantTests(SharedNode shared)
{
    private readonly ApiNode _node = shared.Node;

    [Fact]
    public async Task What_was_given_is_listed_and_taken_back()
    {
        var (client, browser) = await GivenAsync();
        var cookie = "Cookie: JSESSIONID=" + browser.Cookie("JSESSIONID");

        var list = await _node.GetAsync("/grants", cookie, "Accept: application/json").JsonAsync();
        var given = list.GetProperty("grants").EnumerateArray().Single(grant => grant.GetProperty("client").GetString() == client.Value);
        Assert.Equal("The <b>App</b>", given.GetProperty("name").GetString());
        Assert.Equal(["openid", "read"], given.GetProperty("consents")[0].GetProperty("oauthScopes").EnumerateArray().Select(item => item.GetString()!));
        Assert.Contains($"<client>{client.Value}</client>", await _node.GetAsync("/grants", cookie, "Accept: application/xml").TextAsync(), StringComparison.Ordinal);

        using var answer = await _node.SendAsync(HttpMethod.Delete, "/grants/" + client.Value, null, cookie);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal("no-such-grant", await _node.SendAsync(HttpMethod.Delete, "/grants/" + client.Value, null, cookie).CodeAsync(HttpStatusCode.NotFound));
        await browser.GetAsync(AuthorizeCalls.Request(client));
        Assert.Null(browser.Left);
    }

    [Fact]
    public async Task The_page_takes_it_back_with_its_own_form_alone()
    {
        var (client, browser) = await GivenAsync();

        await browser.PostAsync("/grants/withdraw", new() { ["client"] = client.Value });
        Assert.Equal(HttpStatusCode.Forbidden, browser.Status);
        await browser.GetAsync("/grants");
        Assert.Contains("The &lt;b&gt;App&lt;/b&gt;", browser.Text, StringComparison.Ordinal);
        await browser.SubmitAsync("client", client.Value);

        Assert.Equal("/grants", browser.At);
        Assert.DoesNotContain(client.Value, browser.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_site_takes_nothing_back()
    {
        var (client, browser) = await GivenAsync();
        Assert.Equal("cross-site", await _node.SendAsync(
            HttpMethod.Delete, "/grants/" + client.Value, null, "Cookie: JSESSIONID=" + browser.Cookie("JSESSIONID"), "Sec-Fetch-Site: cross-site").CodeAsync(HttpStatusCode.Forbidden));
    }

    [Fact]
    public async Task Taken_back_while_the_code_was_on_its_way_it_is_worth_nothing()
    {
        var (client, browser) = await GivenAsync();
        await browser.GetAsync(AuthorizeCalls.Request(client));
        var authorization = (await _node.CodeAsync(browser)).Authorization;
        await browser.GetAsync("/grants");
        await browser.SubmitAsync("client", client.Value);
        await (await browser.GetAsync(AuthorizeCalls.Request(client))).SubmitAsync("decision", "allow");

        Assert.NotEqual(authorization.GrantEpoch, (await _node.CodeAsync(browser)).Authorization.GrantEpoch);
    }

    private async Task<(ClientId Client, TestBrowser Browser)> GivenAsync()
    {
        var client = await _node.AddClientAsync();
        var browser = await _node.LoggedInAsync("carol");
        await (await browser.GetAsync(AuthorizeCalls.Request(client))).SubmitAsync("decision", "allow");
        return (client, browser);
    }
}
