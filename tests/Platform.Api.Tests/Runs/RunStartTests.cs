using System.Net;
using System.Text;
using System.Text.Json;
using Platform.Api.Tests.OAuth.Tokens;
using Platform.Api.Tests.Support;
using Platform.Grains.OAuth;
using Platform.Grains.Runs;

namespace Platform.Api.Tests.Runs;

/// <summary>Runs that are asked for: what is taken, and what is refused where.</summary>
[Collection(RunCollection.Name)]
public sealed class RunStartTests(RunNode given)
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

    [Fact]
    public async Task Start_AndWhatBecomesOfIt_IsInTheAudit()
    {
        var id = await given.StartIdAsync(RunNode.Dora);
        await given.SendAsync("DELETE", $"/runs/{id}", null, await given.EnterAsync("alice")).JsonAsync();
        await given.SendAsync("DELETE", $"/runs/{id}", null, await given.EnterAsync("alice")).JsonAsync();
        var image = $"refused:{Guid.NewGuid():N}";
        await given.PostAsync($$"""{"image": "{{image}}"}""", await given.EnterAsync(RunNode.Dora)).CodeAsync(HttpStatusCode.Forbidden);
        var audit = await given.GetAsync($"/admin/api/audit?action=run.change&limit=100&object=run:{id}", await given.EnterAsync("admin")).JsonAsync();
        Assert.Equal(
            [(await given.SubjectAsync("alice"), "ok"), (await given.SubjectAsync(RunNode.Dora), "ok")],
            audit.GetProperty("items").EnumerateArray().Select(entry => (entry.Text("subject"), entry.Text("outcome"))));
        var refused = await given.GetAsync($"/admin/api/audit?action=run.change&text={image}", await given.EnterAsync("admin")).JsonAsync();
        Assert.Equal("image-not-allowed", Assert.Single(refused.GetProperty("items").EnumerateArray()).Text("outcome"));
    }

    [Fact]
    public async Task Start_ByNobody_Is401() =>
        Assert.Equal("token-required", await given.Node.SendAsync(HttpMethod.Post, "/runs", new StringContent(RunNode.Asked, Encoding.UTF8, "application/json")).CodeAsync(HttpStatusCode.Unauthorized));

    [Fact]
    public async Task Start_InNoScope_OrInAnother_IsRefused()
    {
        var nowhere = await given.EnterAsync(RunNode.Dora, null);
        Assert.Equal(("no-scope-selected", "query parameter scope"), await given.PostAsync(RunNode.Asked, nowhere).ProblemAsync(HttpStatusCode.BadRequest));
        Assert.Equal("malformed-scope", await PostAsync("scope=x", nowhere).CodeAsync(HttpStatusCode.BadRequest));
        Assert.Equal("scope-mismatch", await PostAsync("scope=" + TestData.TryIt, await given.EnterAsync(RunNode.Dora)).CodeAsync(HttpStatusCode.BadRequest));
        foreach (var scope in new[] { TestData.TryIt, TestData.Em, TestData.Farm + "/Absent" })
        {
            Assert.Equal("not-a-member", await PostAsync("scope=" + scope, nowhere).CodeAsync(HttpStatusCode.Forbidden));
        }

        var named = await PostAsync("scope=" + TestData.AquaMaps, nowhere).JsonAsync(HttpStatusCode.Created);
        Assert.Equal(TestData.AquaMaps, named.Text("scope"));

        async Task<HttpResponseMessage> PostAsync(string query, string session)
        {
            await given.BeatAsync();
            return await given.SendAsync("POST", "/runs?" + query, RunNode.Asked, session);
        }
    }

    [Fact]
    public async Task Start_IsForRolesThatMay_OrForMembersWhereTheScopeSaysSo()
    {
        Assert.Equal("not-a-starter", await given.PostAsync(RunNode.Asked, await given.EnterAsync(RunNode.Mia)).CodeAsync(HttpStatusCode.Forbidden));
        await given.StartAsync("alice");
        await given.StartAsync(RunNode.Dora);
        await given.StartAsync("bob", scope: TestData.TryIt);
        Assert.False((await TermsAsync(RunNode.Mia)).GetProperty("mayStart").GetBoolean());
        Assert.True((await TermsAsync(RunNode.Dora)).GetProperty("mayStart").GetBoolean());

        await given.SetAsync(TestData.AquaMaps, new() { ForMembers = new(true) });
        Assert.True((await TermsAsync(RunNode.Mia)).GetProperty("mayStart").GetBoolean());
        await given.StartAsync(RunNode.Mia);
        await given.SetAsync(TestData.AquaMaps, new() { ForMembers = new(null) });
        Assert.Equal("not-a-starter", await given.PostAsync(RunNode.Asked, await given.EnterAsync(RunNode.Mia)).CodeAsync(HttpStatusCode.Forbidden));

        async Task<JsonElement> TermsAsync(string user) => await given.GetAsync("/runs/terms", await given.EnterAsync(user)).JsonAsync();
    }

    [Theory]
    [InlineData("app:2")]
    [InlineData("app")]
    [InlineData("docker.io/app:1")]
    [InlineData("App:1")]
    public async Task Start_WithAnImageThatIsNotListed_Is403(string image) => Assert.Equal(
        "image-not-allowed", await given.PostAsync($$"""{"image": "{{image}}"}""", await given.EnterAsync(RunNode.Dora)).CodeAsync(HttpStatusCode.Forbidden));

    [Fact]
    public async Task Start_WithAnInputThatIsNotThere_OrNotForItsUser_Is404()
    {
        var path = $"input-{Guid.NewGuid():N}";
        var alice = await given.EnterAsync("alice");
        foreach (var visibility in new[] { "members", "managers", "public" })
        {
            using var put = await given.SendAsync("PUT", $"/resources/{path}/{visibility}", "{}", alice, "Resource-Visibility: " + visibility);
            Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        }

        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(RunNode.Dora, "absent"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(RunNode.Dora, "managers"));
        Assert.Equal(HttpStatusCode.Created, await StatusAsync(RunNode.Dora, "members"));
        Assert.Equal(HttpStatusCode.Created, await StatusAsync("alice", "managers"));

        // It would not read with its token what it gets as a file.
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(RunNode.Dora, "members", """, "oauthScopes": ["write"]"""));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(RunNode.Dora, "members", """, "oauthScopes": []"""));
        Assert.Equal(HttpStatusCode.Created, await StatusAsync(RunNode.Dora, "public", """, "oauthScopes": ["write"]"""));
        Assert.Equal(
            ("no-such-input", "body member inputs"),
            await given.PostAsync($$"""{"image": "app:1", "inputs": ["{{path}}/members", "{{path}}/absent"]}""", await given.EnterAsync(RunNode.Dora)).ProblemAsync(HttpStatusCode.NotFound));

        async Task<HttpStatusCode> StatusAsync(string user, string name, string more = "")
        {
            using var answer = await given.PostAsync($$"""{"image": "app:1", "inputs": ["{{path}}/{{name}}"]{{more}}}""", await given.EnterAsync(user));
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task Start_WithOAuthScopesThatAreNotHeld_Is403()
    {
        var session = await given.EnterAsync(RunNode.Dora);
        foreach (var name in new[] { "admin", "runs", "openid", "nonsense", "" })
        {
            Assert.Equal(("oauth-scope-not-held", "body member oauthScopes"), await AskAsync(session, name).ProblemAsync(HttpStatusCode.Forbidden));
        }

        // The client has it, the token has not.
        var token = await given.TokenAsync("runs read", RunNode.Dora);
        Assert.Equal(("oauth-scope-not-held", "body member oauthScopes"), await AskAsync(token, "write").ProblemAsync(HttpStatusCode.Forbidden));
        Assert.Equal(["read"], (await AskAsync(token, "read").JsonAsync(HttpStatusCode.Created)).GetProperty("detail").Texts("oauthScopes"));

        // None asked for: those of the usual ones that the token has.
        var usual = await given.PostAsync(RunNode.Asked, token).JsonAsync(HttpStatusCode.Created);
        Assert.Equal(["read"], usual.GetProperty("detail").Texts("oauthScopes"));
        Assert.Equal(TokenNode.Web, usual.GetProperty("detail").Text("client"));

        Task<HttpResponseMessage> AskAsync(string credential, string name) => given.PostAsync($$"""{"image": "app:1", "oauthScopes": ["{{name}}"]}""", credential);
    }

    [Fact]
    public async Task Start_ByAClientForItself_Is403() =>
        Assert.Equal("run-needs-user", await given.PostAsync(RunNode.Asked, await given.RobotTokenAsync()).CodeAsync(HttpStatusCode.Forbidden));

    [Fact]
    public async Task Start_ByARun_Is403()
    {
        var (run, token) = await given.RunningAsync(RunNode.Dora);
        Assert.Equal("insufficient-oauth-scope", await given.PostAsync(RunNode.Asked, token).CodeAsync(HttpStatusCode.Forbidden));

        // Even one whose token were for it.
        var able = await given.SignAsync(run with { Authorization = run.Authorization with { OAuthScopes = ["runs", "read"] } });
        Assert.Equal("run-needs-user", await given.PostAsync(RunNode.Asked, able).CodeAsync(HttpStatusCode.Forbidden));
    }

    [Fact]
    public async Task Start_WithATokenForLess_Is403_WithAChallenge()
    {
        var reading = await given.TokenAsync("runs:read read write", RunNode.Dora);
        using var refused = await given.PostAsync(RunNode.Asked, reading);
        var challenge = Assert.Single(refused.Headers.WwwAuthenticate);
        Assert.Contains("error=\"insufficient_scope\"", challenge.Parameter, StringComparison.Ordinal);
        Assert.Contains("scope=\"runs\"", challenge.Parameter, StringComparison.Ordinal);
        Assert.Equal("insufficient-oauth-scope", await Task.FromResult(refused).CodeAsync(HttpStatusCode.Forbidden));

        var id = await given.StartIdAsync(RunNode.Dora);
        foreach (var path in new[] { "/runs", "/runs/terms", $"/runs/{id}" })
        {
            await given.GetAsync(path, reading).JsonAsync();
        }

        await given.GetAsync($"/runs/{id}/logs", reading).TextAsync();
        Assert.Equal("insufficient-oauth-scope", await given.SendAsync("DELETE", $"/runs/{id}", null, reading).CodeAsync(HttpStatusCode.Forbidden));
        var neither = await given.TokenAsync("read write", RunNode.Dora);
        foreach (var path in new[] { "/runs", "/runs/terms", $"/runs/{id}", $"/runs/{id}/logs" })
        {
            using var answer = await given.GetAsync(path, neither);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
            Assert.Contains("scope=\"runs:read\"", Assert.Single(answer.Headers.WwwAuthenticate).Parameter, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Start_WithoutAMachineWhoseEngineAnswers_Is503()
    {
        var session = await given.EnterAsync(RunNode.Dora);
        await given.BeatAsync(isReady: false);
        Assert.Equal("no-machine", await given.SendAsync("POST", "/runs", RunNode.Asked, session).CodeAsync(HttpStatusCode.ServiceUnavailable));
        await given.BeatAsync();
        await given.SendAsync("POST", "/runs", RunNode.Asked, session).JsonAsync(HttpStatusCode.Created);

        // Not heard of for a while.
        given.Node.Time.Advance(RunMachines.MissingAfter + TimeSpan.FromSeconds(1));
        Assert.Equal("no-machine", await given.SendAsync("POST", "/runs", RunNode.Asked, session).CodeAsync(HttpStatusCode.ServiceUnavailable));
        await given.BeatAsync();
        await given.SendAsync("POST", "/runs", RunNode.Asked, session).JsonAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Start_WithoutATrustedClientForRuns_Is503()
    {
        var session = await given.EnterAsync(RunNode.Dora);
        var client = given.Tokens.Grains.Client(new ClientId(RunNode.Client));
        await client.SetSuspendedAsync(true);
        Assert.Equal("no-runs-client", await given.PostAsync(RunNode.Asked, session).CodeAsync(HttpStatusCode.ServiceUnavailable));
        await client.SetSuspendedAsync(false);
        await client.RedefineAsync(RunNode.Definition with { Trusted = false });
        Assert.Equal("no-runs-client", await given.PostAsync(RunNode.Asked, session).CodeAsync(HttpStatusCode.ServiceUnavailable));
        await client.RedefineAsync(RunNode.Definition);
        await given.PostAsync(RunNode.Asked, session).JsonAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Start_TwiceWithOneIdempotencyKey_GivesOneRun()
    {
        var session = await given.EnterAsync(RunNode.Dora);
        var key = $"Idempotency-Key: \"{Guid.NewGuid()}\"";
        using var first = await given.PostAsync(RunNode.Asked, session, key);
        var run = await Task.FromResult(first).JsonAsync(HttpStatusCode.Created);
        using var again = await given.PostAsync(RunNode.Asked, session, key);
        Assert.Equal(run.Text("id"), (await Task.FromResult(again).JsonAsync(HttpStatusCode.Created)).Text("id"));
        Assert.Equal(first.Headers.Location, again.Headers.Location);
        Assert.Equal("idempotency-key-reused", await given.PostAsync("""{"image": "app:1", "label": "another"}""", session, key).CodeAsync(HttpStatusCode.UnprocessableEntity));

        // Keys belong to who sent them.
        Assert.NotEqual(run.Text("id"), (await given.PostAsync(RunNode.Asked, await given.EnterAsync("alice"), key).JsonAsync(HttpStatusCode.Created)).Text("id"));
    }

    [Theory]
    [InlineData("cross-site", "application/json", "cross-site", HttpStatusCode.Forbidden)]
    [InlineData("same-site", "application/json", "cross-site", HttpStatusCode.Forbidden)]
    [InlineData("same-origin", "application/x-www-form-urlencoded", "unsupported-media-type", HttpStatusCode.UnsupportedMediaType)]
    [InlineData(null, "text/plain", "unsupported-media-type", HttpStatusCode.UnsupportedMediaType)]
    public async Task Start_ByAFormOfAnotherSite_IsRefused(string? from, string mediaType, string code, HttpStatusCode status)
    {
        await given.BeatAsync();
        var cookie = "Cookie: JSESSIONID=" + await given.EnterAsync(RunNode.Dora);
        string[] headers = from is null ? [cookie] : [cookie, "Sec-Fetch-Site: " + from];
        using var content = new StringContent(RunNode.Asked, Encoding.UTF8, mediaType);
        Assert.Equal(code, await given.Node.SendAsync(HttpMethod.Post, "/runs", content, headers).CodeAsync(status));
        if (from is not null)
        {
            var id = await given.StartIdAsync(RunNode.Dora);
            using var cancelled = await given.Node.SendAsync(HttpMethod.Delete, $"/runs/{id}", null, headers);
            Assert.Equal(from == "same-origin" ? HttpStatusCode.OK : HttpStatusCode.Forbidden, cancelled.StatusCode);
        }
    }
}
