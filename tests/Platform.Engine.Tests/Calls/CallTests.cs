using Platform.Engine.Tests.Grains;
using Platform.Engine.Tests.Hosts;
using Platform.Testing;

namespace Platform.Engine.Tests.Calls;

public sealed class CallTests : EngineTest
{
    [Fact]
    public async Task EveryKindOfMethod_Answers()
    {
        var node = await StartAsync();
        var grain = node.Grains.GetGrain<ICallGrain>(NewKey());

        await grain.DoAsync();
        Assert.Equal(7, await grain.EchoAsync(7));
        await grain.DoValueAsync();
        Assert.Equal("text", await grain.EchoValueAsync("text", CancellationToken.None));
    }

    [Fact]
    public async Task Key_IsTheReferencesAndTheGrains()
    {
        var node = await StartAsync();
        const string Key = "key with spaces/and:signs?é";
        var grain = node.Grains.GetGrain<ICallGrain>(Key);

        Assert.Equal(Key, grain.GetPrimaryKeyString());
        Assert.Equal(Key, await grain.KeyAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Exception_ReachesTheCallerAsItIs_AndTheGrainGoesOn(bool late)
    {
        var node = await StartAsync();
        var grain = node.Grains.GetGrain<ICallGrain>(NewKey());

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => grain.FailAsync("told", late));

        Assert.Equal("told", failure.Message);
        Assert.Equal(1, await grain.EchoAsync(1));
    }

    [Fact]
    public async Task GrainsCallGrains()
    {
        var node = await StartAsync();
        var (asker, asked) = (NewKey(), NewKey());

        Assert.Equal($"{asker}>{asked}", await node.Grains.GetGrain<ICallGrain>(asker).AskAsync(asked));
    }

    [Fact]
    public async Task CallInACircle_EndsInTime_AndNamesTheMethod()
    {
        var node = await StartAsync(new ClusterOptions { ResponseTimeout = TimeSpan.FromSeconds(2) });
        var (first, second) = (NewKey(), NewKey());

        var failure = await Assert.ThrowsAsync<TimeoutException>(() => node.Grains.GetGrain<ICallGrain>(first).AskInCircleAsync(second));

        Assert.Contains(nameof(ICallGrain), failure.Message, StringComparison.Ordinal);
        await Eventually.TrueAsync(() => AnswersAsync(node.Grains.GetGrain<ICallGrain>(first)), Deadline, "the grain answers again");
    }

    [Fact]
    public async Task Cancellation_ReachesTheCallerAtOnce_AndTheGrain()
    {
        var node = await StartAsync();
        var grain = node.Grains.GetGrain<ITurnGrain>(NewKey());
        using var cancellation = new CancellationTokenSource();
        var call = grain.WaitCancellablyAsync("never", cancellation.Token);
        await Eventually.TrueAsync(() => Probe.CountOf("waiting never") == 1, Deadline, "the turn began");

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await Eventually.TrueAsync(() => Probe.CountOf("cancelled never") == 1, Deadline, "the grain's token was cancelled");
    }

    [Fact]
    public async Task CancelledCall_ThatStillWaits_HasNoEffect()
    {
        var node = await StartAsync();
        var grain = node.Grains.GetGrain<ITurnGrain>(NewKey());
        var held = grain.HoldAsync("cancel");
        await Eventually.TrueAsync(() => Probe.CountOf("held cancel") == 1, Deadline, "the turn began");
        using var cancellation = new CancellationTokenSource();
        var call = grain.WaitCancellablyAsync("queued", cancellation.Token);

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Probe.Open("cancel");
        await held;
        await grain.RecordAsync("next");

        // One engine leaves it out, the other begins it with a token that is cancelled already.
        Assert.Equal(Probe.CountOf("waiting queued"), Probe.CountOf("cancelled queued"));
    }

    [Fact]
    public async Task WhatACallerHolds_DoesNotChangeWithTheGrain()
    {
        var node = await StartAsync();
        var grain = node.Grains.GetGrain<ICallGrain>(NewKey());
        await grain.AddAsync(1);
        var before = await grain.NumbersAsync();

        await grain.AddAsync(2);

        Assert.Equal<IEnumerable<int>>([1], before);
        Assert.Equal<IEnumerable<int>>([1, 2], await grain.NumbersAsync());
    }

    [Fact]
    public async Task Filter_RunsAroundTheCall_AndMayRefuseIt()
    {
        var node = await StartAsync();
        var grain = node.Grains.GetGrain<IFilteredGrain>(NewKey());

        Assert.Equal(42, await grain.AllowedAsync());
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => grain.ForbiddenAsync());

        Assert.Equal(["before AllowedAsync", "in AllowedAsync", "after AllowedAsync"], Probe.Events);
    }

    [Fact]
    public async Task ManyCallsAtOnce_AllAnswer()
    {
        var node = await StartAsync();
        var grains = Enumerable.Range(0, 50).Select(_ => node.Grains.GetGrain<ICallGrain>(NewKey())).ToList();

        var answers = await Task.WhenAll(Enumerable.Range(0, 5000).Select(i => Task.Run(() => grains[i % 50].EchoAsync(i))));

        Assert.Equal(Enumerable.Range(0, 5000), answers);
    }

    private static async Task<bool> AnswersAsync(ICallGrain grain)
    {
        try
        {
            return await grain.EchoAsync(1) == 1;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
