using Platform.Grains.Runs;
using Platform.Grains.Tests.Hosts;
using Platform.Grains.Tests.OAuth;

namespace Platform.Grains.Tests.Runs;

/// <summary>The queue on two nodes over a database of its own, since it takes whatever waits.</summary>
public sealed class RunQueueTests(GrainNodes nodes) : IClassFixture<GrainNodes>
{
    private const int PerScope = 4;
    private const int PerUser = 4;

    [Fact]
    public async Task ManyMachines_TakeEachRunOnce_InOrder_AndNeverMoreThanTheLimits()
    {
        var runners = new[] { await nodes.NewRunnerAsync(), await nodes.NewRunnerAsync() };
        var asked = new List<NewRun>();
        for (var i = 0; i < 40; i++)
        {
            var (user, scope, client) = runners[i % 2];
            asked.Add(await nodes.DescribeAsync(user, scope, client));
        }

        await Task.WhenAll(asked.Select((run, i) => nodes.SubmitAsync(run, i % 2)));
        var taken = new List<RunSnapshot>();
        while (taken.Count < asked.Count)
        {
            // Both nodes, each several times at once, until nothing has a free place.
            var round = new List<RunSnapshot>();
            for (IEnumerable<RunSnapshot?> more = [null]; more.Any();)
            {
                var claims = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => nodes.ClaimAsync($"machine-{i % 2}", i % 2)));
                more = claims.Where(claim => claim is not null).ToList();
                round.AddRange(more!);
            }

            Assert.Equal(0, await nodes.Get<RunUpkeep>(0).LoseAsync(CancellationToken.None));
            Assert.All(round.GroupBy(run => run.Scope), scope => Assert.Equal(PerScope, scope.Count()));
            taken.AddRange(round);
            foreach (var run in round)
            {
                Assert.True(await nodes.Grains(1).Run(run.Id).EndAsync(run.Machine!, nodes.Ending()));
            }
        }

        Assert.Equal(asked.Select(run => run.Id.Value).Order(), taken.Select(run => run.Id.Value).Order());
        foreach (var scope in taken.GroupBy(run => run.Scope))
        {
            // In each round those that had waited longest.
            var rounds = scope.Select(run => run.Sequence).Chunk(PerScope).Select(round => round.Order()).SelectMany(round => round);
            Assert.Equal(scope.Select(run => run.Sequence).Order(), rounds);
        }
    }

    [Fact]
    public async Task RunThatIsPassedOver_KeepsItsPlace()
    {
        var (user, scope, client) = await nodes.NewRunnerAsync();
        var (other, elsewhere, _) = await nodes.NewRunnerAsync();
        var runs = new List<RunId>();
        for (var i = 0; i < PerScope + 1; i++)
        {
            runs.Add(await nodes.SubmitAsync(await nodes.DescribeAsync(user, scope, client)));
        }

        var later = await nodes.SubmitAsync(await nodes.DescribeAsync(other, elsewhere, client));
        for (var i = 0; i < PerScope; i++)
        {
            Assert.Equal(runs[i], (await nodes.ClaimAsync("a"))!.Id);
        }

        var waiting = (await nodes.Grains(0).Run(runs[PerScope]).FindAsync())!;
        Assert.Equal(0, (await nodes.Get<IRunQueue>(1).FindPositionsAsync([waiting], CancellationToken.None))[waiting.Id]);
        Assert.Equal(later, (await nodes.ClaimAsync("a", 1))!.Id);
        Assert.Null(await nodes.ClaimAsync("a"));
        Assert.True(await nodes.Grains(0).Run(runs[0]).EndAsync("a", nodes.Ending()));
        Assert.Equal(runs[PerScope], (await nodes.ClaimAsync("a", 1))!.Id);
        foreach (var run in runs.Append(later))
        {
            await nodes.Grains(0).Run(run).EndAsync("a", nodes.Ending());
        }
    }

    [Fact]
    public async Task UserInTwoScopes_HasTheirOwnPlacesAlone_AndOthersPassThem()
    {
        var (user, scope, client) = await nodes.NewRunnerAsync();
        var second = await nodes.NewContextAsync(user);
        await nodes.AllowAsync(second.Path);
        var (other, elsewhere, _) = await nodes.NewRunnerAsync();
        var runs = new List<RunId>();
        for (var i = 0; i < PerUser + 1; i++)
        {
            runs.Add(await nodes.SubmitAsync(await nodes.DescribeAsync(user, i % 2 == 0 ? scope : second, client)));
        }

        var later = await nodes.SubmitAsync(await nodes.DescribeAsync(other, elsewhere, client));
        foreach (var expected in runs.Take(PerUser).Append(later))
        {
            Assert.Equal(expected, (await nodes.ClaimAsync("a"))!.Id);
        }

        Assert.Null(await nodes.ClaimAsync("a", 1));
        Assert.True(await nodes.Grains(0).Run(runs[0]).EndAsync("a", nodes.Ending()));
        Assert.Equal(runs[PerUser], (await nodes.ClaimAsync("a", 1))!.Id);
        foreach (var run in runs.Append(later))
        {
            await nodes.Grains(0).Run(run).EndAsync("a", nodes.Ending());
        }
    }

    [Fact]
    public async Task Submit_IsRefused_WhereTheScopeDoesNotAllowIt()
    {
        var (user, scope, client) = await nodes.NewRunnerAsync();
        var run = await nodes.DescribeAsync(user, scope, client);
        var queue = nodes.Get<IRunQueue>(1);
        Assert.Equal(RunRefusal.ImageNotAllowed, (await queue.SubmitAsync(run with { Request = run.Request with { Image = "localhost/other" } }, CancellationToken.None)).Refusal);
        Assert.Equal(RunRefusal.OverLimit, (await queue.SubmitAsync(run with { Request = run.Request with { Limits = run.Request.Limits with { Cpus = 1000 } } }, CancellationToken.None)).Refusal);
        var stranger = await nodes.DescribeAsync(user, await nodes.NewContextAsync(user), client);
        Assert.Equal(RunRefusal.NotAllowed, (await queue.SubmitAsync(stranger, CancellationToken.None)).Refusal);
        Assert.Null(await nodes.Grains(0).Run(run.Id).FindAsync());
        Assert.Null(await nodes.ClaimAsync("a"));
    }

    [Fact]
    public async Task RunThatWaitsTooLong_IsGivenUp()
    {
        var (user, scope, client) = await nodes.NewRunnerAsync();
        var run = await nodes.SubmitAsync(await nodes.DescribeAsync(user, scope, client));
        nodes.Time.Advance(TimeSpan.FromDays(7));
        await nodes.Get<RunUpkeep>(1).PurgeAsync(nodes.Time.GetUtcNow(), CancellationToken.None);
        Assert.Equal(RunOutcome.NotStarted, (await nodes.Grains(0).Run(run).FindAsync())!.Ending!.Outcome);
        Assert.Null(await nodes.ClaimAsync("a"));
    }

    [Fact]
    public async Task RunThatIsOver_LeavesTheDatabase_WithItsLogAndItsIndex()
    {
        var (user, scope, client) = await nodes.NewRunnerAsync();
        var (run, _) = await nodes.NewRunningAsync(user, scope, client, "a");
        var logs = nodes.Get<RunLogs>(0);
        await logs.AppendAsync(run.Id, [new RunLogLine(1, 1, false, "a line")], CancellationToken.None);
        Assert.True(await nodes.Grains(0).Run(run.Id).EndAsync("a", nodes.Ending()));
        nodes.Time.Advance(TimeSpan.FromDays(29));
        await nodes.Grains(1).Sweeper().SweepAsync(CancellationToken.None);
        Assert.NotNull(await nodes.Grains(0).Run(run.Id).FindAsync());

        nodes.Time.Advance(TimeSpan.FromDays(1));
        await nodes.Grains(1).Sweeper().SweepAsync(CancellationToken.None);
        Assert.Null(await nodes.Grains(0).Run(run.Id).FindAsync());
        Assert.Empty(await logs.ReadAsync(run.Id, 0, 10, CancellationToken.None));
        var listed = await nodes.Get<RunList>(1).FindAsync(new RunFilter(scope.Path, null, null), new(), CancellationToken.None);
        Assert.Empty(listed.Value!.Items);

        // A machine that is behind brings nothing back.
        await logs.AppendAsync(run.Id, [new RunLogLine(2, 2, false, "another")], CancellationToken.None);
        Assert.Empty(await logs.ReadAsync(run.Id, 0, 10, CancellationToken.None));
    }
}
