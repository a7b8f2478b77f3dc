using System.Net;
using Platform.Api.Tests.Support;
using Platform.Grains.Administration.Runs;

namespace Platform.Api.Tests.Runs;

/// <summary>What operators set: another node for each setting would take longer than the tests.</summary>
public sealed class RunOwnNodeTests : IAsyncLifetime
{
    private readonly RunNode _given = new();

    public Task InitializeAsync() => _given.StartAsync(
        new() { ["Resources:Writers"] = "Runs", ["Runs:QueuedPerUser"] = "2", ["Runs:QueuedPerScope"] = "3", ["Runs:Client"] = RunNode.Client }, isWhole: false);

    public Task DisposeAsync() => _given.DisposeAsync();

    [Fact]
    public async Task Start_BeforeThereIsAClientAndAMachine_Is503_AndBeyondTheQuota429()
    {
        var session = await _given.EnterAsync(RunNode.Dora);
        Assert.Equal("no-runs-client", await _given.SendAsync("POST", "/runs", RunNode.Asked, session).CodeAsync(HttpStatusCode.ServiceUnavailable));
        await _given.AddClientAsync();
        Assert.Equal("no-machine", await _given.SendAsync("POST", "/runs", RunNode.Asked, session).CodeAsync(HttpStatusCode.ServiceUnavailable));

        var first = await _given.StartIdAsync(RunNode.Dora);
        Assert.Equal(1, (await _given.StartAsync(RunNode.Dora)).GetProperty("position").GetInt32());
        Assert.Equal("run-quota", await _given.PostAsync(RunNode.Asked, session).CodeAsync(HttpStatusCode.TooManyRequests));
        Assert.Equal(2, (await _given.StartAsync("alice")).GetProperty("position").GetInt32());
        Assert.Equal("run-quota", await _given.PostAsync(RunNode.Asked, await _given.EnterAsync("alice")).CodeAsync(HttpStatusCode.TooManyRequests));

        // What does not wait any more is not counted.
        await _given.SendAsync("DELETE", $"/runs/{first}", null, session).JsonAsync();
        Assert.Equal(2, (await _given.StartAsync(RunNode.Dora)).GetProperty("position").GetInt32());
        Assert.Equal("run-quota", await _given.PostAsync(RunNode.Asked, session).CodeAsync(HttpStatusCode.TooManyRequests));
        await _given.BeginAsync(RunNode.IdOf((await _given.GetAsync("/runs?mine=true&active=true", session).JsonAsync()).GetProperty("items")[0]));
        await _given.StartAsync(RunNode.Dora);

        // Of many at a time no more are taken than may wait.
        var alice = await _given.EnterAsync("alice");
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => _given.SendAsync("POST", "/runs", RunNode.Asked, alice)));
        Assert.Equal(2, answers.Count(answer => answer.StatusCode == HttpStatusCode.Created));
        Assert.Equal(10, answers.Count(answer => answer.StatusCode == HttpStatusCode.TooManyRequests));
        Assert.Equal("run-quota", await _given.PostAsync(RunNode.Asked, session).CodeAsync(HttpStatusCode.TooManyRequests));
    }

    [Fact]
    public async Task Writers_AreRunsAlone_WhereTheOperatorSaysSo()
    {
        await _given.AddClientAsync();
        const string path = "/resources/by-runs";
        var (run, token) = await _given.RunningAsync(RunNode.Dora);
        foreach (var credential in new[]
        {
            await _given.EnterAsync("alice"),
            await _given.EnterAsync("admin"),
            await _given.TokenAsync("read write", RunNode.Dora),
            await _given.TokenAsync("runs read write", "alice"),
        })
        {
            Assert.Equal("not-a-run", await _given.SendAsync("PUT", path, "{}", credential).CodeAsync(HttpStatusCode.Forbidden));
        }

        using var put = await _given.SendAsync("PUT", path, """{"n": 1}""", token);
        Assert.Equal((HttpStatusCode.Created, run.Id.Value), (put.StatusCode, put.Headers.GetValues("Resource-Run").Single()));
        Assert.Equal("not-a-run", await _given.SendAsync("PUT", path, "{}", await _given.EnterAsync("alice")).CodeAsync(HttpStatusCode.Forbidden));
        Assert.Equal("not-a-run", await _given.SendAsync("DELETE", path, null, await _given.EnterAsync("alice")).CodeAsync(HttpStatusCode.Forbidden));
        Assert.Equal("""{"n": 1}""", await _given.GetAsync(path, await _given.EnterAsync(RunNode.Mia)).TextAsync());

        // A run of somebody with no more than the right to start it writes there.
        await _given.SetAsync(TestData.AquaMaps, new RunSettingsChange { ForMembers = new(true) });
        var (_, ofMember) = await _given.RunningAsync(RunNode.Mia);
        using var again = await _given.SendAsync("PUT", path, """{"n": 2}""", ofMember);
        Assert.Equal(HttpStatusCode.NoContent, again.StatusCode);
        using var deleted = await _given.SendAsync("DELETE", path, null, ofMember);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
    }
}
