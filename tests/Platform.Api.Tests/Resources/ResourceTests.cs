using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Resources;

/// <summary>Documents by HTTP, with sessions; what tokens add is tested where tokens are made.</summary>
[Collection(NodeCollection.Name)]
public sealed class ResourceTests(SharedNode shared)
{
    private readonly string _path = $"/resources/test-{Guid.NewGuid():N}";

    private ApiNode Node => shared.Node;

    [Fact]
    public async Task Put_Get_Patch_Delete()
    {
        var alice = await EnterAsync("alice", TestData.AquaMaps);
        using var created = await SendAsync(HttpMethod.Put, "/a", "{\"species\": \"tuna\", \"n\": 1.50}", alice);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal($"{_path}/a", created.Headers.Location!.ToString());
        Assert.Equal("members", Header(created, "Resource-Visibility"));
        Assert.Equal(TestData.AquaMaps, Header(created, "Resource-Scope"));
        Assert.False(created.Headers.ETag!.IsWeak);

        using var read = await GetAsync("/a", alice);
        Assert.Equal("{\"species\": \"tuna\", \"n\": 1.50}", await read.Content.ReadAsStringAsync());
        Assert.Equal("application/json", read.Content.Headers.ContentType!.MediaType);
        Assert.Contains("sandbox", Header(read, "Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal(created.Headers.ETag, read.Headers.ETag);
        using var unchanged = await GetAsync("/a", alice, $"If-None-Match: W/{read.Headers.ETag}");
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        using var head = await Node.SendAsync(HttpMethod.Head, _path + "/a", null, $"X-Session-Id: {alice}");
        Assert.Equal(read.Content.Headers.ContentLength, head.Content.Headers.ContentLength);

        using var patched = await SendAsync(HttpMethod.Patch, "/a", "{\"n\": null, \"in\": {\"a\": [1], \"b\": null}}", alice, "application/merge-patch+json");
        Assert.Equal("{\"species\":\"tuna\",\"in\":{\"a\":[1]}}", await patched.Content.ReadAsStringAsync());
        Assert.NotEqual(read.Headers.ETag, patched.Headers.ETag);
        using var replaced = await SendAsync(HttpMethod.Put, "/a", "[]", alice);
        Assert.Equal(HttpStatusCode.NoContent, replaced.StatusCode);

        using var deleted = await Node.SendAsync(HttpMethod.Delete, _path + "/a", null, $"X-Session-Id: {alice}");
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal("no-such-resource", await Node.GetAsync(_path + "/a", $"X-Session-Id: {alice}").CodeAsync(HttpStatusCode.NotFound));
        Assert.Equal("no-such-resource", await Node.SendAsync(HttpMethod.Delete, _path + "/a", null, $"X-Session-Id: {alice}").CodeAsync(HttpStatusCode.NotFound));
    }

    [Fact]
    public async Task Post_ReadsWithoutABody_AndStoresWithOne()
    {
        var alice = await EnterAsync("alice", TestData.AquaMaps);
        Assert.Equal("no-such-resource", await Node.SendAsync(HttpMethod.Post, _path, null, $"X-Session-Id: {alice}").CodeAsync(HttpStatusCode.NotFound));
        using var created = await SendAsync(HttpMethod.Post, "", "{\"a\":1}", alice, headers: "Resource-Visibility: public");
        Assert.Equal((HttpStatusCode.Created, "{\"a\":1}"), (created.StatusCode, await created.Content.ReadAsStringAsync()));
        using var stored = await SendAsync(HttpMethod.Post, "", "{\"a\":2}", alice);
        Assert.Equal((HttpStatusCode.OK, "{\"a\":2}"), (stored.StatusCode, await stored.Content.ReadAsStringAsync()));
        Assert.Equal("{\"a\":2}", await Node.SendAsync(HttpMethod.Post, _path, null, $"X-Session-Id: {alice}").TextAsync());

        // Public, but POST is for those who logged in; a browser gets a page.
        Assert.Equal("{\"a\":2}", await Node.GetAsync($"{_path}?scope={TestData.AquaMaps}").TextAsync());
        using var refused = await Node.SendAsync(HttpMethod.Post, $"{_path}?scope={TestData.AquaMaps}", null, "Accept: application/json");
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.StartsWith("Bearer realm=\"Platform\"", refused.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        Assert.Contains("resource_metadata=\"http://", refused.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        using var page = await Node.SendAsync(HttpMethod.Post, _path, null, "Accept: " + Calls.Browser);
        Assert.Equal((HttpStatusCode.Unauthorized, "text/html"), (page.StatusCode, page.Content.Headers.ContentType!.MediaType));
    }

    [Fact]
    public async Task WhoSeesWhat()
    {
        var alice = await EnterAsync("alice", TestData.AquaMaps);
        foreach (var visibility in new[] { "public", "members", "managers" })
        {
            using var put = await SendAsync(HttpMethod.Put, "/" + visibility, "{}", alice, headers: "Resource-Visibility: " + visibility);
            Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        }

        // The scope is open for 'read' to callers without a session; others are not, and one that is not there is answered alike.
        Assert.Equal("{}", await Node.GetAsync($"{_path}/public?scope={TestData.AquaMaps}").TextAsync());
        foreach (var path in new[] { "/members", "/managers", "/absent" })
        {
            Assert.Equal("token-required", await Node.GetAsync($"{_path}{path}?scope={TestData.AquaMaps}").CodeAsync(HttpStatusCode.Unauthorized));
        }

        foreach (var scope in new[] { TestData.Farm, TestData.Farm + "/Absent", TestData.Closed })
        {
            Assert.Equal("scope-not-open", await Node.GetAsync($"{_path}/public?scope={scope}").CodeAsync(HttpStatusCode.Unauthorized));
        }

        Assert.Equal("no-scope-given", await Node.GetAsync($"{_path}/public").CodeAsync(HttpStatusCode.Unauthorized));
        Assert.Equal("malformed-scope", await Node.GetAsync($"{_path}/public?scope=x").CodeAsync(HttpStatusCode.BadRequest));

        // Somebody else who logged in, from outside.
        var bob = await Node.LogInAsync("bob");
        Assert.Equal("{}", await Node.GetAsync($"{_path}/public?scope={TestData.AquaMaps}", $"X-Session-Id: {bob}").TextAsync());
        Assert.Equal("no-such-resource", await Node.GetAsync($"{_path}/members?scope={TestData.AquaMaps}", $"X-Session-Id: {bob}").CodeAsync(HttpStatusCode.NotFound));
        Assert.Equal("not-a-member", await Node.GetAsync($"{_path}/public?scope={TestData.Farm}", $"X-Session-Id: {bob}").CodeAsync(HttpStatusCode.Forbidden));
        Assert.Equal("no-scope-selected", await Node.GetAsync($"{_path}/public", $"X-Session-Id: {bob}").CodeAsync(HttpStatusCode.BadRequest));
        Assert.Equal("not-a-member", await Node.SendAsync(HttpMethod.Put, $"{_path}/public?scope={TestData.AquaMaps}", Json("{}"), $"X-Session-Id: {bob}").CodeAsync(HttpStatusCode.Forbidden));
        Assert.Equal("scope-mismatch", await Node.GetAsync($"{_path}/public?scope={TestData.Farm}", $"X-Session-Id: {alice}").CodeAsync(HttpStatusCode.BadRequest));

        Assert.Equal(["managers", "members", "public"], await NamesAsync($"?prefix={_path[11..]}/", $"X-Session-Id: {alice}"));
        Assert.Equal(["public"], await NamesAsync($"?prefix={_path[11..]}/&scope={TestData.AquaMaps}"));
        Assert.Equal(["public"], await NamesAsync($"?prefix={_path[11..]}/&scope={TestData.AquaMaps}", $"X-Session-Id: {bob}"));
    }

    [Fact]
    public async Task WhatIsPlacedAbove_IsSeenBelow_AndStaysWhenItIsChangedThere()
    {
        var above = await EnterAsync("alice", TestData.Farm);
        var below = await EnterAsync("alice", TestData.AquaMaps);
        var beside = await EnterAsync("alice", TestData.Root);
        using var placed = await SendAsync(HttpMethod.Put, "/x", "{\"from\":\"VO\"}", above);
        using var seen = await GetAsync("/x", below);
        Assert.Equal((TestData.Farm, "{\"from\":\"VO\"}"), (Header(seen, "Resource-Scope"), await seen.Content.ReadAsStringAsync()));
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync("/x", beside)).StatusCode);
        Assert.Equal("resource-inherited", await Node.SendAsync(HttpMethod.Delete, _path + "/x", null, $"X-Session-Id: {below}").CodeAsync(HttpStatusCode.Forbidden));

        using var patched = await SendAsync(HttpMethod.Patch, "/x", "{\"n\":1}", below, "application/merge-patch+json", $"If-Match: {placed.Headers.ETag}");
        Assert.Equal(HttpStatusCode.Created, patched.StatusCode);
        using var own = await GetAsync("/x", below);
        Assert.Equal((TestData.AquaMaps, "{\"from\":\"VO\",\"n\":1}"), (Header(own, "Resource-Scope"), await own.Content.ReadAsStringAsync()));
        Assert.Equal("{\"from\":\"VO\"}", await (await GetAsync("/x", above)).Content.ReadAsStringAsync());

        // Once in the list, the nearest; gone, the one above is seen again.
        Assert.Equal(["x"], await NamesAsync($"?prefix={_path[11..]}/", $"X-Session-Id: {below}"));
        using var deleted = await Node.SendAsync(HttpMethod.Delete, _path + "/x", null, $"X-Session-Id: {below}");
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal("{\"from\":\"VO\"}", await (await GetAsync("/x", below)).Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task ManagersDocuments_AreHiddenFromMembers_WhoCannotOverwriteThem()
    {
        var manager = await EnterAsync("admin", TestData.Ecosystem);
        var member = await EnterAsync("bob", TestData.Ecosystem);
        using var put = await SendAsync(HttpMethod.Put, "/m", "{}", manager, headers: "Resource-Visibility: managers");
        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync("/m", member)).StatusCode);
        Assert.Empty(await NamesAsync($"?prefix={_path[11..]}/", $"X-Session-Id: {member}"));
        Assert.Equal("resource-path-taken", await CodeAsync(HttpMethod.Put, "/m", "{}", member, HttpStatusCode.Conflict));
        Assert.Equal("resource-path-taken", await CodeAsync(HttpMethod.Patch, "/m", "{}", member, HttpStatusCode.Conflict, "application/merge-patch+json"));
        Assert.Equal(HttpStatusCode.NotFound, (await Node.SendAsync(HttpMethod.Delete, _path + "/m", null, $"X-Session-Id: {member}")).StatusCode);
        Assert.Equal("not-a-writer", await CodeAsync(HttpMethod.Put, "/own", "{}", member, HttpStatusCode.Forbidden, headers: "Resource-Visibility: managers"));
        Assert.Equal(HttpStatusCode.Created, (await SendAsync(HttpMethod.Put, "/own", "{}", member)).StatusCode);
    }

    [Fact]
    public async Task Conditions()
    {
        var alice = await EnterAsync("alice", TestData.AquaMaps);
        Assert.Equal("resource-changed", await CodeAsync(HttpMethod.Put, "/c", "{}", alice, HttpStatusCode.PreconditionFailed, headers: "If-Match: *"));
        using var created = await SendAsync(HttpMethod.Put, "/c", "{}", alice, headers: "If-None-Match: *");
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        using var failed = await SendAsync(HttpMethod.Put, "/c", "{}", alice, headers: "If-None-Match: *");
        Assert.Equal((HttpStatusCode.PreconditionFailed, created.Headers.ETag), (failed.StatusCode, failed.Headers.ETag));
        Assert.Equal("resource-changed", await CodeAsync(HttpMethod.Put, "/c", "{}", alice, HttpStatusCode.PreconditionFailed, headers: "If-Match: \"another\""));
        Assert.Equal("resource-changed", await CodeAsync(HttpMethod.Put, "/c", "{}", alice, HttpStatusCode.PreconditionFailed, headers: $"If-Match: W/{created.Headers.ETag}"));
        Assert.Equal("resource-changed", await CodeAsync(HttpMethod.Put, "/c", "{}", alice, HttpStatusCode.PreconditionFailed, headers: $"If-None-Match: {created.Headers.ETag}"));
        Assert.Equal("malformed-condition", await CodeAsync(HttpMethod.Put, "/c", "{}", alice, HttpStatusCode.BadRequest, headers: "If-Match: nonsense"));
        using var replaced = await SendAsync(HttpMethod.Put, "/c", "{\"a\":1}", alice, headers: $"If-Match: \"another\", {created.Headers.ETag}");
        Assert.Equal(HttpStatusCode.NoContent, replaced.StatusCode);
        Assert.Equal("resource-changed", await Node.SendAsync(HttpMethod.Delete, _path + "/c", null, $"X-Session-Id: {alice}", $"If-Match: {created.Headers.ETag}").CodeAsync(HttpStatusCode.PreconditionFailed));

        // Of many that rest on one state, one wins.
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => SendAsync(HttpMethod.Put, "/c", $"[{i}]", alice, headers: $"If-Match: {replaced.Headers.ETag}")));
        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.NoContent);
        Assert.Equal(15, answers.Count(answer => answer.StatusCode == HttpStatusCode.PreconditionFailed));

        // Patches that rest on nothing are all applied.
        await SendAsync(HttpMethod.Put, "/c", "{}", alice);
        var patches = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => SendAsync(HttpMethod.Patch, "/c", $"{{\"m{i}\":{i}}}", alice, "application/merge-patch+json")));
        Assert.All(patches, patch => Assert.Equal(HttpStatusCode.OK, patch.StatusCode));
        Assert.Equal(4, (await Node.GetAsync(_path + "/c", $"X-Session-Id: {alice}").JsonAsync()).EnumerateObject().Count());
    }

    [Theory]
    [InlineData("", "application/json", 400, "malformed-document")]
    [InlineData("{", "application/json", 400, "malformed-document")]
    [InlineData("{}x", "application/json", 400, "malformed-document")]
    [InlineData("{\"a\":1,}", "application/json", 400, "malformed-document")]
    [InlineData("{} // c", "application/json", 400, "malformed-document")]
    [InlineData("\uFEFF{}", "application/json", 400, "malformed-document")]
    [InlineData("NaN", "application/json", 400, "malformed-document")]
    [InlineData("{\"a\":1,\"a\":2}", "application/json", 422, "unacceptable-document")]
    [InlineData("{\"a\":1,\"\\u0061\":2}", "application/json", 422, "unacceptable-document")]
    [InlineData("[\"\\ud800\"]", "application/json", 422, "unacceptable-document")]
    [InlineData("1", "application/json", 422, "unacceptable-document")]
    [InlineData("null", "application/json", 422, "unacceptable-document")]
    [InlineData("{}", "text/plain", 415, "unsupported-media-type")]
    [InlineData("{}", "application/json; charset=latin1", 415, "unsupported-media-type")]
    [InlineData("{}", "application/x-www-form-urlencoded", 415, "unsupported-media-type")]
    [InlineData("{}", "application/merge-patch+json", 415, "unsupported-media-type")]
    public async Task BadDocuments_AreRefused(string body, string mediaType, int status, string code)
    {
        var alice = await EnterAsync("alice", TestData.AquaMaps);
        Assert.Equal(code, await CodeAsync(HttpMethod.Put, "/bad", body, alice, (HttpStatusCode)status, mediaType));
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync("/bad", alice)).StatusCode);
    }

    [Fact]
    public async Task SizesDepthsAndBytes()
    {
        var alice = await EnterAsync("alice", TestData.AquaMaps);
        Assert.Equal(HttpStatusCode.Created, (await SendAsync(HttpMethod.Put, "/deep", new string('[', 64) + new string(']', 64), alice)).StatusCode);
        Assert.Equal("unacceptable-document", await CodeAsync(HttpMethod.Put, "/deep", new string('[', 65) + new string(']', 65), alice, HttpStatusCode.UnprocessableEntity));
        Assert.Equal("unacceptable-document", await CodeAsync(HttpMethod.Put, "/deep", new string('[', 200_000), alice, HttpStatusCode.UnprocessableEntity));
        var largest = "[\"" + new string('x', (256 * 1024) - 4) + "\"]";
        Assert.Equal(HttpStatusCode.Created, (await SendAsync(HttpMethod.Put, "/large", largest, alice)).StatusCode);
        Assert.Equal("document-too-large", await CodeAsync(HttpMethod.Put, "/large", largest + " ", alice, HttpStatusCode.RequestEntityTooLarge));
        Assert.Equal(largest, await (await GetAsync("/large", alice)).Content.ReadAsStringAsync());

        using var latin1 = await Node.SendAsync(HttpMethod.Put, _path + "/bytes", Bytes([.. "[\""u8, 0xE9, .. "\"]"u8]), $"X-Session-Id: {alice}");
        Assert.Equal(HttpStatusCode.BadRequest, latin1.StatusCode);
        Assert.Equal("unacceptable-patch", await CodeAsync(HttpMethod.Patch, "/large", "{}", alice, HttpStatusCode.UnprocessableEntity, "application/merge-patch+json"));
        await SendAsync(HttpMethod.Put, "/object", "{}", alice);
        Assert.Equal("unacceptable-patch", await CodeAsync(HttpMethod.Patch, "/object", "[]", alice, HttpStatusCode.UnprocessableEntity, "application/merge-patch+json"));
        Assert.Equal("unsupported-media-type", await CodeAsync(HttpMethod.Patch, "/object", "{}", alice, HttpStatusCode.UnsupportedMediaType));
        Assert.Equal("no-such-resource", await CodeAsync(HttpMethod.Patch, "/absent", "{}", alice, HttpStatusCode.NotFound, "application/merge-patch+json"));
        var most = "{\"a\":\"" + new string('x', 200_000) + "\"}";
        await SendAsync(HttpMethod.Put, "/object", most, alice);
        Assert.Equal("document-too-large", await CodeAsync(HttpMethod.Patch, "/object", most.Replace("\"a\"", "\"b\"", StringComparison.Ordinal), alice, HttpStatusCode.RequestEntityTooLarge, "application/merge-patch+json"));
    }

    [Fact]
    public async Task ACopyOfWhatIsPlacedAbove_IsShownToNobodyNew()
    {
        var above = await EnterAsync("admin", TestData.Farm);
        var below = await EnterAsync("admin", TestData.AquaMaps);
        using var placed = await SendAsync(HttpMethod.Put, "/kept", "{\"secret\":1}", above, "application/json", ["Resource-Visibility: managers", "Resource-Max-Authentication-Age: 300"]);
        Assert.Equal(HttpStatusCode.Created, placed.StatusCode);
        using var copied = await SendAsync(HttpMethod.Patch, "/kept", "{\"n\":1}", below, "application/merge-patch+json");
        Assert.Equal(HttpStatusCode.Created, copied.StatusCode);
        Assert.Equal(("managers", "300"), (Header(copied, "Resource-Visibility"), Header(copied, "Resource-Max-Authentication-Age")));
    }

    [Theory]
    [InlineData("Resource-Visibility: everyone", "malformed-visibility")]
    [InlineData("Resource-Max-Authentication-Age: 0", "malformed-authentication-age")]
    [InlineData("Resource-Max-Authentication-Age: -1", "malformed-authentication-age")]
    [InlineData("Resource-Max-Authentication-Age: 99999999", "malformed-authentication-age")]
    public async Task BadHeaders_AreRefused(string header, string code)
    {
        var alice = await EnterAsync("alice", TestData.AquaMaps);
        Assert.Equal(code, await CodeAsync(HttpMethod.Put, "/bad", "{}", alice, HttpStatusCode.BadRequest, headers: header));
    }

    [Theory]
    [InlineData("/resources/a:b", 400)]
    [InlineData("/resources/a%2Fb", 400)]
    [InlineData("/resources/a%252Fb", 400)]
    [InlineData("/resources/a//b", 400)]
    [InlineData("/resources/é", 400)]
    [InlineData("/resources?prefix=/a", 400)]
    [InlineData("/resources?prefix=a:", 400)]
    [InlineData("/resources?limit=0", 400)]
    [InlineData("/resources?limit=101", 400)]
    [InlineData("/resources?limit=x", 400)]
    [InlineData("/resources?after=made-up", 400)]
    [InlineData("/resources?after=", 400)]
    [InlineData("/resources/a?meta=yes", 400)]
    public async Task BadTargets_AreRefused(string target, int status)
    {
        var alice = await EnterAsync("alice", TestData.AquaMaps);
        using var answer = await Node.GetAsync(target, $"X-Session-Id: {alice}");
        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Lists_PageByPage()
    {
        var alice = await EnterAsync("alice", TestData.AquaMaps);
        for (var i = 0; i < 7; i++)
        {
            await SendAsync(HttpMethod.Put, $"/p{i}", "{}", alice);
        }

        var paths = new List<string>();
        var target = $"/resources?prefix={_path[11..]}/&limit=3";
        var pages = 0;
        while (target is not null)
        {
            var page = await Node.GetAsync(target, $"X-Session-Id: {alice}").JsonAsync();
            paths.AddRange(page.GetProperty("resources").EnumerateArray().Select(entry => entry.GetProperty("path").GetString()!));
            target = page.GetProperty("next").GetString();
            pages++;
        }

        Assert.Equal(3, pages);
        Assert.Equal(Enumerable.Range(0, 7).Select(i => $"{_path[11..]}/p{i}"), paths);
        var meta = await Node.GetAsync(_path + "/p1?meta=true", $"X-Session-Id: {alice}").JsonAsync();
        Assert.StartsWith("local:", meta.GetProperty("changedBy").GetString(), StringComparison.Ordinal);
        Assert.Contains("<path>", await Node.GetAsync($"/resources?prefix={_path[11..]}/", $"X-Session-Id: {alice}", "Accept: application/xml").TextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnOldLogin_IsToldToComeBackFresh()
    {
        await using var node = await ApiNode.StartAsync(new Dictionary<string, string?> { ["Resources:DefaultScope"] = TestData.AquaMaps, ["Resources:Aliases:0"] = "fresh" });
        var old = await node.LogInAsync("alice");
        using var put = await node.SendAsync(HttpMethod.Put, "/fresh", Json("{}"), $"X-Session-Id: {old}", "Resource-Max-Authentication-Age: 300", "Resource-Visibility: public");
        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        node.Time.Advance(TimeSpan.FromSeconds(301));
        using var refused = await node.SendAsync(HttpMethod.Post, "/fresh", null, $"X-Session-Id: {old}");
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Contains("error=\"insufficient_user_authentication\"", refused.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        Assert.Contains("max_age=\"300\"", refused.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        Assert.Equal("fresh-login-required", await node.SendAsync(HttpMethod.Put, "/fresh", Json("{}"), $"X-Session-Id: {old}").CodeAsync(HttpStatusCode.Unauthorized));
        Assert.Equal("fresh-login-required", await node.SendAsync(HttpMethod.Delete, "/fresh", null, $"X-Session-Id: {old}").CodeAsync(HttpStatusCode.Unauthorized));
        var fresh = await node.LogInAsync("alice");
        Assert.Equal("{}", await node.SendAsync(HttpMethod.Post, "/fresh", null, $"X-Session-Id: {fresh}").TextAsync());
        using var freed = await node.SendAsync(HttpMethod.Put, "/resources/fresh", Json("{}"), $"X-Session-Id: {fresh}", "Resource-Max-Authentication-Age: none");
        Assert.Equal(HttpStatusCode.NoContent, freed.StatusCode);

        // Read by everyone, since it is public and the scope open, in the default scope.
        Assert.Equal("{}", await node.GetAsync("/fresh").TextAsync());
    }

    [Fact]
    public async Task WhereOnlyManagersWrite_MembersDoNot()
    {
        await using var node = await ApiNode.StartAsync(new Dictionary<string, string?> { ["Resources:Writers"] = "Managers", ["Resources:DefaultScope"] = TestData.Ecosystem });
        var member = await node.LogInAsync("bob");
        var manager = await node.LogInAsync("admin");
        Assert.Equal("not-a-writer", await node.SendAsync(HttpMethod.Put, "/resources/a", Json("{}"), $"X-Session-Id: {member}").CodeAsync(HttpStatusCode.Forbidden));
        Assert.Equal(HttpStatusCode.Created, (await node.SendAsync(HttpMethod.Put, "/resources/a", Json("{}"), $"X-Session-Id: {manager}")).StatusCode);
        Assert.Equal("{}", await node.GetAsync("/resources/a", $"X-Session-Id: {member}").TextAsync());
    }

    [Fact]
    public async Task AnotherSite_ChangesNothingWithTheCookie()
    {
        var cookie = await Node.LogInWithPageAsync("alice");
        Assert.Equal("cross-site", await Node.SendAsync(HttpMethod.Put, $"{_path}?scope={TestData.AquaMaps}", Json("{}"), "Cookie: " + cookie, "Sec-Fetch-Site: cross-site").CodeAsync(HttpStatusCode.Forbidden));
        Assert.Equal(HttpStatusCode.Created, (await Node.SendAsync(HttpMethod.Put, $"{_path}?scope={TestData.AquaMaps}", Json("{}"), "Cookie: " + cookie, "Sec-Fetch-Site: same-origin")).StatusCode);
    }

    private static StringContent Json(string text, string mediaType = "application/json")
    {
        var content = new StringContent(text, new UTF8Encoding(false));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(mediaType);
        return content;
    }

    private static ByteArrayContent Bytes(byte[] bytes)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    private static string? Header(HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out var values) ? values.Single() : null;

    private async Task<string> EnterAsync(string user, string scope)
    {
        var id = await Node.LogInAsync(user);
        await Node.GetAsync($"/LoginScope?scope={scope}", $"X-Session-Id: {id}").TextAsync();
        return id;
    }

    private Task<HttpResponseMessage> GetAsync(string path, string session, params string[] headers) =>
        Node.GetAsync(_path + path, [$"X-Session-Id: {session}", .. headers]);

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string body, string session, string mediaType = "application/json", params string[] headers) =>
        Node.SendAsync(method, _path + path, Json(body, mediaType), [$"X-Session-Id: {session}", .. headers]);

    private Task<string> CodeAsync(HttpMethod method, string path, string body, string session, HttpStatusCode status, string mediaType = "application/json", params string[] headers) =>
        SendAsync(method, path, body, session, mediaType, headers).CodeAsync(status);

    private async Task<List<string>> NamesAsync(string query, params string[] headers) =>
        [.. (await Node.GetAsync("/resources" + query, headers).JsonAsync()).GetProperty("resources").EnumerateArray()
            .Select(entry => entry.GetProperty("path").GetString()!.Split('/', 2)[1])];
}
