using System.Net;
using System.Text.Json;
using Platform.Api.Tests.OAuth.Tokens;
using Platform.Api.Tests.Support;
using Platform.Grains.Runs;

namespace Platform.Api.Tests.Runs;

/// <summary>Who sees which runs and how much of them, and who cancels them.</summary>
[Collection(RunCollection.Name)]
public sealed class RunViewTests(RunNode given)
{
    [Fact]
    public async Task WhoSeesWhat()
    {
        var id = await given.StartIdAsync(RunNode.Dora, """{"image": "app:1", "label": "seen", "environment": {"SECRET": "told to few"}}""");
        await given.BeginAsync(id);
        await given.LogAsync(id, (1, "a line"));
        foreach (var user in new[] { RunNode.Dora, "alice", "admin" })
        {
            var whole = await given.GetAsync($"/runs/{id}", await given.EnterAsync(user)).JsonAsync();
            Assert.Equal(("running", "told to few"), (whole.Text("state"), whole.GetProperty("detail").GetProperty("environment").Text("SECRET")));
            Assert.Equal(RunNode.Machine, whole.GetProperty("detail").Text("machine"));
            Assert.Equal("a line\n", await given.GetAsync($"/runs/{id}/logs", await given.EnterAsync(user)).TextAsync());
        }

        var mia = await given.EnterAsync(RunNode.Mia);
        using var answer = await given.GetAsync($"/runs/{id}", mia);
        var summary = await Task.FromResult(answer).JsonAsync();
        Assert.Equal(("running", "seen", true, true), (summary.Text("state"), summary.Text("label"), summary.IsNull("detail"), summary.IsNull("written")));
        Assert.DoesNotContain("told to few", summary.GetRawText(), StringComparison.Ordinal);
        Assert.Equal("not-the-runs-owner", await given.GetAsync($"/runs/{id}/logs", mia).CodeAsync(HttpStatusCode.Forbidden));
        Assert.Equal("not-the-runs-owner", await given.SendAsync("DELETE", $"/runs/{id}", null, mia).CodeAsync(HttpStatusCode.Forbidden));
        var listed = await FindAsync(await given.GetAsync("/runs", mia).JsonAsync(), id);
        Assert.True(listed.IsNull("detail") && listed.IsNull("written"));

        foreach (var stranger in new[] { await given.EnterAsync("carol", null), await given.EnterAsync("bob", TestData.TryIt) })
        {
            Assert.Equal("no-such-run", await given.GetAsync($"/runs/{id}", stranger).CodeAsync(HttpStatusCode.NotFound));
            Assert.Equal("no-such-run", await given.GetAsync($"/runs/{id}/logs", stranger).CodeAsync(HttpStatusCode.NotFound));
            Assert.Equal("no-such-run", await given.SendAsync("DELETE", $"/runs/{id}", null, stranger).CodeAsync(HttpStatusCode.NotFound));
            Assert.Equal("not-a-member", await given.GetAsync("/runs?scope=" + TestData.AquaMaps, stranger).CodeAsync(HttpStatusCode.Forbidden));
        }

        Assert.Equal("token-required", await given.Node.GetAsync($"/runs/{id}").CodeAsync(HttpStatusCode.Unauthorized));
        Assert.Equal("running", (await given.GetAsync($"/runs/{id}", mia).JsonAsync()).Text("state"));

        // Why it ended may name inputs, programs and folders.
        Assert.True(await given.Run(id).EndAsync(RunNode.Machine, new RunEnding(RunOutcome.NotStarted, null, "told to few", given.Node.Time.GetUtcNow())));
        Assert.Equal("told to few", (await given.GetAsync($"/runs/{id}", await given.EnterAsync("alice")).JsonAsync()).Text("reason"));
        summary = await given.GetAsync($"/runs/{id}", mia).JsonAsync();
        Assert.Equal(("notStarted", true), (summary.Text("state"), summary.IsNull("reason")));

        static Task<JsonElement> FindAsync(JsonElement page, RunId run) =>
            Task.FromResult(page.GetProperty("items").EnumerateArray().Single(item => item.Text("id") == run.Value));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("0123456789abcdef0123456789abcdef")]
    [InlineData("0123456789ABCDEF0123456789ABCDEF")]
    [InlineData("run:0123456789abcdef0123456789abcdef")]
    [InlineData("%00")]
    public async Task Get_OfWhatIsNoRun_Is404(string id)
    {
        var session = await given.EnterAsync("alice");
        foreach (var path in new[] { $"/runs/{id}", $"/runs/{id}/logs" })
        {
            using var answer = await given.GetAsync(path, session);
            Assert.True(answer.StatusCode is HttpStatusCode.NotFound || (id == "%00" && answer.StatusCode is HttpStatusCode.BadRequest), $"{path}: {answer.StatusCode}");
        }
    }

    [Fact]
    public async Task ATokenForAnotherScope_DoesNotSeeARun_EvenOfItsUser()
    {
        var id = await given.StartIdAsync("alice");
        var here = await given.TokenAsync("runs", "alice");
        var elsewhere = await given.TokenAsync("runs", "alice", TestData.Farm);
        await given.GetAsync($"/runs/{id}", here).JsonAsync();
        Assert.Equal("no-such-run", await given.GetAsync($"/runs/{id}", elsewhere).CodeAsync(HttpStatusCode.NotFound));
        Assert.Equal("no-such-run", await given.GetAsync($"/runs/{id}/logs", elsewhere).CodeAsync(HttpStatusCode.NotFound));
        Assert.Equal("no-such-run", await given.SendAsync("DELETE", $"/runs/{id}", null, elsewhere).CodeAsync(HttpStatusCode.NotFound));
        Assert.Equal("not-a-member", await given.GetAsync("/runs?scope=" + TestData.AquaMaps, elsewhere).CodeAsync(HttpStatusCode.Forbidden));
        foreach (var query in new[] { "", "?mine=true" })
        {
            Assert.DoesNotContain(id.Value, await given.GetAsync("/runs" + query, elsewhere).TextAsync(), StringComparison.Ordinal);
            Assert.Contains(id.Value, await given.GetAsync("/runs" + query, here).TextAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Lists_PageByPage_TheNewestFirst()
    {
        var user = await given.NewStarterAsync();
        var started = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            started.Insert(0, (await given.StartIdAsync(user)).Value);
        }

        var seen = new List<string>();
        var pages = 0;
        for (string? cursor = ""; cursor is not null; pages++)
        {
            var page = await given.GetAsync("/runs?mine=true&limit=2" + (cursor.Length == 0 ? "" : "&cursor=" + Uri.EscapeDataString(cursor)), await given.EnterAsync(user)).JsonAsync();
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(run => run.Text("id")));
            cursor = page.IsNull("next") ? null : page.Text("next");
        }

        Assert.Equal(started, seen);
        Assert.Equal(3, pages);
    }

    [Fact]
    public async Task Lists_MineAndActive()
    {
        var user = await given.NewStarterAsync();
        var session = await given.EnterAsync(user);
        var over = await given.StartIdAsync(user);
        await given.SendAsync("DELETE", $"/runs/{over}", null, session).JsonAsync();
        var waits = await given.StartIdAsync(user);
        var others = await given.StartIdAsync(RunNode.Dora);
        await given.JoinAsync(user, TestData.TryIt);
        var elsewhere = await given.StartIdAsync(user, scope: TestData.TryIt);

        Assert.Equal([elsewhere, waits, over], await ListAsync("?mine=true", await given.EnterAsync(user, null)));
        Assert.Equal([elsewhere, waits, over], await ListAsync("?mine=true", session));
        Assert.Equal([waits, over], await ListAsync("?mine=true&scope=" + TestData.AquaMaps, session));
        Assert.Equal([elsewhere, waits], await ListAsync("?mine=true&active=true", session));
        Assert.Equal([over], await ListAsync("?mine=true&active=false", session));

        // In no scope, one's own; in one, those of all.
        Assert.Equal([elsewhere, waits, over], await ListAsync("", await given.EnterAsync(user, null)));
        var inScope = await ListAsync("?limit=100", session);
        Assert.Contains(others, inScope);
        Assert.DoesNotContain(elsewhere, inScope);
        Assert.DoesNotContain(over, await ListAsync("?active=true&limit=100", session));
        Assert.Contains(elsewhere, await ListAsync("?scope=" + TestData.TryIt, session));

        async Task<List<RunId>> ListAsync(string query, string credential) =>
            [.. (await given.GetAsync("/runs" + query, credential).JsonAsync()).GetProperty("items").EnumerateArray().Select(RunNode.IdOf)];
    }

    [Theory]
    [InlineData("mine=yes", "malformed-request", "query parameter mine")]
    [InlineData("active=1", "malformed-request", "query parameter active")]
    [InlineData("limit=0", "malformed-request", "query parameter limit")]
    [InlineData("limit=x", "malformed-request", "query parameter limit")]
    public async Task List_WithAQueryThatIsNone_Is400(string query, string code, string place) =>
        Assert.Equal((code, place), await given.GetAsync("/runs?" + query, await given.EnterAsync(RunNode.Dora)).ProblemAsync(HttpStatusCode.BadRequest));

    [Theory]
    [InlineData("scope=/a//b")]
    [InlineData("cursor=nonsense")]
    public async Task List_WithAScopeOrCursorThatIsNone_Is400(string query)
    {
        using var answer = await given.GetAsync("/runs?" + query, await given.EnterAsync(RunNode.Dora));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Cancel_OfWhatWaits_EndsItAtOnce()
    {
        var id = await given.StartIdAsync(RunNode.Dora);
        var cancelled = await given.SendAsync("DELETE", $"/runs/{id}", null, await given.EnterAsync(RunNode.Dora)).JsonAsync();
        Assert.Equal(("cancelled", true, true), (cancelled.Text("state"), cancelled.GetProperty("isOver").GetBoolean(), cancelled.IsNull("position")));
        Assert.Equal(await given.SubjectAsync(RunNode.Dora), cancelled.GetProperty("detail").Text("cancelledBy"));

        // No machine gets it.
        var next = await given.StartIdAsync(RunNode.Dora);
        await given.ClaimAsync(next);
        Assert.Null(await given.Run(id).BeginStartAsync(RunNode.Machine, RunNode.Holder, "sha256:1"));
        Assert.Equal(RunPhase.Ended, (await given.Run(id).FindAsync())!.Phase);
    }

    [Fact]
    public async Task Cancel_OfWhatRuns_RefusesItsTokenAtOnce()
    {
        var (run, token) = await given.RunningAsync(RunNode.Dora);
        await given.AssertAcceptedAsync(token);

        // By who manages runs there.
        var cancelled = await given.SendAsync("DELETE", $"/runs/{run.Id}", null, await given.EnterAsync("alice")).JsonAsync();
        Assert.Equal(("cancelling", false), (cancelled.Text("state"), cancelled.GetProperty("isOver").GetBoolean()));
        Assert.Equal(await given.SubjectAsync("alice"), cancelled.GetProperty("detail").Text("cancelledBy"));
        await given.AssertRefusedAsync(token);

        // Again, by another: it stays as it was.
        var again = await given.SendAsync("DELETE", $"/runs/{run.Id}", null, await given.EnterAsync(RunNode.Dora)).JsonAsync();
        Assert.Equal(await given.SubjectAsync("alice"), again.GetProperty("detail").Text("cancelledBy"));
        await given.EndAsync(run.Id, RunOutcome.Cancelled, 137);
        Assert.Equal("cancelled", (await given.GetAsync($"/runs/{run.Id}", await given.EnterAsync(RunNode.Dora)).JsonAsync()).Text("state"));
    }

    [Fact]
    public async Task Cancel_Twice_IsInTheAuditOnce_WithWhoDid()
    {
        var (run, _) = await given.RunningAsync(RunNode.Dora);
        foreach (var user in new[] { "alice", RunNode.Dora })
        {
            await given.SendAsync("DELETE", $"/runs/{run.Id}", null, await given.EnterAsync(user)).JsonAsync();
        }

        var audit = await given.GetAsync($"/admin/api/audit?action=run.change&object=run:{run.Id}&text=cancelled", await given.EnterAsync("admin")).JsonAsync();
        Assert.Equal([await given.SubjectAsync("alice")], audit.GetProperty("items").EnumerateArray().Select(entry => entry.Text("subject")));
    }

    [Fact]
    public async Task Cancel_BeforeItIsBegun_KeepsItFromBeginning()
    {
        var id = await given.StartIdAsync(RunNode.Dora);
        await given.ClaimAsync(id);
        await given.SendAsync("DELETE", $"/runs/{id}", null, await given.EnterAsync(RunNode.Dora)).JsonAsync();
        Assert.Null(await given.Run(id).BeginStartAsync(RunNode.Machine, RunNode.Holder, "sha256:1"));
    }

    [Fact]
    public async Task Cancel_OfWhatIsOver_ChangesNothing()
    {
        var (run, _) = await given.RunningAsync(RunNode.Dora);
        await given.EndAsync(run.Id, RunOutcome.Failed, 3);
        var session = await given.EnterAsync(RunNode.Dora);
        var before = await given.GetAsync($"/runs/{run.Id}", session).JsonAsync();
        Assert.Equal(("failed", 3), (before.Text("state"), before.GetProperty("exitCode").GetInt32()));
        var after = await given.SendAsync("DELETE", $"/runs/{run.Id}", null, session).JsonAsync();
        Assert.Equal(before.GetRawText(), after.GetRawText());
        Assert.True(after.GetProperty("detail").IsNull("cancelledBy"));
    }

    [Fact]
    public async Task WhoIsNoMemberAnyMore_StillSeesTheirOwn_AndStartsNoMore()
    {
        var user = await given.NewStarterAsync();
        var id = await given.StartIdAsync(user);
        var session = await given.EnterAsync(user, null);
        await given.Tokens.Node.Services.RemoveMemberAsync(user);
        Assert.False((await given.GetAsync($"/runs/{id}", session).JsonAsync()).IsNull("detail"));
        Assert.Equal("not-a-member", await given.SendAsync("POST", "/runs?scope=" + TestData.AquaMaps, RunNode.Asked, session).CodeAsync(HttpStatusCode.Forbidden));
        Assert.Equal("cancelled", (await given.SendAsync("DELETE", $"/runs/{id}", null, session).JsonAsync()).Text("state"));
    }
}
