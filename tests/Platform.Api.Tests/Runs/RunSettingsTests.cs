using System.Net;
using Platform.Api.Tests.OAuth.Tokens;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Runs;

/// <summary>What scopes say of their runs, and what follows below them.</summary>
[Collection(RunCollection.Name)]
public sealed class RunSettingsTests(RunNode given)
{
    private const long Mebibyte = 1024 * 1024;

    [Fact]
    public async Task Settings_AreInherited_ImagesAddUp_AndLimitsOnlyBecomeNarrower()
    {
        var admin = await given.EnterAsync("admin", null);
        var above = await PatchAsync(TestData.Ecosystem, $$"""{"images": ["above:1", "above:1", "a:1"], "memoryBytes": {{100 * Mebibyte}}, "cpus": 2, "timeSeconds": 600, "running": 3}""", admin).JsonAsync();
        Assert.Equal(["a:1", "above:1"], above.Texts("images"));
        var below = await PatchAsync(TestData.TryIt, $$"""{"memoryBytes": {{200 * Mebibyte}}, "cpus": 0.5, "running": 1}""", admin).JsonAsync();
        Assert.Equal((200 * Mebibyte, 0.5), (below.GetProperty("memoryBytes").GetInt64(), below.GetProperty("cpus").GetDouble()));
        Assert.True(below.IsNull("timeSeconds"));
        var inForce = below.GetProperty("inForce");
        Assert.Equal(["a:1", "above:1", RunNode.Image], inForce.Texts("images"));
        Assert.Equal((1, true), (inForce.GetProperty("running").GetInt32(), inForce.GetProperty("forMembers").GetBoolean()));
        Assert.Equal($$"""{"memoryBytes":{{100 * Mebibyte}},"cpus":0.5,"timeSeconds":600}""", inForce.GetProperty("most").GetRawText());
        Assert.Equal($$"""{"memoryBytes":{{100 * Mebibyte}},"cpus":0.5,"timeSeconds":600}""", inForce.GetProperty("otherwise").GetRawText());

        var bob = await given.EnterAsync("bob", TestData.TryIt);
        var terms = await given.GetAsync("/runs/terms", bob).JsonAsync();
        Assert.Equal(inForce.GetProperty("most").GetRawText(), terms.GetProperty("most").GetRawText());
        Assert.Equal(["a:1", "above:1", RunNode.Image], terms.Texts("images"));
        Assert.True(terms.GetProperty("mayStart").GetBoolean());
        var run = await given.PostAsync("""{"image": "above:1"}""", bob).JsonAsync(HttpStatusCode.Created);
        Assert.Equal(inForce.GetProperty("otherwise").GetRawText(), run.GetProperty("detail").GetProperty("limits").GetRawText());
        foreach (var limits in new[] { $$"""{"memoryBytes": {{(100 * Mebibyte) + 1}}}""", """{"cpus": 0.51}""", """{"timeSeconds": 601}""" })
        {
            Assert.Equal("run-over-limit", await given.PostAsync($$"""{"image": "app:1", "limits": {{limits}} }""", bob).CodeAsync(HttpStatusCode.UnprocessableEntity));
        }

        // The nearest scope that says who may start runs counts; the image of a scope is not one of those above it or beside it.
        await PatchAsync(TestData.Ecosystem, """{"forMembers": false}""", admin).JsonAsync();
        Assert.True((await given.GetAsync("/runs/terms", bob).JsonAsync()).GetProperty("mayStart").GetBoolean());
        Assert.DoesNotContain(RunNode.Image, (await given.GetAsync("/runs/terms", await given.EnterAsync("bob", TestData.Ecosystem)).JsonAsync()).Texts("images"));
        Assert.Equal("image-not-allowed", await given.PostAsync("""{"image": "above:1"}""", await given.EnterAsync("alice")).CodeAsync(HttpStatusCode.Forbidden));

        // What is null holds as above it; what is not given stays.
        var back = await PatchAsync(TestData.TryIt, """{"memoryBytes": null, "cpus": null, "running": null}""", admin).JsonAsync();
        Assert.True(back.IsNull("memoryBytes") && back.IsNull("cpus") && back.IsNull("running"));
        Assert.Equal([RunNode.Image], back.Texts("images"));
        Assert.Equal((2, 3), (back.GetProperty("inForce").GetProperty("most").GetProperty("cpus").GetDouble(), back.GetProperty("inForce").GetProperty("running").GetInt32()));
        await PatchAsync(TestData.Ecosystem, """{"images": null, "memoryBytes": null, "cpus": null, "timeSeconds": null, "running": null, "forMembers": null}""", admin).JsonAsync();
        Assert.Equal("image-not-allowed", await given.PostAsync("""{"image": "above:1"}""", bob).CodeAsync(HttpStatusCode.Forbidden));
    }

    [Fact]
    public async Task Settings_AreChangedWhereTheyAreAsTheyWereRead()
    {
        var admin = await given.EnterAsync("admin", null);
        using var read = await given.GetAsync(AddressOf(TestData.Icis), admin);
        var before = await Task.FromResult(read).JsonAsync();
        Assert.Equal($"\"{before.Text("etag")}\"", read.Headers.ETag!.ToString());
        using var known = await given.GetAsync(AddressOf(TestData.Icis), admin, $"If-None-Match: {read.Headers.ETag}");
        Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
        var condition = $"If-Match: {read.Headers.ETag}";
        var after = await PatchAsync(TestData.Icis, """{"images": ["one:1"]}""", admin, condition).JsonAsync();
        Assert.NotEqual(before.Text("etag"), after.Text("etag"));
        Assert.Equal("changed-meanwhile", await PatchAsync(TestData.Icis, """{"images": ["two:1"]}""", admin, condition).CodeAsync(HttpStatusCode.PreconditionFailed));
        Assert.Equal(["one:1"], (await given.GetAsync(AddressOf(TestData.Icis), admin).JsonAsync()).Texts("images"));
    }

    [Theory]
    [InlineData("""{"images": ["one:1", "no image"]}""", "images")]
    [InlineData("""{"images": [""]}""", "images")]
    [InlineData("""{"images": ["<script>"]}""", "images")]
    [InlineData("""{"running": -1}""", "running")]
    [InlineData("""{"memoryBytes": 8388607}""", "memoryBytes")]
    [InlineData("""{"cpus": 0.04}""", "cpus")]
    [InlineData("""{"cpus": 1e999}""", "cpus")]
    [InlineData("""{"timeSeconds": 0.5}""", "timeSeconds")]
    [InlineData("""{"timeSeconds": -1e999}""", "timeSeconds")]
    public async Task Settings_ThatAreNone_Are400_AndSayWhere(string body, string field)
    {
        var admin = await given.EnterAsync("admin", null);
        var before = await given.GetAsync(AddressOf(TestData.Icis), admin).TextAsync();
        var (_, place) = await PatchAsync(TestData.Icis, body, admin).ProblemAsync(HttpStatusCode.BadRequest);
        Assert.Contains(field, place, StringComparison.Ordinal);
        Assert.Equal(before, await given.GetAsync(AddressOf(TestData.Icis), admin).TextAsync());
    }

    [Theory]
    [InlineData("""{"image": "one:1"}""", "body member image")]
    [InlineData("""{"inForce": {}}""", "body member inForce")]
    [InlineData("""{"images": [null]}""", "body member images")]
    [InlineData("""{"images": "one:1"}""", "body")]
    [InlineData("""{"running": 1.5}""", "body")]
    [InlineData("""{"running": 99999999999}""", "body")]
    [InlineData("""{"forMembers": "yes"}""", "body")]
    [InlineData("[]", "body")]
    public async Task Settings_OfAnotherShape_Are400_AndSayWhere(string body, string place) => Assert.Equal(
        ("malformed-body", place), await PatchAsync(TestData.Icis, body, await given.EnterAsync("admin", null)).ProblemAsync(HttpStatusCode.BadRequest));

    [Fact]
    public async Task Settings_AreForWhoManagesRunsThere()
    {
        foreach (var user in new[] { "alice", "admin" })
        {
            await given.GetAsync(AddressOf(TestData.AquaMaps), await given.EnterAsync(user, null)).JsonAsync();
            await PatchAsync(TestData.AquaMaps, "{}", await given.EnterAsync(user, null)).JsonAsync();
        }

        foreach (var user in new[] { RunNode.Dora, RunNode.Mia, "bob", "carol" })
        {
            var session = await given.EnterAsync(user, null);
            foreach (var answer in new[] { await given.GetAsync(AddressOf(TestData.AquaMaps), session), await PatchAsync(TestData.AquaMaps, """{"running": 0}""", session) })
            {
                Assert.True(answer.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.NotFound, $"{user}: {answer.StatusCode}");
                answer.Dispose();
            }
        }

        // Nor is it for a manager of something below, nor by a token for less.
        using var above = await PatchAsync(TestData.Farm, """{"running": 0}""", await given.EnterAsync("alice", null));
        Assert.True(above.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.NotFound, $"{above.StatusCode}");
        Assert.Equal("insufficient-oauth-scope", await PatchAsync(TestData.AquaMaps, "{}", await given.TokenAsync("runs admin:read", "alice")).CodeAsync(HttpStatusCode.Forbidden));
        await given.GetAsync(AddressOf(TestData.AquaMaps), await given.TokenAsync("admin:read", "alice")).JsonAsync();
        Assert.Equal("no-such-scope", await given.GetAsync("/admin/api/scopes/nowhere/runs", await given.EnterAsync("admin", null)).CodeAsync(HttpStatusCode.NotFound));
        Assert.Equal("no-such-scope", await PatchAsync(TestData.Farm + "/Absent", "{}", await given.EnterAsync("admin", null)).CodeAsync(HttpStatusCode.NotFound));
        Assert.True((await given.GetAsync(AddressOf(TestData.AquaMaps), await given.EnterAsync("admin", null)).JsonAsync()).IsNull("running"));
    }

    [Fact]
    public async Task Terms_AreForWhoMayEnter()
    {
        Assert.Equal("no-scope-selected", await given.GetAsync("/runs/terms", await given.EnterAsync("carol", null)).CodeAsync(HttpStatusCode.BadRequest));
        Assert.Equal("not-a-member", await given.GetAsync("/runs/terms?scope=" + TestData.AquaMaps, await given.EnterAsync("carol", null)).CodeAsync(HttpStatusCode.Forbidden));
        var terms = await given.GetAsync("/runs/terms?scope=" + TestData.AquaMaps, await given.EnterAsync(RunNode.Mia, null)).JsonAsync();
        Assert.Equal((TestData.AquaMaps, false), (terms.Text("scope"), terms.GetProperty("mayStart").GetBoolean()));
    }

    private static string AddressOf(string scope) => $"/admin/api/scopes/{scope[1..].Replace('/', '~')}/runs";

    private Task<HttpResponseMessage> PatchAsync(string scope, string body, string credential, params string[] headers) =>
        given.SendAsync("PATCH", AddressOf(scope), body, credential, headers);
}
