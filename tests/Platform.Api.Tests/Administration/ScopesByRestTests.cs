using System.Net;
using System.Text;
using System.Text.Json;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Administration;

/// <summary>Scopes, members and what users do themselves, by REST on a node.</summary>
public sealed class ScopesByRestTests : IClassFixture<SharedNode>
{
    private const string Farm = "d4science.research-infrastructures.eu~FARM";
    private readonly ApiNode _node;

    public ScopesByRestTests(SharedNode shared) => _node = shared.Node;

    [Fact]
    public async Task Scope_IsMadeOnce_Changed_AndListed()
    {
        var admin = await HeaderAsync("admin");
        var body = $$"""{"path":"{{TestData.Farm}}/Made","displayName":"Made","admission":"open"}""";
        using var first = await SendAsync(HttpMethod.Post, "/admin/api/scopes", body, admin, "Idempotency-Key: one");
        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        Assert.Equal($"/admin/api/scopes/{Farm}~Made", first.Headers.Location!.ToString());
        using var second = await SendAsync(HttpMethod.Post, "/admin/api/scopes", body, admin, "Idempotency-Key: one");
        Assert.Equal(HttpStatusCode.Created, second.StatusCode);
        Assert.Equal("path-taken", await SendAsync(HttpMethod.Post, "/admin/api/scopes", body, admin).CodeAsync(HttpStatusCode.Conflict));

        using var got = await _node.GetAsync($"/admin/api/scopes/{Farm}~Made", admin);
        var tag = got.Headers.ETag!.ToString();
        using var known = await _node.GetAsync($"/admin/api/scopes/{Farm}~Made", admin, "If-None-Match: " + tag);
        Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
        var changed = await SendAsync(HttpMethod.Patch, $"/admin/api/scopes/{Farm}~Made", """{"description":"new","displayName":null}""", admin, "If-Match: " + tag).JsonAsync();
        Assert.Equal(("Made", "new", "open"), (Text(changed, "displayName"), Text(changed, "description"), Text(changed, "admission")));
        Assert.Equal("changed-meanwhile", await SendAsync(HttpMethod.Patch, $"/admin/api/scopes/{Farm}~Made", """{"description":"newer"}""", admin, "If-Match: " + tag).CodeAsync(HttpStatusCode.PreconditionFailed));

        var page = await _node.GetAsync($"/admin/api/scopes?below={Farm}&direct=true&text=made&limit=1", admin).JsonAsync();
        Assert.Equal(1, page.GetProperty("total").GetInt64());
        Assert.Equal(TestData.Farm + "/Made", Text(page.GetProperty("items")[0].GetProperty("scope"), "path"));
    }

    [Fact]
    public async Task Request_IsAccepted_TermsAreSigned_AndTheMemberLeaves()
    {
        var admin = await HeaderAsync("admin");
        var carol = await HeaderAsync("carol");
        var vre = $"{Farm}~FCPPS";
        await SendAsync(HttpMethod.Post, $"/account/api/scopes/{vre}/request", """{"message":"please"}""", carol).JsonAsync();
        Assert.Equal("already-requested", await SendAsync(HttpMethod.Post, $"/account/api/scopes/{vre}/request", null, carol).CodeAsync(HttpStatusCode.Conflict));
        var waiting = (await _node.GetAsync($"/admin/api/scopes/{vre}/requests", admin).JsonAsync()).GetProperty("items")[0];
        Assert.Equal("please", Text(waiting, "message"));
        var user = Uri.EscapeDataString(Text(waiting.GetProperty("user"), "id")!);
        await SendAsync(HttpMethod.Post, $"/admin/api/scopes/{vre}/requests/{user}/accept", """{"roles":["data-manager"]}""", admin).JsonAsync();
        Assert.Equal("no-such-request", await SendAsync(HttpMethod.Post, $"/admin/api/scopes/{vre}/requests/{user}/accept", null, admin).CodeAsync(HttpStatusCode.NotFound));

        await SendAsync(HttpMethod.Put, $"/admin/api/scopes/{vre}/terms", """{"text":"x","graceDays":0}""", admin).CodeAsync(HttpStatusCode.BadRequest);
        await SendAsync(HttpMethod.Put, $"/admin/api/scopes/{Farm}/terms", """{"text":"Be kind.","graceDays":2000000000}""", admin).CodeAsync(HttpStatusCode.BadRequest);
        await SendAsync(HttpMethod.Put, $"/admin/api/scopes/{Farm}/terms", """{"text":"Be kind.","graceDays":0}""", admin).JsonAsync();
        try
        {
            var own = (await _node.GetAsync("/account/api/scopes", carol).JsonAsync()).GetProperty("items").EnumerateArray().Single(scope => Text(scope, "id") == vre);
            Assert.False(own.GetProperty("mayEnter").GetBoolean());
            Assert.Equal("Be kind.", Text(await _node.GetAsync($"/account/api/terms/{Farm}", carol).JsonAsync(), "text"));
            await SendAsync(HttpMethod.Post, $"/account/api/terms/{Farm}/sign", """{"version":1}""", carol).JsonAsync();
            own = (await _node.GetAsync("/account/api/scopes", carol).JsonAsync()).GetProperty("items").EnumerateArray().Single(scope => Text(scope, "id") == vre);
            Assert.True(own.GetProperty("mayEnter").GetBoolean());
        }
        finally
        {
            await SendAsync(HttpMethod.Put, $"/admin/api/scopes/{Farm}/terms", """{"graceDays":0,"required":false}""", admin).JsonAsync();
        }

        using var left = await SendAsync(HttpMethod.Post, $"/account/api/scopes/{vre}/leave", null, carol);
        Assert.Equal(HttpStatusCode.NoContent, left.StatusCode);
    }

    [Fact]
    public async Task Invitation_IsShownOnce_AndUsedOnce()
    {
        var admin = await HeaderAsync("admin");
        var carol = await HeaderAsync("carol");
        var scope = "d4science.research-infrastructures.eu~Ecosystem~EM";
        var issued = await SendAsync(HttpMethod.Post, $"/admin/api/scopes/{scope}/invitations", """{"note":"for Carol"}""", admin).JsonAsync(HttpStatusCode.Created);
        var secret = Text(issued, "secret")!;
        Assert.EndsWith("/account/invitation#" + secret, Text(issued, "link"), StringComparison.Ordinal);
        var list = await _node.GetAsync($"/admin/api/scopes/{scope}/invitations", admin).TextAsync();
        Assert.DoesNotContain(secret, list, StringComparison.Ordinal);
        var use = JsonSerializer.Serialize(new { secret });
        Assert.Equal(TestData.Em, Text(await SendAsync(HttpMethod.Post, "/account/api/invitations/look", use, carol).JsonAsync(), "scope"));
        await SendAsync(HttpMethod.Post, "/account/api/invitations/accept", use, carol).JsonAsync();
        Assert.Equal("no-such-invitation", await SendAsync(HttpMethod.Post, "/account/api/invitations/accept", use, await HeaderAsync("alice")).CodeAsync(HttpStatusCode.NotFound));
        Assert.DoesNotContain(_node.Logs.Lines, line => line.Contains(secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Definition_IsApproved()
    {
        var admin = await HeaderAsync("admin");
        var body = $$"""{"path":"{{TestData.Farm}}/Defined","manager":"bob","designer":"alice"}""";
        await SendAsync(HttpMethod.Post, "/admin/api/definitions", body, await HeaderAsync("carol")).CodeAsync(HttpStatusCode.Forbidden);
        await SendAsync(HttpMethod.Post, "/admin/api/definitions", body, admin).JsonAsync(HttpStatusCode.Created);
        Assert.Equal(1, (await _node.GetAsync($"/admin/api/definitions?vo={Farm}", admin).JsonAsync()).GetProperty("total").GetInt64());
        var made = await SendAsync(HttpMethod.Post, $"/admin/api/definitions/{Farm}~Defined/approve", null, admin).JsonAsync();
        Assert.True(made.GetProperty("open").GetBoolean());
        var members = await _node.GetAsync($"/admin/api/scopes/{Farm}~Defined/members?role=VRE-Manager", await HeaderAsync("bob")).JsonAsync();
        Assert.Equal("bob", Text(members.GetProperty("items")[0].GetProperty("user"), "userName"));
    }

    [Fact]
    public async Task WhatACallerMayNotKnowOf_IsNotThere()
    {
        var carol = await HeaderAsync("carol");
        foreach (var scope in new[] { "d4science.research-infrastructures.eu~FARM~Closed", "d4science.research-infrastructures.eu~Nowhere", "~", "a~b~c~d" })
        {
            Assert.Equal("no-such-scope", await _node.GetAsync($"/admin/api/scopes/{scope}/members", carol).CodeAsync(HttpStatusCode.NotFound));
        }

        Assert.Equal("not-allowed", await _node.GetAsync($"/admin/api/scopes/{Farm}/members", carol).CodeAsync(HttpStatusCode.Forbidden));
        Assert.Equal(HttpStatusCode.Unauthorized, (await _node.GetAsync("/admin/api/scopes")).StatusCode);
    }

    [Theory]
    [InlineData("""{"path":"nowhere"}""")]
    [InlineData("""{"path":"/a","visibility":"nobody"}""")]
    [InlineData("""{"path":"/a","visibility":1}""")]
    [InlineData("""{"path":"/a","endsAt":"2030-01-01T00:00:00"}""")]
    [InlineData("""{"path":"/a","anonymous":null}""")]
    [InlineData("""{"path":"/a","anonymous":[null]}""")]
    [InlineData("""{"path":"/a","anonymous":["UPPER"]}""")]
    [InlineData("""{"path":"/a","displayName":"\u0000"}""")]
    [InlineData("""{"path":"/a","description":"\ud800"}""")]
    [InlineData("""{"path":"/a","startsAt":"2031-01-01T00:00:00Z","endsAt":"2030-01-01T00:00:00Z"}""")]
    [InlineData("""{"path":"/a","else":1}""")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("")]
    public async Task BadScope_IsRefused(string body) =>
        await SendAsync(HttpMethod.Post, "/admin/api/scopes", body, await HeaderAsync("admin")).CodeAsync(HttpStatusCode.BadRequest);

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=201")]
    [InlineData("cursor=%3F")]
    [InlineData("kind=9")]
    [InlineData("below=no%20where")]
    [InlineData("direct=maybe")]
    public async Task BadQuery_IsRefused(string query) =>
        await _node.GetAsync("/admin/api/scopes?" + query, await HeaderAsync("admin")).CodeAsync(HttpStatusCode.BadRequest);

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private async Task<string> HeaderAsync(string user) => "X-Session-Id: " + await _node.LogInAsync(user);

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string target, string? json, params string[] headers) => _node.SendAsync(
        method, target, json is null ? null : new StringContent(json, Encoding.UTF8, "application/json"), headers);
}
