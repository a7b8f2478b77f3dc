using Platform.Grains.Cluster;
using Platform.Grains.Runs;
using Platform.Grains.Tests.Hosts;
using Platform.Grains.Users;
using Platform.Storage;
using Platform.Testing;

namespace Platform.Grains.Tests.Runs;

/// <summary>What a run passes through, once each, whoever asks again.</summary>
public sealed class RunLifeTests(GrainNodes nodes) : IClassFixture<GrainNodes>
{
    private static readonly UserKey Someone = new("local", "someone");

    [Fact]
    public async Task Run_BelongsToItsMachine_AndEndsOnce()
    {
        var id = await NewTakenAsync("a");
        Assert.Null(await nodes.Grains(0).Run(id).BeginStartAsync("b", "h", "i"));
        Assert.Null(await nodes.Grains(0).Run(id).NoteStartedAsync("a", nodes.Time.GetUtcNow()));
        Assert.Equal(RunPhase.Starting, (await nodes.Grains(0).Run(id).BeginStartAsync("a", "h", "i"))!.Phase);
        Assert.NotNull(await nodes.Grains(1).Run(id).BeginStartAsync("a", "h", "i"));

        // Another process that goes by the machine's name.
        Assert.Null(await nodes.Grains(1).Run(id).BeginStartAsync("a", "another", "i"));
        var started = nodes.Time.GetUtcNow();
        Assert.Equal(started + TimeSpan.FromMinutes(10), (await nodes.Grains(1).Run(id).NoteStartedAsync("a", started))!.DeadlineAt);
        Assert.False(await nodes.Grains(0).Run(id).EndAsync("b", nodes.Ending()));
        var ending = nodes.Ending(RunOutcome.Failed, 7);
        Assert.True(await nodes.Grains(0).Run(id).EndAsync("a", ending));
        Assert.True(await nodes.Grains(1).Run(id).EndAsync("a", ending));
        Assert.False(await nodes.Grains(1).Run(id).EndAsync("a", nodes.Ending()));
        Assert.Equal(ending, (await nodes.Grains(1).Run(id).CancelAsync(Someone))!.Ending);
        Assert.Equal(ending, (await nodes.Grains(1).Run(id).LoseMachineAsync("a"))!.Ending);
        Assert.Null(await nodes.Grains(1).Run(id).BeginStartAsync("a", "h", "i"));
    }

    [Fact]
    public async Task CancelledBeforeItBegins_ItIsOver_AndNeverBegun()
    {
        var id = await NewTakenAsync("a");
        Assert.Equal(RunOutcome.Cancelled, (await nodes.Grains(1).Run(id).CancelAsync(Someone))!.Ending!.Outcome);
        Assert.Null(await nodes.Grains(0).Run(id).BeginStartAsync("a", "h", "i"));

        var begun = await NewTakenAsync("a");
        Assert.NotNull(await nodes.Grains(0).Run(begun).BeginStartAsync("a", "h", "i"));
        Assert.Null((await nodes.Grains(1).Run(begun).CancelAsync(Someone))!.Ending);
        Assert.Null(await nodes.Grains(0).Run(begun).BeginStartAsync("a", "h", "i"));
        Assert.True(await nodes.Grains(0).Run(begun).EndAsync("a", nodes.Ending(RunOutcome.Cancelled, 137)));
    }

    [Fact]
    public async Task MachineGone_WhatHasNotBegunWaitsAgain_WhatHasIsLost()
    {
        var waiting = await NewTakenAsync("gone");
        var begun = await NewTakenAsync("gone");
        await nodes.Grains(0).Run(begun).BeginStartAsync("gone", "h", "i");
        Assert.Equal((RunPhase.Queued, null), PhaseOf(await nodes.Grains(1).Run(waiting).LoseMachineAsync("gone")));
        Assert.Equal((RunPhase.Ended, RunOutcome.Lost), PhaseOf(await nodes.Grains(1).Run(begun).LoseMachineAsync("gone")));

        // The machine comes back, and may begin neither.
        Assert.Null(await nodes.Grains(0).Run(waiting).BeginStartAsync("gone", "h", "i"));
        Assert.Null(await nodes.Grains(0).Run(begun).BeginStartAsync("gone", "h", "i"));
        Assert.False(await nodes.Grains(0).Run(begun).EndAsync("gone", nodes.Ending()));
        Assert.Equal(waiting, (await nodes.ClaimAsync("other"))!.Id);
        await nodes.Grains(0).Run(waiting).EndAsync("other", nodes.Ending());
    }

    [Fact]
    public async Task Machines_AreMissedOnlyWhenTheyAreFoundGoneTwice()
    {
        var machines = new[] { nodes.Get<RunMachines>(0), nodes.Get<RunMachines>(1) };
        Assert.True(await machines[0].BeatAsync(Word("m", "one"), CancellationToken.None));
        var id = await NewTakenAsync("m");
        await nodes.Grains(0).Run(id).BeginStartAsync("m", "one", "i");
        Assert.False(await machines[1].BeatAsync(Word("m", "two"), CancellationToken.None));
        Assert.True(await machines[1].IsAnyReadyAsync(CancellationToken.None));

        // Nobody was heard of while the database was away: the machine says that it is there before it is looked for again.
        nodes.Time.Advance(TimeSpan.FromMinutes(6));
        Assert.False(await machines[1].IsAnyReadyAsync(CancellationToken.None));
        Assert.Equal(0, await nodes.Get<RunUpkeep>(1).LoseAsync(CancellationToken.None));
        Assert.True(await machines[0].BeatAsync(Word("m", "one"), CancellationToken.None));
        nodes.Time.Advance(RunMachines.MissingAfter);
        Assert.Equal(0, await nodes.Get<RunUpkeep>(1).LoseAsync(CancellationToken.None));

        nodes.Time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(0, await nodes.Get<RunUpkeep>(1).LoseAsync(CancellationToken.None));
        nodes.Time.Advance(RunMachines.MissingAfter);
        Assert.Equal(1, await nodes.Get<RunUpkeep>(0).LoseAsync(CancellationToken.None));
        Assert.Equal(RunOutcome.Lost, (await nodes.Grains(1).Run(id).FindAsync())!.Ending!.Outcome);

        // Whoever comes next under the name may speak for it.
        Assert.True(await machines[1].BeatAsync(Word("m", "two"), CancellationToken.None));
        Assert.False(await machines[0].BeatAsync(Word("m", "one"), CancellationToken.None));
    }

    [Fact]
    public async Task EngineAway_WhatHasNotBegunGoesToOthers()
    {
        var machines = nodes.Get<RunMachines>(0);
        await machines.BeatAsync(Word("e", "one"), CancellationToken.None);
        var waiting = await NewTakenAsync("e");
        nodes.Time.Advance(TimeSpan.FromMinutes(6));
        await machines.BeatAsync(Word("e", "one") with { IsReady = false, Engine = "" }, CancellationToken.None);
        Assert.Equal(1, await nodes.Get<RunUpkeep>(0).LoseAsync(CancellationToken.None));
        Assert.Equal(waiting, (await nodes.ClaimAsync("other"))!.Id);
        await nodes.Grains(0).Run(waiting).EndAsync("other", nodes.Ending());
    }

    [Fact]
    public async Task EngineAway_WhatWasBegun_IsLost_OnceItMayNotGoOn()
    {
        var machines = nodes.Get<RunMachines>(0);
        await machines.BeatAsync(Word("f", "one"), CancellationToken.None);
        var cancelled = await NewTakenAsync("f");
        var late = await NewTakenAsync("f");
        foreach (var run in new[] { cancelled, late })
        {
            Assert.NotNull(await nodes.Grains(0).Run(run).BeginStartAsync("f", "one", "i"));
        }

        await LookAfterAsync(TimeSpan.FromMinutes(6), 0);
        await nodes.Grains(0).Run(cancelled).CancelAsync(Someone);
        await LookAfterAsync(TimeSpan.FromSeconds(1), 1);
        Assert.Equal(RunOutcome.Lost, (await nodes.Grains(1).Run(cancelled).FindAsync())!.Ending!.Outcome);
        Assert.Null((await nodes.Grains(1).Run(late).FindAsync())!.Ending);
        await LookAfterAsync(TimeSpan.FromMinutes(6), 1);
        Assert.Equal(RunOutcome.Lost, (await nodes.Grains(1).Run(late).FindAsync())!.Ending!.Outcome);

        async Task LookAfterAsync(TimeSpan time, int lost)
        {
            nodes.Time.Advance(time);
            Assert.True(await machines.BeatAsync(Word("f", "one") with { IsReady = false, Engine = "" }, CancellationToken.None));
            Assert.Equal(lost, await nodes.Get<RunUpkeep>(1).LoseAsync(CancellationToken.None));
        }
    }

    [Fact]
    public async Task ScopeRemoved_NothingOfItsRunsIsLeft_WhateverTheyDo()
    {
        var (user, scope, client) = await nodes.NewRunnerAsync();
        var (running, token) = await nodes.NewRunningAsync(user, scope, client, "a");
        var waiting = await nodes.SubmitAsync(await nodes.DescribeAsync(user, scope, client));
        Assert.NotNull(await nodes.OAuth(1).FindLiveAsync(token, CancellationToken.None));
        await StateTransaction.RunAsync(
            nodes.Get<IStateStore>(0),
            async (transaction, cancellationToken) =>
            {
                await nodes.Get<RunRows>(0).RemoveAsync(transaction, scope.Path, cancellationToken);
                return true;
            },
            CancellationToken.None);
        Assert.Empty((await nodes.Get<RunList>(1).FindAsync(new RunFilter(scope.Path, null, null), new(), CancellationToken.None)).Value!.Items);
        Assert.Null(await nodes.OAuth(1).FindLiveAsync(token, CancellationToken.None));
        Assert.Null(await nodes.ClaimAsync("a"));
        await Eventually.TrueAsync(
            async () => await nodes.Grains(1).Run(running.Id).FindAsync() is null && await nodes.Grains(0).Run(waiting).FindAsync() is null,
            TimeSpan.FromSeconds(30),
            "nobody knows of the runs");
        Assert.False(await nodes.Grains(0).Run(running.Id).EndAsync("a", nodes.Ending()));
    }

    [Fact]
    public async Task Progress_IsOfRunsThatRun_OnceASecond()
    {
        var (user, scope, client) = await nodes.NewRunnerAsync();
        var (run, _) = await nodes.NewRunningAsync(user, scope, client, "a");
        Assert.Equal(RunReport.Noted, await nodes.Grains(0).Run(run.Id).ReportAsync(10, "a"));
        Assert.Equal(RunReport.Noted, await nodes.Grains(1).Run(run.Id).ReportAsync(10, "a"));
        Assert.Equal(RunReport.TooSoon, await nodes.Grains(1).Run(run.Id).ReportAsync(20, null));
        nodes.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(RunReport.Noted, await nodes.Grains(1).Run(run.Id).ReportAsync(20, null));
        await nodes.Grains(0).Run(run.Id).EndAsync("a", nodes.Ending());
        Assert.Equal(RunReport.NotRunning, await nodes.Grains(1).Run(run.Id).ReportAsync(30, null));
    }

    [Fact]
    public async Task Log_KeepsTheNewest_AndSaysWhereItEnds()
    {
        var (user, scope, client) = await nodes.NewRunnerAsync();
        var (run, _) = await nodes.NewRunningAsync(user, scope, client, "a");
        var logs = nodes.Get<RunLogs>(0);
        await logs.AppendAsync(run.Id, [new(1, 10, false, "one"), new(2, 20, true, "two"), new(3, 20, false, "three"), new(4, 20, false, "four")], CancellationToken.None);
        Assert.Equal(new RunLogPlace(4, new RunStreamPlace(20, 2), new RunStreamPlace(20, 1)), await nodes.Get<RunLogs>(1).FindPlaceAsync(run.Id, CancellationToken.None));
        Assert.Equal(["three", "four"], (await logs.ReadAsync(run.Id, 2, 10, CancellationToken.None)).Select(line => line.Text));
        Assert.Equal(["four"], (await logs.ReadLastAsync(run.Id, 1, CancellationToken.None)).Select(line => line.Text));

        var line = new string('x', 100_000);
        for (var number = 5; number < 25; number++)
        {
            await logs.AppendAsync(run.Id, [new(number, number * 100, false, line)], CancellationToken.None);
        }

        var kept = await logs.ReadAsync(run.Id, 0, 100, CancellationToken.None);
        Assert.Equal(24, kept[^1].Number);
        Assert.InRange(kept.Sum(one => one.Text.Length), 900_000, (1024 * 1024) + line.Length);

        // Nothing of the errors is kept; what the engine still has of them is not new.
        Assert.Equal(new RunStreamPlace(kept[0].At, 0), (await logs.FindPlaceAsync(run.Id, CancellationToken.None)).Error);
        await nodes.Grains(0).Run(run.Id).EndAsync("a", nodes.Ending());
    }

    private static (RunPhase, RunOutcome?) PhaseOf(RunSnapshot? run) => (run!.Phase, run.Ending?.Outcome);

    private static RunMachineWord Word(string name, string holder) => new(name, holder, "node", "Engine 1", true, 4);

    private async Task<RunId> NewTakenAsync(string machine)
    {
        var (user, scope, client) = await nodes.NewRunnerAsync();
        var id = await nodes.SubmitAsync(await nodes.DescribeAsync(user, scope, client));
        Assert.Equal(id, (await nodes.ClaimAsync(machine))!.Id);
        return id;
    }
}
