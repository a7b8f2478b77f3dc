using System.Net;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Scopes;

[Collection(NodeCollection.Name)]
public class LoginScopeTests(SharedNode shared)
{
    private readonly ApiNode _node = shared.Node;

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task Entering_sets_the_sessions_scope(string method)
    {
        var id = await _node.LogInAsync("alice");
        using var form = method == "POST" ? new FormUrlEncodedContent(new Dictionary<string, string> { ["scope"] = TestData.AquaMaps }) : null;
        var target = method == "POST" ? $"/loginscope;jsessionid={id}" : $"/LoginScope;jsessionid={id}?scope={TestData.AquaMaps}";
        var text = await _node.SendAsync(new HttpMethod(method), target, form).TextAsync();

        Assert.Equal(
            $"<?xml version=\"1.0\" encoding=\"UTF-8\"?><LoginScope><scope>{TestData.AquaMaps}</scope><roles><role>VRE-Manager</role><role>member</role></roles></LoginScope>",
            text);
        Assert.Equal(TestData.AquaMaps, (await _node.GetAsync($"/session;jsessionid={id}").JsonAsync()).GetProperty("scope").GetString());
    }

    [Theory]
    [InlineData("alice", "", 400, "no-scope-selected")]
    [InlineData("alice", "?scope=", 400, "no-scope-selected")]
    [InlineData("alice", "?scope=nonsense", 400, "malformed-scope")]
    [InlineData("alice", "?scope=/a/b/c/d", 400, "malformed-scope")]
    [InlineData("alice", "?scope=/nowhere", 403, "not-a-member")]
    [InlineData("alice", "?scope=" + TestData.Em, 403, "not-a-member")]
    [InlineData("alice", "?scope=" + TestData.TryIt, 403, "not-a-member")]
    [InlineData("bob", "?scope=" + TestData.Closed, 403, "not-a-member")]
    [InlineData("alice", "?scope=" + TestData.Closed, 403, "scope-closed")]
    public async Task Refusals_tell_no_more_than_they_must(string user, string query, int status, string code)
    {
        var id = await _node.LogInAsync(user);

        Assert.Equal(code, await _node.GetAsync($"/LoginScope;jsessionid={id}{query}", "Accept: application/json").CodeAsync((HttpStatusCode)status));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, (await _node.GetAsync($"/session;jsessionid={id}").JsonAsync()).GetProperty("scope").ValueKind);
    }

    [Fact]
    public async Task What_is_not_there_and_what_is_hidden_are_answered_alike()
    {
        var id = await _node.LogInAsync("alice");
        var hidden = await _node.GetAsync($"/LoginScope;jsessionid={id}?scope={TestData.Em}").TextAsync(HttpStatusCode.Forbidden);
        var absent = await _node.GetAsync($"/LoginScope;jsessionid={id}?scope={TestData.Ecosystem}/Nothing").TextAsync(HttpStatusCode.Forbidden);

        Assert.Equal(hidden, absent);
    }

    [Fact]
    public async Task Without_a_session_one_has_to_log_in() => Assert.Equal(
        "session-required", await _node.GetAsync($"/LoginScope?scope={TestData.AquaMaps}", "Accept: application/json").CodeAsync(HttpStatusCode.Unauthorized));

    [Fact]
    public async Task No_scope_is_said_in_gcubes_words() => Assert.Contains(
        "<title>No scope selected</title>", await _node.GetAsync($"/LoginScope;jsessionid={await _node.LogInAsync("bob")}").TextAsync(HttpStatusCode.BadRequest), StringComparison.Ordinal);

    [Fact]
    public async Task Members_of_a_hidden_scope_may_enter_it() =>
        await _node.GetAsync($"/LoginScope;jsessionid={await _node.LogInAsync("bob")}?scope={TestData.Em}").TextAsync();

    [Fact]
    public async Task A_link_on_another_site_moves_nobody()
    {
        var id = await _node.LogInAsync("alice");

        await _node.GetAsync($"/LoginScope?scope={TestData.AquaMaps}", "Cookie: JSESSIONID=" + id).TextAsync(HttpStatusCode.Forbidden);
        await _node.GetAsync($"/LoginScope?scope={TestData.AquaMaps}", "Cookie: JSESSIONID=" + id, "Sec-Fetch-Site: cross-site").TextAsync(HttpStatusCode.Forbidden);
        await _node.PostAsync("/LoginScope", new() { ["scope"] = TestData.AquaMaps }, "Cookie: JSESSIONID=" + id).TextAsync(HttpStatusCode.Forbidden);
        await _node.GetAsync($"/LoginScope?scope={TestData.AquaMaps}", "Cookie: JSESSIONID=" + id, "Sec-Fetch-Site: same-origin").TextAsync();
    }

    [Fact]
    public async Task Another_users_name_in_the_form_is_refused()
    {
        var id = await _node.LogInAsync("alice");

        Assert.Equal("user-mismatch", await _node.PostAsync(
            $"/LoginScope;jsessionid={id}", new() { ["scope"] = TestData.AquaMaps, ["username"] = "bob" }, "Accept: application/json").CodeAsync(HttpStatusCode.BadRequest));
    }
}
