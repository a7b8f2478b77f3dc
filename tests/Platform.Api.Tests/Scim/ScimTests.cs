using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Platform.Api.Scim.Resources;
using Platform.Api.Tests.Support;
using Platform.Grains.Scopes;

namespace Platform.Api.Tests.Scim;

/// <summary>A node for identity management: its users and members change.</summary>
public sealed class ScimNode : IAsyncLifetime
{
    internal ApiNode Node { get; private set; } = null!;

    internal Dictionary<string, string> Sessions { get; } = [];

    public async Task InitializeAsync()
    {
        Node = await ApiNode.StartAsync();
        foreach (var user in TestData.Users)
        {
            Sessions[user] = await Node.LogInAsync(user);
        }
    }

    public async Task DisposeAsync() => await Node.DisposeAsync();
}

/// <summary>SCIM as a client speaks it (RFC 7644), by those who may and by those who may not.</summary>
public sealed class ScimTests(ScimNode shared) : IClassFixture<ScimNode>
{
    private const string Patch = "\"schemas\": [\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"]";

    private readonly ApiNode _node = shared.Node;

    [Fact]
    public async Task TheServiceDescribesItself()
    {
        var config = await _node.GetAsync("/scim/v2/ServiceProviderConfig").JsonAsync();
        Assert.True(config.GetProperty("patch").GetProperty("supported").GetBoolean());
        Assert.Equal(200, config.GetProperty("filter").GetProperty("maxResults").GetInt32());
        Assert.Equal(2, (await _node.GetAsync("/scim/v2/ResourceTypes").JsonAsync()).GetProperty("totalResults").GetInt32());
        Assert.Equal(ScimSchemas.User, (await _node.GetAsync("/scim/v2/Schemas/" + ScimSchemas.User).JsonAsync()).GetProperty("id").GetString());
        Assert.Equal("403", (await _node.GetAsync("/scim/v2/Schemas?filter=a").JsonAsync(HttpStatusCode.Forbidden)).GetProperty("status").GetString());
        Assert.Equal("404", (await _node.GetAsync("/scim/v2/Schemas/none").JsonAsync(HttpStatusCode.NotFound)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Nobody_FindsNothing()
    {
        using var answer = await _node.GetAsync("/scim/v2/Users");
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("application/scim+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Contains("scim:read", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("alice")]
    [InlineData("bob")]
    public async Task WhoManagesNoInfrastructure_ListsAndMakesNoUsers(string user)
    {
        await CallAsync(user, "GET", "/Users", null, HttpStatusCode.Forbidden);
        await CallAsync(user, "POST", "/Users", User("x" + user), HttpStatusCode.Forbidden);
        Assert.Equal(user, (await CallAsync(user, "GET", "/Me", null)).GetProperty("userName").GetString());
    }

    [Fact]
    public async Task AUser_IsMadeReadReplacedPatchedAndRemoved()
    {
        using var made = await SendAsync("admin", "POST", "/Users", User("dora", "\"displayName\": \"Dora D\", \"emails\": [{\"value\": \"dora@example.org\"}]"));
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var location = made.Headers.Location!.AbsolutePath["/scim/v2".Length..];
        var user = await ReadAsync(made);
        Assert.Equal(user.GetProperty("meta").GetProperty("version").GetString(), made.Headers.ETag!.ToString());
        Assert.False(user.TryGetProperty("password", out _));
        Assert.Equal("uniqueness", (await CallAsync("admin", "POST", "/Users", User("DORA"), HttpStatusCode.Conflict)).GetProperty("scimType").GetString());

        var version = made.Headers.ETag.ToString();
        using (var same = await SendAsync("admin", "GET", location, null, "If-None-Match: " + version))
        {
            Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
        }

        var patched = await CallAsync("admin", "PATCH", location, Operations($$$"""{"op": "replace", "path": "name.formatted", "value": "Dora E"}, {"op": "Replace", "value": {"active": false}}"""), headers: "If-Match: " + version);
        Assert.Equal("Dora E", patched.GetProperty("displayName").GetString());
        Assert.False(patched.GetProperty("active").GetBoolean());
        await CallAsync("admin", "PATCH", location, Operations($$$"""{"op": "replace", "path": "active", "value": true}"""), HttpStatusCode.PreconditionFailed, "If-Match: " + version);

        var replaced = await CallAsync("admin", "PUT", location, User("dora", "\"displayName\": \"Dora F\""));
        Assert.Equal("Dora F", replaced.GetProperty("displayName").GetString());
        Assert.True(replaced.GetProperty("active").GetBoolean());
        Assert.False(replaced.TryGetProperty("emails", out _));
        Assert.Equal("mutability", (await CallAsync("admin", "PUT", location, User("other"), HttpStatusCode.BadRequest)).GetProperty("scimType").GetString());

        using var removed = await SendAsync("admin", "DELETE", location, null);
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        await CallAsync("admin", "GET", location, null, HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("userName eq \"alice\"", 1)]
    [InlineData("userName eq \"ALICE\" and active eq true", 1)]
    [InlineData("userName sw \"al\" or userName sw \"bo\"", 2)]
    [InlineData("emails[value co \"alice@\"]", 1)]
    [InlineData("userName sw \"al\" and not (userName pr)", 0)]
    [InlineData("displayName co \"<Test>\" and userName eq \"bob\"", 1)]
    [InlineData("userName eq \"nobody\"", 0)]
    public async Task AFilter_TakesUsers(string filter, int expected)
    {
        var list = await CallAsync("admin", "GET", "/Users?filter=" + Uri.EscapeDataString(filter), null);
        Assert.Equal(expected, list.GetProperty("totalResults").GetInt32());
        var search = $$"""{"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "filter": {{JsonSerializer.Serialize(filter)}}, "attributes": ["userName"]}""";
        Assert.Equal(expected, (await CallAsync("admin", "POST", "/Users/.search", search)).GetProperty("totalResults").GetInt32());
    }

    [Theory]
    [InlineData("nickName eq \"x\"")]
    [InlineData("userName eq \"alice\" or title pr")]
    [InlineData("not (userName eq \"alice\")")]
    [InlineData("userName eq")]
    [InlineData("(((")]
    public async Task AFilterThatNoIndexAnswers_IsRefused(string filter) => Assert.Equal(
        "invalidFilter", (await CallAsync("admin", "GET", "/Users?filter=" + Uri.EscapeDataString(filter), null, HttpStatusCode.BadRequest)).GetProperty("scimType").GetString());

    [Fact]
    public async Task Pages_GoThroughAllUsers_OnceEach()
    {
        var total = (await CallAsync("admin", "GET", "/Users?count=0", null)).GetProperty("totalResults").GetInt32();
        var names = new List<string>();
        for (var start = 1; start <= total; start += 2)
        {
            var page = await CallAsync("admin", "GET", $"/Users?startIndex={start}&count=2&attributes=userName", null);
            foreach (var user in page.GetProperty("Resources").EnumerateArray())
            {
                Assert.Equal(["schemas", "id", "userName"], user.EnumerateObject().Select(member => member.Name));
                names.Add(user.GetProperty("userName").GetString()!);
            }
        }

        Assert.Equal(total, names.Distinct().Count());
        Assert.Superset(TestData.Users.ToHashSet(), names.ToHashSet());
    }

    [Fact]
    public async Task AGroup_IsAScope_WhoseManagerChangesItsMembers()
    {
        var group = "/Groups/" + GroupResource.IdOf(new ScopePath(TestData.AquaMaps));
        var carol = (await CallAsync("admin", "GET", "/Users?filter=" + Uri.EscapeDataString("userName eq \"carol\""), null)).GetProperty("Resources")[0].GetProperty("id").GetString()!;
        var before = await CallAsync("alice", "GET", group, null);
        Assert.Equal(TestData.AquaMaps, before.GetProperty("displayName").GetString());
        var alice = before.GetProperty("members")[0].GetProperty("value").GetString()!;

        var changed = await CallAsync("alice", "PATCH", group, Operations($$$"""{"op": "add", "path": "members", "value": [{"value": "{{{carol}}}"}]}"""), headers: "If-Match: " + before.GetProperty("meta").GetProperty("version").GetString());
        Assert.Equal(2, changed.GetProperty("members").GetArrayLength());
        Assert.Equal(1, (await CallAsync("alice", "GET", "/Groups?filter=" + Uri.EscapeDataString($"members eq \"{carol}\" and displayName co \"Aqua\""), null)).GetProperty("totalResults").GetInt32());
        Assert.Contains(TestData.AquaMaps, (await CallAsync("admin", "GET", "/Users/" + Uri.EscapeDataString(carol), null)).GetProperty("groups").ToString(), StringComparison.Ordinal);

        // All or nothing: nobody of this id is there.
        await CallAsync("alice", "PATCH", group, Operations($$$"""{"op": "remove", "path": "members[value eq \"{{{carol}}}\"]"}, {"op": "add", "path": "members", "value": [{"value": "local:nobody"}]}"""), HttpStatusCode.BadRequest);
        Assert.Equal(2, (await CallAsync("alice", "GET", group, null)).GetProperty("members").GetArrayLength());
        await CallAsync("alice", "PATCH", group, Operations($$$"""{"op": "remove", "path": "members[value eq \"{{{carol}}}\"]"}"""), HttpStatusCode.PreconditionFailed, "If-Match: W/\"000000000000000000000000\"");
        var after = await CallAsync("alice", "PUT", group, $$"""{"schemas": ["{{ScimSchemas.Group}}"], "displayName": "{{TestData.AquaMaps}}", "members": [{"value": "{{alice}}"}]}""");
        Assert.Equal(1, after.GetProperty("members").GetArrayLength());
        Assert.Equal("mutability", (await CallAsync("alice", "PATCH", group, Operations($$$"""{"op": "replace", "path": "displayName", "value": "/x"}"""), HttpStatusCode.BadRequest)).GetProperty("scimType").GetString());
    }

    [Fact]
    public async Task AGroupThatOneDoesNotManage_IsNotThere_AndNoneIsMade()
    {
        var group = "/Groups/" + GroupResource.IdOf(new ScopePath(TestData.AquaMaps));
        await CallAsync("bob", "GET", group, null, HttpStatusCode.NotFound);
        await CallAsync("bob", "PATCH", group, Operations($$$"""{"op": "remove", "path": "members"}"""), HttpStatusCode.NotFound);
        Assert.Equal(0, (await CallAsync("bob", "GET", "/Groups", null)).GetProperty("totalResults").GetInt32());
        Assert.Equal(1, (await CallAsync("alice", "GET", "/Groups?excludedAttributes=members", null)).GetProperty("totalResults").GetInt32());
        await CallAsync("admin", "POST", "/Groups", """{"displayName": "/x"}""", HttpStatusCode.Forbidden);
        await CallAsync("admin", "DELETE", group, null, HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("POST", "/Users", "[]", "invalidSyntax")]
    [InlineData("POST", "/Users", "{", "invalidSyntax")]
    [InlineData("POST", "/Users", "{\"userName\": \"a\", \"userName\": \"b\"}", "invalidSyntax")]
    [InlineData("POST", "/Users", "{\"userName\": \"\\ud800\"}", "invalidSyntax")]
    [InlineData("POST", "/Users", "{}", "invalidValue")]
    [InlineData("POST", "/Users", "{\"userName\": 1}", "invalidValue")]
    [InlineData("POST", "/Users", "{\"userName\": \"a:b\"}", "invalidValue")]
    [InlineData("POST", "/Users", "{\"userName\": \"zoe\", \"password\": \"x\"}", "invalidValue")]
    [InlineData("POST", "/Users", "{\"userName\": \"zoe\", \"active\": 7}", "invalidValue")]
    [InlineData("POST", "/Users", "{\"userName\": \"zoe\", \"emails\": [1]}", "invalidValue")]
    [InlineData("POST", "/Users/.search", "{}", "invalidSyntax")]
    [InlineData("GET", "/Users?startIndex=x", null, "invalidValue")]
    [InlineData("GET", "/Users?sortBy=userName", null, "invalidValue")]
    [InlineData("GET", "/Users?attributes=a&excludedAttributes=b", null, "invalidValue")]
    public async Task BadInput_IsRefusedInWords(string method, string path, string? body, string scimType) =>
        Assert.Equal(scimType, (await CallAsync("admin", method, path, body, HttpStatusCode.BadRequest)).GetProperty("scimType").GetString());

    [Theory]
    [InlineData("/Users/%00")]
    [InlineData("/Users/none")]
    [InlineData("/Users/local:none")]
    [InlineData("/Groups/L3g")]
    [InlineData("/Groups/!!")]
    public async Task WhatIsNotThere_IsA404(string path)
    {
        using var answer = await SendAsync("admin", "GET", path, null);
        Assert.True(answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest, answer.StatusCode.ToString());
    }

    private static string Operations(string operations) => $"{{{Patch}, \"Operations\": [{operations}]}}";

    private static string User(string name, string more = "") => $$"""{"schemas": ["{{ScimSchemas.User}}"], "userName": "{{name}}"{{(more.Length > 0 ? ", " + more : "")}}}""";

    private async Task<JsonElement> CallAsync(string user, string method, string path, string? body, HttpStatusCode expected = HttpStatusCode.OK, params string[] headers)
    {
        using var answer = await SendAsync(user, method, path, body, headers);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(expected == answer.StatusCode, $"{method} {path}: {(int)answer.StatusCode}, not {(int)expected}: {text}");
        return JsonDocument.Parse(text).RootElement.Clone();
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer) => JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.Clone();

    private Task<HttpResponseMessage> SendAsync(string user, string method, string path, string? body, params string[] headers) => _node.SendAsync(
        new HttpMethod(method),
        "/scim/v2" + path,
        body is null ? null : new StringContent(body, Encoding.UTF8, MediaTypeHeaderValue.Parse("application/scim+json")),
        [.. headers, "X-Session-Id: " + shared.Sessions[user]]);
}
