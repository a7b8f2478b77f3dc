using System.Net;
using System.Text.Json;
using Platform.Runs.Tests.Support;
using Platform.Testing;

namespace Platform.Runs.Tests;

/// <summary>Runs wait, and go on after whatever went away is back.</summary>
[Collection(RunClusterTests.Name)]
public sealed class QueueTests(RunCluster cluster)
{
    [Fact]
    public async Task FiftyRuns_WithALimitOfFour_RunInOrder_AndNeverMoreThanFourAtATime()
    {
        var alice = await cluster.AliceAsync();
        var other = alice.At(cluster.Worker.Client);
        var runs = new List<string>();
        for (var i = 0; i < 50; i++)
        {
            runs.Add(await (i % 2 == 0 ? alice : other).StartAsync("echo $PLATFORM_RUN"));
        }

        // A place is taken from the moment at which a machine has the run, until it is over.
        var most = 0;
        await Eventually.TrueAsync(
            async () =>
            {
                var active = await alice.ListAsync("active=true");
                most = Math.Max(most, active.Count(run => run.GetProperty("state").GetString() != "queued"));
                return active.Count == 0;
            },
            RunCluster.Patience,
            "all are over");
        Assert.InRange(most, 2, RunCluster.Limit);

        var ends = new List<(DateTimeOffset Started, DateTimeOffset Ended)>();
        foreach (var run in runs)
        {
            var end = await alice.WaitForEndAsync(run);
            Assert.Equal("succeeded", end.GetProperty("state").GetString());
            Assert.Equal(run, (await alice.LogAsync(run)).Trim());
            ends.Add((end.GetProperty("startedAt").GetDateTimeOffset(), end.GetProperty("endedAt").GetDateTimeOffset()));
        }

        // Those that are begun together may overtake one another, and nothing else does.
        for (var i = 0; i < ends.Count; i++)
        {
            Assert.InRange(ends.Skip(i + 1).Count(later => later.Started < ends[i].Started), 0, RunCluster.Limit - 1);
        }
    }

    [Fact]
    public async Task EngineAway_NewRunsAre503_AndThoseThatWaitGoOn_WhenItIsBack()
    {
        var alice = await cluster.AliceAsync();
        var root = await cluster.RootAsync();
        var runs = new List<string>();
        for (var i = 0; i < RunCluster.Limit + 2; i++)
        {
            runs.Add(await alice.StartAsync($"echo begun; {Member.Gate}; echo done"));
        }

        // What the engine is just starting when it dies is lost, since nobody knows whether it began.
        foreach (var run in runs.Take(RunCluster.Limit))
        {
            await alice.WaitForLogAsync(run, "begun");
        }

        await cluster.Engine.KillAsync();
        await Eventually.TrueAsync(() => root.IsMachineReadyAsync(false), RunCluster.Patience, "the machine says that its engine is away");
        var (status, answer) = await alice.SendAsync(HttpMethod.Post, "runs", JsonSerializer.Serialize(Member.Script("true")));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("no-machine", answer, StringComparison.Ordinal);
        Assert.Equal("queued", (await alice.FindAsync(runs[^1])).GetProperty("state").GetString());

        await cluster.Engine.StartAsync();
        foreach (var run in runs)
        {
            await alice.OpenGateAsync(run);
        }

        foreach (var run in runs)
        {
            var end = await alice.WaitForEndAsync(run);
            Assert.True(end.GetProperty("state").GetString() == "succeeded", end.ToString());
            Assert.Equal("begun\ndone\n", await alice.LogAsync(run));
        }
    }

    [Fact]
    public async Task NodeKilled_TheNextOneGoesOn_WithItsRuns_AndBeginsNoneTwice()
    {
        var alice = await cluster.AliceAsync();
        var write = "wget -q -O /dev/null --header \"Authorization: Bearer $(cat $BEARER_TOKEN_FILE)\" --header 'Content-Type: application/json' --post-data '{}' $PLATFORM_URL/resources/again";
        var overlapping = await alice.StartAsync($"echo begun; for i in 1 2 3 4 5 6 7 8; do echo $i; sleep 1; done; until {write} 2>/dev/null; do sleep 0.5; done; echo written");
        var meanwhile = await alice.StartAsync("echo begun; sleep 1; echo done; exit 5");
        var inTime = await alice.StartAsync(Member.Script("echo begun; sleep 1; echo done", new { timeSeconds = 4 }));
        foreach (var run in new[] { overlapping, meanwhile, inTime })
        {
            await alice.WaitForLogAsync(run, "begun");
        }

        var deadline = (await alice.WaitForStateAsync(inTime, "running")).GetProperty("deadlineAt").GetDateTimeOffset();
        await cluster.Worker.KillAsync();
        await Eventually.TrueAsync(
            async () => (await cluster.Engine.RunAsync("ps", "-a", "--format", "{{.Status}}")).Contains("Exited (5)", StringComparison.Ordinal), RunCluster.Patience, "one has ended without the node");
        await Eventually.TrueAsync(() => TimeProvider.System.GetUtcNow() > deadline, RunCluster.Patience, "the time of one is over");
        await cluster.StartWorkerAsync();

        var ended = await alice.WaitForEndAsync(overlapping);
        Assert.Equal("succeeded", ended.GetProperty("state").GetString());
        Assert.Equal("begun\n1\n2\n3\n4\n5\n6\n7\n8\nwritten\n", await alice.LogAsync(overlapping));
        var failed = await alice.WaitForEndAsync(meanwhile);
        Assert.Equal(("failed", 5), (failed.GetProperty("state").GetString(), failed.GetProperty("exitCode").GetInt32()));

        // It was done before its time was over, if nobody looked.
        Assert.Equal("succeeded", (await alice.WaitForEndAsync(inTime)).GetProperty("state").GetString());
        Assert.Equal("begun\ndone\n", await alice.LogAsync(meanwhile));
        await cluster.NoContainersAsync();
    }

    [Fact]
    public async Task MachineStartedAnew_WhatRanThereIsLost_AndNotBegunAgain()
    {
        var alice = await cluster.AliceAsync();
        var run = await alice.StartAsync("echo begun; sleep 2; echo done");
        await alice.WaitForLogAsync(run, "begun");
        await cluster.Worker.KillAsync();
        await Eventually.TrueAsync(
            async () => (await cluster.Engine.RunAsync("ps", "-a", "--format", "{{.Status}}")).Contains("Exited (0)", StringComparison.Ordinal), RunCluster.Patience, "it has ended");
        Directory.Delete(Path.Combine(cluster.Engine.TokenDirectory, run), recursive: true);
        await cluster.StartWorkerAsync();

        Assert.Equal("lost", (await alice.WaitForEndAsync(run)).GetProperty("state").GetString());
        await cluster.NoContainersAsync();
    }

    [Fact]
    public async Task LessThanWhenItWasAskedFor_ItIsNotStarted()
    {
        var alice = await cluster.AliceAsync();
        var root = await cluster.RootAsync();
        await cluster.Worker.KillAsync();
        var large = await alice.StartAsync(Member.Script("true", new { memoryBytes = 64 * 1024 * 1024, timeSeconds = 60 }));
        var small = await alice.StartAsync(Member.Script("true", new { memoryBytes = 16 * 1024 * 1024, timeSeconds = 60 }));
        await root.SetRunsAsync(PlatformCluster.AquaMaps, """{"memoryBytes": 33554432}""");
        await cluster.StartWorkerAsync();

        var end = await alice.WaitForEndAsync(large);
        Assert.Equal("notStarted", end.GetProperty("state").GetString());
        Assert.Contains("memoryBytes is at most 33554432", end.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal("succeeded", (await alice.WaitForEndAsync(small)).GetProperty("state").GetString());
        await root.SetRunsAsync(PlatformCluster.AquaMaps, """{"memoryBytes": null}""");
    }

    [Fact]
    public async Task ContainerTakenAway_TheRunIsLost_AndNotBegunAgain()
    {
        var alice = await cluster.AliceAsync();
        var run = await alice.StartAsync("echo begun; sleep 30");
        await alice.WaitForLogAsync(run, "begun");
        await cluster.Worker.KillAsync();
        await cluster.Engine.RunAsync("rm", "-f", "-t", "0", $"platform-run-{run}");
        await cluster.StartWorkerAsync();

        Assert.Equal("lost", (await alice.WaitForEndAsync(run)).GetProperty("state").GetString());
        Assert.Equal("begun\n", await alice.LogAsync(run));
        await cluster.NoContainersAsync();
    }
}
