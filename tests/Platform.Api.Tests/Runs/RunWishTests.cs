using System.Net;
using Platform.Api.Tests.OAuth.Tokens;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Runs;

/// <summary>What can be asked for, and what is said of what cannot.</summary>
[Collection(RunCollection.Name)]
public sealed class RunWishTests(RunNode given)
{
    public static TheoryData<string, string> MalformedWishes => new()
    {
        { """{"image": ""}""", "image" },
        { """{"image": "/app"}""", "image" },
        { """{"image": "app:"}""", "image" },
        { """{"image": "app 1"}""", "image" },
        { """{"image": "app;rm"}""", "image" },
        { """{"image": "0123abcdef"}""", "image" },
        { """{"image": "sha256:0123abcdef"}""", "image" },
        { $$"""{"image": "{{new string('a', 513)}}"}""", "image" },
        { """{"image": "app:1", "command": ["a", "b\u0000"]}""", "command" },
        { """{"image": "app:1", "command": [""]}""", "command" },
        { $$"""{"image": "app:1", "command": [{{string.Join(',', Enumerable.Repeat("\"a\"", 257))}}]}""", "command" },
        { $$"""{"image": "app:1", "command": ["{{new string('a', 32769)}}"]}""", "command" },
        { """{"image": "app:1", "environment": {"1A": ""}}""", "environment" },
        { """{"image": "app:1", "environment": {"": ""}}""", "environment" },
        { """{"image": "app:1", "environment": {"A-B": ""}}""", "environment" },
        { """{"image": "app:1", "environment": {"A=B": ""}}""", "environment" },
        { """{"image": "app:1", "environment": {"PLATFORM_X": ""}}""", "environment.PLATFORM_X" },
        { """{"image": "app:1", "environment": {"BEARER_TOKEN": ""}}""", "environment.BEARER_TOKEN" },
        { """{"image": "app:1", "environment": {"BEARER_TOKEN_FILE": ""}}""", "environment.BEARER_TOKEN_FILE" },
        { """{"image": "app:1", "environment": {"A": "\u0000"}}""", "environment.A" },
        { $$$"""{"image": "app:1", "environment": {{{{string.Join(',', Enumerable.Range(0, 101).Select(number => $"\"A{number}\": \"\""))}}}}}""", "environment" },
        { $$$"""{"image": "app:1", "environment": {"A": "{{{new string('a', 32768)}}}"}}""", "command" },
        { """{"image": "app:1", "inputs": ["a", "/b"]}""", "inputs[1]" },
        { """{"image": "app:1", "inputs": ["a/../b"]}""", "inputs[0]" },
        { """{"image": "app:1", "inputs": [""]}""", "inputs[0]" },
        { $$"""{"image": "app:1", "inputs": [{{string.Join(',', Enumerable.Repeat("\"a\"", 101))}}]}""", "inputs" },
        { """{"image": "app:1", "limits": {"memoryBytes": 8388607}}""", "limits.memoryBytes" },
        { """{"image": "app:1", "limits": {"memoryBytes": -1}}""", "limits.memoryBytes" },
        { """{"image": "app:1", "limits": {"cpus": 0.04}}""", "limits.cpus" },
        { """{"image": "app:1", "limits": {"cpus": -1e300}}""", "limits.cpus" },
        { """{"image": "app:1", "limits": {"timeSeconds": 0.9}}""", "limits.timeSeconds" },
        { """{"image": "app:1", "limits": {"timeSeconds": -1e300}}""", "limits.timeSeconds" },
        { """{"image": "app:1", "label": "two\nlines"}""", "label" },
        { $$"""{"image": "app:1", "label": "{{new string('a', 201)}}"}""", "label" },
    };

    [Fact]
    public async Task Start_PutsARunIntoTheQueue_WithAllThatWasAskedFor()
    {
        var session = await given.EnterAsync(RunNode.Dora);
        var path = $"start-{Guid.NewGuid():N}";
        using var input = await given.SendAsync("PUT", "/resources/" + path, "{}", session);
        Assert.Equal(HttpStatusCode.Created, input.StatusCode);
        var first = await given.StartAsync(RunNode.Dora);
        var body = $$$"""
            {"image": "app:1", "command": ["sh", "-c", "", "é 😀 <&>"], "environment": {"A": "a=b", "_b1": ""}, "inputs": ["{{{path}}}"],
             "limits": {"memoryBytes": 8388608, "cpus": 0.05, "timeSeconds": 1}, "oauthScopes": ["read", "read"], "label": "  <b>mine</b>  "}
            """;
        using var answer = await given.PostAsync(body, session);
        var run = await Task.FromResult(answer).JsonAsync(HttpStatusCode.Created);
        Assert.Equal("/runs/" + run.Text("id"), answer.Headers.Location!.ToString());
        Assert.Equal(
            ("queued", TestData.AquaMaps, "app:1", "<b>mine</b>", false),
            (run.Text("state"), run.Text("scope"), run.Text("image"), run.Text("label"), run.GetProperty("isOver").GetBoolean()));
        Assert.Equal(await given.SubjectAsync(RunNode.Dora), run.Text("user"));
        Assert.True(run.GetProperty("position").GetInt32() > first.GetProperty("position").GetInt32());
        Assert.All(["startedAt", "deadlineAt", "endedAt", "exitCode", "reason", "progress"], name => Assert.True(run.IsNull(name), name));
        Assert.Equal(0, run.GetProperty("written").GetArrayLength());

        var detail = run.GetProperty("detail");
        Assert.Equal(["sh", "-c", "", "é 😀 <&>"], detail.Texts("command"));
        Assert.Equal("""{"A":"a=b","_b1":""}""", detail.GetProperty("environment").GetRawText());
        Assert.Equal([path], detail.Texts("inputs"));
        Assert.Equal(["read"], detail.Texts("oauthScopes"));
        Assert.Equal("""{"memoryBytes":8388608,"cpus":0.05,"timeSeconds":1}""", detail.GetProperty("limits").GetRawText());
        Assert.Equal(RunNode.Client, detail.Text("client"));
        Assert.True(detail.IsNull("machine") && detail.IsNull("cancelledBy") && detail.IsNull("imageId"));
        Assert.Equal(run.GetRawText(), (await given.GetAsync("/runs/" + run.Text("id"), session).JsonAsync()).GetRawText());
    }

    [Fact]
    public async Task Start_WithAnImageAlone_TakesTheUsualLimitsAndOAuthScopes()
    {
        var detail = (await given.StartAsync(RunNode.Dora)).GetProperty("detail");
        Assert.Equal(["read", "write"], detail.Texts("oauthScopes"));
        Assert.Equal("""{"memoryBytes":268435456,"cpus":1,"timeSeconds":3600}""", detail.GetProperty("limits").GetRawText());
        Assert.Empty(detail.Texts("command"));
    }

    [Theory]
    [MemberData(nameof(MalformedWishes))]
    public async Task Start_OfWhatIsMalformed_Is400_AndSaysWhere(string body, string place) =>
        Assert.Equal(("malformed-run", "body member " + place), await given.PostAsync(body, await given.EnterAsync(RunNode.Dora)).ProblemAsync(HttpStatusCode.BadRequest));

    [Theory]
    [InlineData("{}", "body")]
    [InlineData("[]", "body")]
    [InlineData("{", "body")]
    [InlineData("""{"image": "app:1", "image": "app:1"}""", "body")]
    [InlineData("""{"image": null}""", "body member image")]
    [InlineData("""{"image": "app:1", "imagePull": true}""", "body member imagePull")]
    [InlineData("""{"image": "app:1", "limits": {"memory": 1}}""", "body member limits.memory")]
    [InlineData("""{"image": "app:1", "limits": {"memoryBytes": "1"}}""", "body member limits.memoryBytes")]
    [InlineData("""{"image": "app:1", "limits": {"memoryBytes": 1.5}}""", "body member limits.memoryBytes")]
    [InlineData("""{"image": "app:1", "limits": {"memoryBytes": 99999999999999999999}}""", "body member limits.memoryBytes")]
    [InlineData("""{"image": "app:1", "limits": {"cpus": "NaN"}}""", "body member limits.cpus")]
    [InlineData("""{"image": "app:1", "limits": {"timeSeconds": true}}""", "body member limits.timeSeconds")]
    [InlineData("""{"image": "app:1", "command": "sh"}""", "body member command")]
    [InlineData("""{"image": "app:1", "command": ["a", null]}""", "body member command")]
    [InlineData("""{"image": "app:1", "command": null}""", "body member command")]
    [InlineData("""{"image": "app:1", "environment": ["A=1"]}""", "body member environment")]
    [InlineData("""{"image": "app:1", "oauthScopes": "read"}""", "body member oauthScopes")]
    [InlineData("""{"image": "app:1", "label": 1}""", "body member label")]
    public async Task Start_WithABodyOfAnotherShape_Is400_AndSaysWhere(string body, string place)
    {
        var (code, where) = await given.PostAsync(body, await given.EnterAsync(RunNode.Dora)).ProblemAsync(HttpStatusCode.BadRequest);
        Assert.Equal("malformed-body", code);
        Assert.StartsWith("body", where, StringComparison.Ordinal);
        if (place != "body")
        {
            Assert.Equal(place, where);
        }
    }

    [Theory]
    [InlineData("""{"image": "app:1", "environment": {"A": null}}""")]
    [InlineData("""{"image": "app:1", "environment": {"A": 1}}""")]
    [InlineData("""{"image": "app:1", "environment": null}""")]
    [InlineData("""{"image": "app:1", "label": "\ud800"}""")]
    [InlineData("""{"image": "app:1", "command": ["\ud800"]}""")]
    [InlineData("""{"image": "app:1", "environment": {"A": "\ud800"}}""")]
    [InlineData("""{"image": "app:1", "environment": {"\ud800": "A"}}""")]
    [InlineData("""{"image": "app:1", "inputs": ["\ud800"]}""")]
    public async Task Start_WithWhatIsNoText_Is400(string body)
    {
        using var answer = await given.PostAsync(body, await given.EnterAsync(RunNode.Dora));
        Assert.True(answer.StatusCode == HttpStatusCode.BadRequest, $"{(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
    }

    [Theory]
    [InlineData("{\"memoryBytes\": 4294967297}")]
    [InlineData("{\"cpus\": 4.01}")]
    [InlineData("{\"cpus\": 1e999}")]
    [InlineData("{\"timeSeconds\": 86401}")]
    [InlineData("{\"timeSeconds\": 1e300}")]
    public async Task Start_WithALimitOverTheScopes_Is422(string limits) => Assert.Equal(
        "run-over-limit",
        await given.PostAsync($$"""{"image": "app:1", "limits": {{limits}}}""", await given.EnterAsync(RunNode.Dora)).CodeAsync(HttpStatusCode.UnprocessableEntity));

    [Fact]
    public async Task Start_WithoutABody_OrWithOneOfAnotherMediaType_IsRefused()
    {
        var session = await given.EnterAsync(RunNode.Dora);
        Assert.Equal(("malformed-body", "body"), await given.SendAsync("POST", "/runs", null, session).ProblemAsync(HttpStatusCode.BadRequest));
        foreach (var mediaType in new[] { "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/json; charset=latin1" })
        {
            using var content = new StringContent(RunNode.Asked);
            content.Headers.Remove("Content-Type");
            Assert.True(content.Headers.TryAddWithoutValidation("Content-Type", mediaType));
            Assert.Equal("unsupported-media-type", await given.Node.SendAsync(HttpMethod.Post, "/runs", content, RunNode.Header(session)).CodeAsync(HttpStatusCode.UnsupportedMediaType));
        }
    }

    [Fact]
    public async Task Start_WithAsMuchAsThereMayBe_IsTaken_AndABodyThatIsTooLargeIsNot()
    {
        var variables = string.Join(',', Enumerable.Range(100, 100).Select(number => $"\"A{number}\": \"\""));
        var command = string.Join(',', Enumerable.Repeat("\"a\"", 255).Prepend($"\"{new string('a', (32 * 1024) - 255 - 400)}\""));
        var limits = """{"memoryBytes": 4294967296, "cpus": 4, "timeSeconds": 86400}""";
        var body = $$"""{"image": "app:1", "label": "{{new string('a', 200)}}", "command": [{{command}}], "environment": { {{variables}} }, "limits": {{limits}} }""";
        var detail = (await given.StartAsync(RunNode.Dora, body)).GetProperty("detail");
        Assert.Equal((256, 100), (detail.GetProperty("command").GetArrayLength(), detail.GetProperty("environment").EnumerateObject().Count()));
        Assert.Equal(
            "body-too-large",
            await given.PostAsync($$"""{"image": "app:1", "label": "{{new string('a', 64 * 1024)}}"}""", await given.EnterAsync(RunNode.Dora)).CodeAsync(HttpStatusCode.RequestEntityTooLarge));
    }
}
