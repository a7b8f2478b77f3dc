using System.Net;
using System.Text;
using System.Text.Json;
using Platform.Api.Tests.OAuth.Tokens;
using Platform.Api.Tests.Support;
using Platform.Grains.OAuth;
using Platform.Grains.Runs;

namespace Platform.Api.Tests.Runs;

/// <summary>Who may start what where.</summary>
[Collection(RunCollection.Name)]
public sealed class RunStartTests(RunNode given)
{
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
        Assert.Equal("malformed-request", await PostAsync("scope=/x//y", nowhere).CodeAsync(HttpStatusCode.BadRequest));
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
