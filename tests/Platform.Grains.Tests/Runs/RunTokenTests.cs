using Platform.Grains.OAuth;
using Platform.Grains.Runs;
using Platform.Grains.Tests.Hosts;
using Platform.Grains.Tests.Scopes;

namespace Platform.Grains.Tests.Runs;

/// <summary>What a run's token hangs on is taken away on one node; the other says no at its next look (invariant 2).</summary>
public sealed class RunTokenTests(GrainNodes nodes) : IClassFixture<GrainNodes>
{
    public static TheoryData<string> Ends => [.. EndsOfTokens.Keys];

    private static Dictionary<string, Func<GrainNodes, RunSnapshot, ClientSnapshot, Task>> EndsOfTokens { get; } = new()
    {
        ["run over"] = (nodes, run, _) => nodes.Grains(0).Run(run.Id).EndAsync("a", nodes.Ending()),
        ["run cancelled"] = (nodes, run, _) => nodes.Grains(0).Run(run.Id).CancelAsync(run.User),
        ["container ended"] = (nodes, run, _) => nodes.Grains(0).Run(run.Id).NoteStoppedAsync("a"),
        ["machine gone"] = (nodes, run, _) => nodes.Grains(0).Run(run.Id).LoseMachineAsync("a"),
        ["time limit"] = (nodes, _, _) =>
        {
            nodes.Time.Advance(TimeSpan.FromMinutes(10));
            return Task.CompletedTask;
        },
        ["user disabled"] = (nodes, run, _) => nodes.SetDisabledAsync(run.User, true),
        ["user disabled and enabled"] = async (nodes, run, _) =>
        {
            await nodes.SetDisabledAsync(run.User, true);
            await nodes.SetDisabledAsync(run.User, false);
        },
        ["user removed"] = (nodes, run, _) => nodes.Users(0).RemoveAsync(GrainNodes.Operator, run.User.ToString(), null, CancellationToken.None),
        ["all sessions ended"] = (nodes, run, _) => nodes.Grains(0).User(run.User).EndAllSessionsAsync(),
        ["consent withdrawn"] = (nodes, run, _) => nodes.Grains(0).UserGrants(run.User).WithdrawAsync(run.Client),
        ["client suspended"] = (nodes, run, _) => nodes.Grains(0).Client(run.Client).SetSuspendedAsync(true),
        ["membership removed"] = (nodes, run, _) => nodes.ExpelAsync(run.User, run.Scope),
        ["scope suspended"] = (nodes, run, _) => nodes.SuspendAsync(run.Scope),
        ["scope suspended and reopened"] = async (nodes, run, _) =>
        {
            await nodes.SuspendAsync(run.Scope);
            await nodes.ReopenAsync(run.Scope);
        },
    };

    [Theory, MemberData(nameof(Ends))]
    public async Task WhatItHangsOn_TakenAwayOnOneNode_EndsItOnTheOther(string what)
    {
        var (user, scope, client) = await nodes.NewRunnerAsync();
        var (run, token) = await nodes.NewRunningAsync(user, scope, client, "a");
        var live = (await LiveAsync(1, token))!;
        Assert.Equal((user, scope.Path, run.Id), (live.User!.Key, live.Context!.Path, live.Run!.Id));
        Assert.Null(live.Family);
        Assert.Null(live.Session);
        await EndsOfTokens[what](nodes, run, client);
        Assert.Null(await LiveAsync(1, token));
        Assert.Null(await LiveAsync(0, token));
        await nodes.Grains(0).Run(run.Id).EndAsync("a", nodes.Ending());
    }

    [Fact]
    public async Task OneTokenRevoked_TheNextOneCounts()
    {
        var (user, scope, client) = await nodes.NewRunnerAsync();
        var (run, token) = await nodes.NewRunningAsync(user, scope, client, "a");
        await nodes.Grains(0).RevokedToken(token.TokenId).RevokeAsync(nodes.Time.GetUtcNow().AddHours(1));
        Assert.Null(await LiveAsync(1, token));
        Assert.NotNull(await LiveAsync(1, RunFacts.TokenOf(run)));
        await nodes.Grains(0).Run(run.Id).EndAsync("a", nodes.Ending());
    }

    [Fact]
    public async Task RunThatHasNotBegun_GivesNothing()
    {
        var (user, scope, client) = await nodes.NewRunnerAsync();
        var id = await nodes.SubmitAsync(await nodes.DescribeAsync(user, scope, client));
        Assert.Null(await LiveAsync(0, RunFacts.TokenOf((await nodes.Grains(0).Run(id).FindAsync())!)));
        var taken = (await nodes.ClaimAsync("a"))!;
        Assert.Null(await LiveAsync(1, RunFacts.TokenOf(taken)));
        Assert.Null(await LiveAsync(1, RunFacts.TokenOf(taken) with { Run = RunId.New() }));
        var begun = (await nodes.Grains(0).Run(id).BeginStartAsync("a", "h", "i"))!;
        Assert.NotNull(await LiveAsync(1, RunFacts.TokenOf(begun)));
        await nodes.Grains(0).Run(id).EndAsync("a", nodes.Ending());
    }

    private ValueTask<LiveToken?> LiveAsync(int node, TokenGrounds token) => nodes.OAuth(node).FindLiveAsync(token, CancellationToken.None);
}
