using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Platform.Api.OAuth;
using Platform.Api.OAuth.Keys;
using Platform.Api.OAuth.Tokens.Grants;
using Platform.Api.Runs;
using Platform.Api.Tests.OAuth.Tokens;
using Platform.Api.Tests.Support;
using Platform.Grains.Administration;
using Platform.Grains.Administration.Members;
using Platform.Grains.Administration.Users;
using Platform.Grains.OAuth;
using Platform.Grains.Runs;
using Platform.Grains.Scopes;

namespace Platform.Api.Tests.Runs;

/// <summary>What a run's token says and opens, and what it is over with.</summary>
[Collection(RunCollection.Name)]
public sealed class RunTokenTests(RunNode given)
{
    [Fact]
    public async Task Token_SaysWhoseItIs_AndWhichRunActs()
    {
        var (run, token) = await given.RunningAsync(RunNode.Dora);
        var claims = await given.Tokens.ClaimsAsync(token, JwtSigner.AccessTokenType);
        Assert.Equal(
            (run.User.ToString(), TestData.AquaMaps, TokenNode.Issuer, "read write", RunNode.Client, run.Id.Value),
            (claims.Text("sub"), claims.Text("context"), claims.Text("aud"), claims.Text("scope"), claims.Text("client_id"), claims.Text("run")));
        Assert.Equal($$"""{"sub":"run:{{run.Id}}"}""", claims.GetProperty("act").GetRawText());
        Assert.Equal([Roles.DataManager, Roles.Member], claims.Texts("roles").Order(StringComparer.Ordinal));
        Assert.True(DateTimeOffset.FromUnixTimeSeconds(claims.GetProperty("exp").GetInt64()) <= run.DeadlineAt);

        var info = await given.Tokens.IntrospectAsync(token);
        Assert.Equal((true, $"run:{run.Id}"), (info.GetProperty("active").GetBoolean(), info.GetProperty("act").Text("sub")));
        var session = await given.GetAsync("/session", token).JsonAsync();
        Assert.Equal((RunNode.Dora, TestData.AquaMaps), (session.Text("user"), session.Text("scope")));
    }

    [Fact]
    public async Task Token_OfARunThatAnExchangedTokenStarted_NamesAllWhoAct()
    {
        await given.BeatAsync();
        var exchanged = await ExchangeAsync(await given.TokenAsync("runs read write", RunNode.Dora), "runs read");
        var run = await given.BeginAsync(RunNode.IdOf(await given.PostAsync(RunNode.Asked, exchanged).JsonAsync(HttpStatusCode.Created)));
        var claims = await given.Tokens.ClaimsAsync(await given.SignAsync(run), JwtSigner.AccessTokenType);
        Assert.Equal(($"run:{run.Id}", TokenNode.Exchange), (claims.GetProperty("act").Text("sub"), claims.GetProperty("act").GetProperty("act").Text("sub")));
        Assert.Equal("read", claims.Text("scope"));
    }

    [Fact]
    public async Task Token_CountsFromTheStartToTheEnd()
    {
        var id = await given.StartIdAsync(RunNode.Dora);
        var tokens = given.Node.Services.GetRequiredService<RunTokens>();
        Assert.Null(await tokens.FindGroundsAsync((await given.Run(id).FindAsync())!, CancellationToken.None));
        await given.ClaimAsync(id);
        Assert.Null(await tokens.FindGroundsAsync((await given.Run(id).FindAsync())!, CancellationToken.None));

        var token = await given.SignAsync((await given.Run(id).BeginStartAsync(RunNode.Machine, RunNode.Holder, "sha256:1"))!);
        await given.AssertAcceptedAsync(token);
        await given.Run(id).NoteStartedAsync(RunNode.Machine, given.Node.Time.GetUtcNow());
        await given.AssertAcceptedAsync(token);
        await given.Run(id).NoteStoppedAsync(RunNode.Machine);
        await given.AssertRefusedAsync(token);
        await given.EndAsync(id);
        await given.AssertRefusedAsync(token);
        Assert.Null(await tokens.FindGroundsAsync((await given.Run(id).FindAsync())!, CancellationToken.None));
    }

    [Fact]
    public async Task Token_IsRefusedAfterItsRunsDeadline()
    {
        var (run, token) = await given.RunningAsync(RunNode.Dora, """{"image": "app:1", "limits": {"timeSeconds": 30}}""");
        Assert.Equal(run.StartedAt + TimeSpan.FromSeconds(30), run.DeadlineAt);
        await given.AssertAcceptedAsync(token);

        // One that says that it lives for longer, too: the run's row counts.
        var longer = await given.SignAsync(run with { DeadlineAt = run.DeadlineAt + TimeSpan.FromHours(1) });
        given.Node.Time.Advance(TimeSpan.FromSeconds(31));
        await given.AssertRefusedAsync(token);
        await given.AssertRefusedAsync(longer);
        Assert.Equal("invalid-token", await given.SendAsync("POST", $"/runs/{run.Id}/progress", """{"percent": 1}""", longer).CodeAsync(HttpStatusCode.Unauthorized));
    }

    [Fact]
    public async Task Token_IsRefusedAfterItsUserIsDisabled()
    {
        var user = await given.NewStarterAsync();
        var (_, token) = await given.RunningAsync(user);
        await DisableAsync(user, true);
        await given.AssertRefusedAsync(token);
        await DisableAsync(user, false);
        await given.AssertRefusedAsync(token);
    }

    [Fact]
    public async Task Token_IsRefusedAfterItsUsersMembershipIsRemoved()
    {
        var user = await given.NewStarterAsync();
        var (_, token) = await given.RunningAsync(user);
        await given.AssertAcceptedAsync(token);
        await given.Node.Services.RemoveMemberAsync(user);
        await given.AssertRefusedAsync(token);
    }

    [Fact]
    public async Task Token_IsRefusedAfterItsUserWithdrawsTheGrant_ForGood()
    {
        var user = await given.NewStarterAsync();
        var (run, token) = await given.RunningAsync(user);
        Assert.True(await given.Tokens.Grains.UserGrants(run.User).WithdrawAsync(new ClientId(RunNode.Client)));
        await given.AssertRefusedAsync(token);
        var (_, next) = await given.RunningAsync(user);
        await given.AssertAcceptedAsync(next);
        await given.AssertRefusedAsync(token);
    }

    [Fact]
    public async Task Token_IsRefusedAfterItsClientIsSuspended_ForGood()
    {
        var (_, token) = await given.RunningAsync(RunNode.Dora);
        var client = given.Tokens.Grains.Client(new ClientId(RunNode.Client));
        await client.SetSuspendedAsync(true);
        await given.AssertRefusedAsync(token);
        await client.SetSuspendedAsync(false);
        await given.AssertRefusedAsync(token);
    }

    [Fact]
    public async Task Token_IsRefusedAfterItsScopeIsSuspended_ForGood()
    {
        var user = await given.NewStarterAsync();
        await given.JoinAsync(user, TestData.Icis, Roles.DataManager);
        await given.SetAsync(TestData.Icis, new() { Images = RunNode.Images(RunNode.Image) });
        var (_, token) = await given.RunningAsync(user, scope: TestData.Icis);
        await given.AssertAcceptedAsync(token);
        foreach (var act in new[] { "suspend", "reopen" })
        {
            using var answer = await given.SendAsync("POST", $"/admin/api/scopes/{new ScopePath(TestData.Icis).ToSegment()}/{act}", null, await given.EnterAsync("admin"));
            Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}");
            await given.AssertRefusedAsync(token);
        }
    }

    [Fact]
    public async Task Token_GoesOnWhenItsUserLogsOut()
    {
        var user = await given.NewStarterAsync();
        var (_, token) = await given.RunningAsync(user);
        using var logout = await given.SendAsync("POST", "/Logout", null, await given.EnterAsync(user));
        Assert.True(logout.IsSuccessStatusCode, $"{logout.StatusCode}");
        await given.AssertAcceptedAsync(token);
    }

    [Fact]
    public async Task Token_OfARunThatATokenStarted_IsRefusedAfterThatClientIsSuspended()
    {
        var id = new ClientId("starter-" + Guid.NewGuid().ToString("N"));
        var web = (await given.Tokens.Check.DescribeClientAsync(new ClientId(TokenNode.Web), CancellationToken.None))!.Definition;
        await given.Tokens.MakeAsync(id.Value, web);
        var tokens = (await given.Tokens.TokensAsync(id.Value, "runs read", RunNode.Dora, TestData.AquaMaps, bound: false)).Tokens;
        var run = await given.BeginAsync(RunNode.IdOf(await given.PostAsync(RunNode.Asked, tokens.Text("access_token")).JsonAsync(HttpStatusCode.Created)));
        var token = await given.SignAsync(run);
        await given.AssertAcceptedAsync(token);
        await given.Tokens.Grains.Client(id).SetSuspendedAsync(true);
        await given.AssertRefusedAsync(token);
    }

    [Fact]
    public async Task Token_StoresDocuments_WhichSayTheRun_AndItSaysThem()
    {
        var (run, token) = await given.RunningAsync(RunNode.Dora);
        var path = $"/resources/written-{run.Id}";
        using var put = await given.SendAsync("PUT", path, """{"by": "a run"}""", token, "Resource-Visibility: public");
        Assert.Equal((HttpStatusCode.Created, run.Id.Value), (put.StatusCode, put.Headers.GetValues("Resource-Run").Single()));

        foreach (var credential in new[] { await given.EnterAsync(RunNode.Mia), await given.EnterAsync("alice"), token })
        {
            using var read = await given.GetAsync(path, credential);
            Assert.Equal((HttpStatusCode.OK, run.Id.Value), (read.StatusCode, read.Headers.GetValues("Resource-Run").Single()));
            var meta = await given.GetAsync(path + "?meta=true", credential).JsonAsync();
            Assert.Equal((run.Id.Value, run.User.ToString(), RunNode.Client), (meta.Text("changedByRun"), meta.Text("changedBy"), meta.Text("changedByClient")));
        }

        foreach (var more in new[] { "", "&meta=true" })
        {
            using var anonymous = await given.Node.GetAsync($"{path}?scope={TestData.AquaMaps}{more}");
            Assert.Equal(HttpStatusCode.OK, anonymous.StatusCode);
            Assert.False(anonymous.Headers.Contains("Resource-Run"));
            Assert.DoesNotContain(run.Id.Value, (await anonymous.Content.ReadAsStringAsync()).Replace(path["/resources/".Length..], "", StringComparison.Ordinal), StringComparison.Ordinal);
        }

        foreach (var user in new[] { RunNode.Dora, "alice" })
        {
            var written = Assert.Single((await given.GetAsync($"/runs/{run.Id}", await given.EnterAsync(user)).JsonAsync()).GetProperty("written").EnumerateArray());
            Assert.Equal((TestData.AquaMaps, path["/resources/".Length..]), (written.Text("scope"), written.Text("path")));
        }

        Assert.True((await given.GetAsync($"/runs/{run.Id}", await given.EnterAsync(RunNode.Mia)).JsonAsync()).IsNull("written"));

        // A person changes it: no run did last.
        using var changed = await given.SendAsync("PUT", path, "{}", await given.EnterAsync("alice"));
        Assert.False(changed.Headers.Contains("Resource-Run"));
        Assert.False((await given.GetAsync(path + "?meta=true", await given.EnterAsync("alice")).JsonAsync()) is var after && after.Has("changedByRun") && !after.IsNull("changedByRun"));
        Assert.Single((await given.GetAsync($"/runs/{run.Id}", await given.EnterAsync(RunNode.Dora)).JsonAsync()).GetProperty("written").EnumerateArray());
    }

    [Fact]
    public async Task Token_ForReadAlone_StoresNothing()
    {
        var (run, token) = await given.RunningAsync(RunNode.Dora, """{"image": "app:1", "oauthScopes": ["read"]}""");
        using var put = await given.SendAsync("PUT", $"/resources/unwritten-{run.Id}", "{}", token);
        Assert.Equal(HttpStatusCode.Forbidden, put.StatusCode);
        Assert.Empty((await given.GetAsync($"/runs/{run.Id}", await given.EnterAsync(RunNode.Dora)).JsonAsync()).GetProperty("written").EnumerateArray());
    }

    [Fact]
    public async Task Token_IsLimitedToItsScope()
    {
        var (run, token) = await given.RunningAsync("alice");
        using var put = await given.SendAsync("PUT", $"/resources/elsewhere-{run.Id}?scope={TestData.Farm}", "{}", token);
        Assert.True(put.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Forbidden, $"{put.StatusCode}");
        Assert.Equal("session-required", await given.GetAsync("/account/runs", token).CodeAsync(HttpStatusCode.Unauthorized));
    }

    [Fact]
    public async Task Exchange_OfARunsToken_GivesOneThatIsOverWithTheRun()
    {
        var (run, token) = await given.RunningAsync(RunNode.Dora);
        var exchanged = await ExchangeAsync(token, "read");
        var claims = await given.Tokens.ClaimsAsync(exchanged, JwtSigner.AccessTokenType);
        Assert.Equal(
            (run.User.ToString(), "read", TokenNode.Exchange, $"run:{run.Id}"),
            (claims.Text("sub"), claims.Text("scope"), claims.GetProperty("act").Text("sub"), claims.GetProperty("act").GetProperty("act").Text("sub")));
        await given.AssertAcceptedAsync(exchanged);
        await given.SendAsync("DELETE", $"/runs/{run.Id}", null, await given.EnterAsync(RunNode.Dora)).JsonAsync();
        await given.AssertRefusedAsync(exchanged);
        Assert.Equal("invalid_request", await AskExchangeAsync(token, "read").ErrorAsync());
    }

    [Fact]
    public async Task Exchange_OfARunsToken_WidensNothing()
    {
        var (_, token) = await given.RunningAsync(RunNode.Dora, """{"image": "app:1", "oauthScopes": ["read"]}""");
        Assert.Equal("invalid_scope", await AskExchangeAsync(token, "write").ErrorAsync());
        Assert.Equal("invalid_scope", await AskExchangeAsync(token, "runs").ErrorAsync());
        Assert.Equal("invalid_scope", await AskExchangeAsync(token, "read d4s-context:" + TestData.Farm).ErrorAsync());
    }

    [Fact]
    public async Task Progress_IsReportedByTheRunAlone_WhileItRuns()
    {
        var (run, token) = await given.RunningAsync(RunNode.Dora, """{"image": "app:1", "oauthScopes": []}""");
        var path = $"/runs/{run.Id}/progress";
        using var answer = await given.SendAsync("POST", path, """{"percent": 40, "message": "reading <b>"}""", token);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        var progress = (await given.GetAsync($"/runs/{run.Id}", await given.EnterAsync(RunNode.Mia)).JsonAsync()).GetProperty("progress");
        Assert.Equal((40, "reading <b>", false), (progress.GetProperty("percent").GetInt32(), progress.Text("message"), progress.IsNull("at")));

        // Once a second at most.
        Assert.Equal("too-many-reports", await given.SendAsync("POST", path, """{"percent": 41}""", token).CodeAsync(HttpStatusCode.TooManyRequests));
        given.Node.Time.Advance(TimeSpan.FromSeconds(1));
        using var next = await given.SendAsync("POST", path, """{"percent": 40}""", token);
        Assert.Equal(HttpStatusCode.NoContent, next.StatusCode);

        foreach (var (body, place) in new[]
        {
            ("""{"percent": -1}""", "body member percent"),
            ("""{"percent": 101}""", "body member percent"),
            ($$"""{"percent": 1, "message": "{{new string('a', 501)}}"}""", "body member message"),
            ("""{"percent": 1, "message": "two\nlines"}""", "body member message"),
        })
        {
            Assert.Equal(("malformed-run", place), await given.SendAsync("POST", path, body, token).ProblemAsync(HttpStatusCode.BadRequest));
        }

        foreach (var body in new[] { null, "{}", """{"percent": "1"}""", """{"percent": 1.5}""", """{"percent": 1, "more": 1}""", """{"percent": 1, "message": "\ud800"}""" })
        {
            Assert.Equal("malformed-body", await given.SendAsync("POST", path, body, token).CodeAsync(HttpStatusCode.BadRequest));
        }

        // Not by its user, nor by who manages runs, nor by another run.
        var (_, other) = await given.RunningAsync(RunNode.Dora);
        foreach (var credential in new[] { await given.EnterAsync(RunNode.Dora), await given.EnterAsync("admin"), await given.TokenAsync("runs read write", RunNode.Dora), other })
        {
            Assert.Equal("not-of-the-run", await given.SendAsync("POST", path, """{"percent": 99}""", credential).CodeAsync(HttpStatusCode.Forbidden));
        }

        Assert.Equal("token-required", await given.Node.SendAsync(HttpMethod.Post, path, null).CodeAsync(HttpStatusCode.Unauthorized));
        Assert.Equal(40, (await given.Run(run.Id).FindAsync())!.Progress!.Percent);
        await given.EndAsync(run.Id);
        Assert.Equal("invalid-token", await given.SendAsync("POST", path, """{"percent": 50}""", token).CodeAsync(HttpStatusCode.Unauthorized));
        Assert.Equal(RunReport.NotRunning, await given.Run(run.Id).ReportAsync(50, null));
    }

    [Fact]
    public async Task Token_IsInNoLog()
    {
        var (run, token) = await given.RunningAsync(RunNode.Dora);
        await given.AssertAcceptedAsync(token);
        await given.SendAsync("POST", $"/runs/{run.Id}/progress", """{"percent": 1}""", token);
        await given.EndAsync(run.Id);
        await given.AssertRefusedAsync(token);
        var signature = token[(token.LastIndexOf('.') + 1)..];
        Assert.DoesNotContain(given.Node.Logs.Lines, line => line.Contains(signature, StringComparison.Ordinal));
        Assert.Contains(given.Node.Logs.Lines, line => line.Contains("/progress 204", StringComparison.Ordinal));
    }

    private async Task<string> ExchangeAsync(string subject, string oauthScopes) => (await AskExchangeAsync(subject, oauthScopes).JsonAsync()).Text("access_token");

    private Task<HttpResponseMessage> AskExchangeAsync(string subject, string oauthScopes) => given.Tokens.TokenAsync(TokenNode.Exchange, new()
    {
        ["grant_type"] = GrantTypes.TokenExchange,
        ["subject_token"] = subject,
        ["subject_token_type"] = TokenExchangeGrant.AccessTokenType,
        ["scope"] = oauthScopes,
    });

    private async Task DisableAsync(string user, bool disabled) => Assert.True((await given.Node.Services.GetRequiredService<UserAdministration>().SetDisabledAsync(
        AdministrationActor.Operator("test"), user, disabled, null, CancellationToken.None)).IsDone);
}

/// <summary>What administrators do to who has runs.</summary>
internal static class RunActs
{
    public static async Task RemoveMemberAsync(this IServiceProvider services, string user, string scope = TestData.AquaMaps) => Assert.True(
        (await services.GetRequiredService<MemberAdministration>().RemoveAsync(AdministrationActor.Operator("test"), new ScopePath(scope), user, null, CancellationToken.None)).IsDone);
}
