using System.Net;
using System.Text.Json;
using Platform.Api.OAuth.Devices;
using Platform.Api.Tests.OAuth.Authorize;
using Platform.Api.Tests.Support;
using Platform.Grains.OAuth;

namespace Platform.Api.Tests.OAuth.Devices;

[Collection(NodeCollection.Name)]
public sealed class DeviceTests(SharedNode shared)
{
    private readonly ApiNode _node = shared.Node;

    [Fact]
    public async Task Codes_are_given_to_clients_that_may_use_the_grant()
    {
        var codes = await StartAsync(await _node.AddClientAsync());

        Assert.Matches("^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$", codes.GetProperty("user_code").GetString()!);
        Assert.Equal("http://127.0.0.1/device", codes.GetProperty("verification_uri").GetString());
        Assert.Equal($"http://127.0.0.1/device?user_code={codes.GetProperty("user_code").GetString()}", codes.GetProperty("verification_uri_complete").GetString());
        Assert.Equal((600, 5), (codes.GetProperty("expires_in").GetInt32(), codes.GetProperty("interval").GetInt32()));
        Assert.True(codes.GetProperty("device_code").GetString()!.Length >= 43);
    }

    [Fact]
    public async Task Clients_without_the_grant_and_unknown_ones_get_none()
    {
        var client = await _node.AddClientAsync(definition => definition with { GrantTypes = ["authorization_code"] });
        Assert.Equal("unauthorized_client", (await _node.PostAsync("/oauth/device", new() { ["client_id"] = client.Value }).JsonAsync(HttpStatusCode.BadRequest)).GetProperty("error").GetString());
        Assert.Equal("invalid_client", (await _node.PostAsync("/oauth/device", new() { ["client_id"] = "nobody" }).JsonAsync(HttpStatusCode.Unauthorized)).GetProperty("error").GetString());
        var other = await _node.AddClientAsync();
        Assert.Equal("invalid_scope", (await _node.PostAsync("/oauth/device", new() { ["client_id"] = other.Value, ["scope"] = "root" }).JsonAsync(HttpStatusCode.BadRequest)).GetProperty("error").GetString());
    }

    [Fact]
    public async Task The_code_of_the_address_is_filled_in_and_confirmed_by_the_person()
    {
        var client = await _node.AddClientAsync();
        var codes = await StartAsync(client, ("scope", $"openid read d4s-context:{TestData.AquaMaps}"));
        var code = codes.GetProperty("user_code").GetString()!;
        var browser = new TestBrowser(_node);

        await browser.GetAsync("/device?user_code=" + code);
        Assert.StartsWith("/login?return=", browser.At, StringComparison.Ordinal);
        await browser.LogInAsync("alice");
        Assert.Contains($"value=\"{code}\"", browser.Text, StringComparison.Ordinal);
        Assert.NotNull(await PendingAsync(codes));
        await browser.FillAsync("user_code", new() { ["user_code"] = code });
        foreach (var words in (string[])["The &lt;b&gt;App&lt;/b&gt;", "Not verified", "Did somebody send you this code?", "127.0.0.1", TestData.AquaMaps, "read resources", code])
        {
            Assert.Contains(words, browser.Text, StringComparison.Ordinal);
        }

        Assert.NotNull(await PendingAsync(codes));
        await browser.SubmitAsync("decision", "allow");
        Assert.Contains("Your device is connected", browser.Text, StringComparison.Ordinal);
        var poll = await PollAsync(codes, client);
        Assert.Equal(DeviceOutcome.Approved, poll.Outcome);
        Assert.Equal(TestData.AquaMaps, poll.Authorization!.Context?.Value);
        Assert.Null(poll.Authorization.Session);
        Assert.Equal(["openid", "read", $"d4s-context:{TestData.AquaMaps}"], poll.Authorization.OAuthScopes.ToArray());
    }

    [Fact]
    public async Task Not_now_tells_the_device()
    {
        var client = await _node.AddClientAsync();
        var codes = await StartAsync(client);
        var browser = await _node.LoggedInAsync("alice");

        await (await EnterAsync(browser, codes.GetProperty("user_code").GetString()!)).SubmitAsync("decision", "deny");

        Assert.Contains("Nothing was given", browser.Text, StringComparison.Ordinal);
        Assert.Equal(DeviceOutcome.Denied, (await PollAsync(codes, client)).Outcome);
    }

    [Fact]
    public async Task A_code_is_decided_once()
    {
        var client = await _node.AddClientAsync();
        var codes = await StartAsync(client);
        var browser = await _node.LoggedInAsync("alice");
        await EnterAsync(browser, codes.GetProperty("user_code").GetString()!);
        var page = browser.Text;
        await browser.SubmitAsync("decision", "allow");

        var other = await _node.LoggedInAsync("bob");
        await EnterAsync(other, codes.GetProperty("user_code").GetString()!);
        Assert.Equal(HttpStatusCode.BadRequest, other.Status);
        Assert.Contains("There is no such code", other.Text, StringComparison.Ordinal);
        Assert.Contains("decision", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("BCDF")]
    [InlineData("AAAA-EEEE")]
    [InlineData("BCDF-GHJK")]
    [InlineData("<script>")]
    public async Task A_wrong_code_says_so_and_nothing_else(string code)
    {
        var browser = await _node.LoggedInAsync("alice");
        await EnterAsync(browser, code);
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        Assert.Contains("There is no such code", browser.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", browser.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_a_member_gives_a_device_a_context()
    {
        var codes = await StartAsync(await _node.AddClientAsync(), ("scope", $"d4s-context:{TestData.AquaMaps}"));
        var browser = await _node.LoggedInAsync("bob");
        await EnterAsync(browser, codes.GetProperty("user_code").GetString()!);
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        Assert.NotNull(await PendingAsync(codes));
    }

    [Fact]
    public async Task A_form_of_another_site_decides_nothing()
    {
        var codes = await StartAsync(await _node.AddClientAsync());
        var browser = await _node.LoggedInAsync("alice");

        await browser.PostAsync("/device/decision", new() { ["user_code"] = codes.GetProperty("user_code").GetString()!, ["decision"] = "allow", ["context"] = "" });

        Assert.Equal(HttpStatusCode.Forbidden, browser.Status);
        Assert.NotNull(await PendingAsync(codes));
    }

    [Fact]
    public async Task Guesses_are_slowed_and_a_code_of_ones_own_buys_no_more()
    {
        await using var node = await ApiNode.StartAsync(new Dictionary<string, string?> { ["Users:Throttle:AccountFailures"] = "3", ["Users:Throttle:FirstDelay"] = "00:00:20" });
        var client = await node.AddClientAsync();
        var browser = await node.LoggedInAsync("alice");
        for (var guess = 0; guess < 3; guess++)
        {
            using var started = await node.PostAsync("/oauth/device", new() { ["client_id"] = client.Value });
            var own = JsonDocument.Parse(await started.Content.ReadAsStringAsync()).RootElement.GetProperty("user_code").GetString()!;
            await EnterAsync(browser, own);
            Assert.Equal(HttpStatusCode.OK, browser.Status);
            await EnterAsync(browser, "BCDF-GHJK");
            Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        }

        await EnterAsync(browser, "BCDF-GHJL");
        Assert.Equal(HttpStatusCode.TooManyRequests, browser.Status);
        Assert.Contains("Too many wrong codes", browser.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bcdf-ghjk", "BCDF-GHJK")]
    [InlineData(" BCDF GHJK ", "BCDF-GHJK")]
    [InlineData("b c d f g h j k", "BCDF-GHJK")]
    [InlineData("BCDF-GHJ", null)]
    [InlineData("BCDF-GHJA", null)]
    [InlineData(null, null)]
    public void Codes_are_taken_as_people_type_them(string? typed, string? expected) =>
        Assert.Equal(expected, UserCode.TryParse(typed, out var code) ? code.ToString() : null);

    private static async Task<TestBrowser> EnterAsync(TestBrowser browser, string code) =>
        await (await browser.GetAsync("/device")).FillAsync("user_code", new() { ["user_code"] = code });

    private Task<JsonElement> StartAsync(ClientId client, params (string Name, string Value)[] more)
    {
        var form = new Dictionary<string, string> { ["client_id"] = client.Value, ["scope"] = "openid read" };
        foreach (var (name, value) in more)
        {
            form[name] = value;
        }

        return _node.PostAsync("/oauth/device", form).JsonAsync();
    }

    private Task<DeviceRequest?> PendingAsync(JsonElement codes) =>
        _node.Grains().DeviceCode(SecretKey.FromSecret(codes.GetProperty("device_code").GetString()!)).FindPendingAsync();

    private Task<DevicePoll> PollAsync(JsonElement codes, ClientId client) =>
        _node.Grains().DeviceCode(SecretKey.FromSecret(codes.GetProperty("device_code").GetString()!)).PollAsync(Guid.NewGuid().ToString("N"), client);
}
