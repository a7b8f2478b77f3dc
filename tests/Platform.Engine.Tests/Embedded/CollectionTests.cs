using Platform.Engine.Tests.Grains;
using Platform.Testing;

namespace Platform.Engine.Tests.Embedded;

public sealed class CollectionTests : EmbeddedTest
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task UnusedGrain_LeavesAfterTheCollectionAge_AndAUsedOneStays()
    {
        var node = await StartWithClockAsync(options => options.CollectionAge = TimeSpan.FromMinutes(10));
        var (unused, used) = (NewKey(), NewKey());
        await node.Grains.GetGrain<INoteGrain>(unused).ReadAsync();
        await node.Grains.GetGrain<INoteGrain>(used).ReadAsync();

        Clock.Advance(TimeSpan.FromMinutes(8));
        await node.Grains.GetGrain<INoteGrain>(used).ReadAsync();
        Clock.Advance(TimeSpan.FromMinutes(4));

        await Eventually.TrueAsync(() => Probe.CountOf($"deactivated {unused}") == 1, Deadline, "the unused grain left");
        Assert.Equal(0, Probe.CountOf($"deactivated {used}"));
        Assert.Equal(1, EngineOf(node).Activations.Count);
    }

    [Fact]
    public async Task GrainWithATurnUnderWay_Stays()
    {
        var node = await StartWithClockAsync(options => options.CollectionAge = TimeSpan.FromMinutes(1));
        var held = node.Grains.GetGrain<ITurnGrain>(NewKey()).HoldAsync("collect");

        Clock.Advance(TimeSpan.FromMinutes(5));

        Assert.False(EngineOf(node).Activations.All.Single().IsLeaving);
        Probe.Open("collect");
        await Assert.ThrowsAsync<TimeoutException>(() => held);
    }

    [Fact]
    public async Task TooManyGrains_TheLeastRecentlyUsedLeave()
    {
        var node = await StartWithClockAsync(options => options.MaxActivations = 5);
        var keys = Enumerable.Range(0, 8).Select(_ => NewKey()).ToList();

        foreach (var key in keys)
        {
            await node.Grains.GetGrain<INoteGrain>(key).ReadAsync();
            Clock.Advance(TimeSpan.FromSeconds(1));
            await Eventually.TrueAsync(() => EngineOf(node).Activations.Count <= 5, Deadline, "memory is bounded");
        }

        Assert.Equal([1, 1, 1, 0, 0, 0, 0, 0], keys.Select(key => Probe.CountOf($"deactivated {key}")));
    }

    [Fact]
    public async Task TooManyBusyGrains_GoOverTheLimit_AndLeaveOnceTheyAreIdle()
    {
        var node = await StartWithClockAsync(options => options.MaxActivations = 3);
        var held = Enumerable.Range(0, 6).Select(_ => node.Grains.GetGrain<ITurnGrain>(NewKey()).HoldAsync("crowd")).ToList();
        Assert.Equal(6, EngineOf(node).Activations.Count);

        Probe.Open("crowd");
        await Task.WhenAll(held);

        await Eventually.TrueAsync(
            () =>
            {
                Clock.Advance(Minute);
                return EngineOf(node).Activations.Count <= 3;
            },
            Deadline,
            "the idle ones left");
    }

    [Fact]
    public async Task TimerThatKeepsAlive_IsUse()
    {
        var node = await StartWithClockAsync(options => options.CollectionAge = TimeSpan.FromMinutes(2));
        var key = NewKey();
        await node.Grains.GetGrain<IKeptGrain>(key).KeepByTimerAsync(Minute / 2);

        await AdvanceInStepsAsync(TimeSpan.FromMinutes(10), key);

        Assert.Equal(1, EngineOf(node).Activations.Count);
    }

    [Fact]
    public async Task DelayedDeactivation_IsWaitedFor()
    {
        var node = await StartWithClockAsync(options => options.CollectionAge = TimeSpan.FromMinutes(1));
        await node.Grains.GetGrain<IKeptGrain>(NewKey()).KeepForAsync(TimeSpan.FromHours(1));

        Clock.Advance(TimeSpan.FromMinutes(50));
        Assert.False(EngineOf(node).Activations.All.Single().IsLeaving);

        Clock.Advance(TimeSpan.FromMinutes(20));
        await Eventually.TrueAsync(() => EngineOf(node).Activations.Count == 0, Deadline, "the grain left after its delay");
    }

    // A tick ends on its own time; the clock moves on once it has.
    private async Task AdvanceInStepsAsync(TimeSpan time, string key)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += Minute / 2)
        {
            var ticks = Probe.CountOf($"kept {key}");
            Clock.Advance(Minute / 2);
            await Eventually.TrueAsync(() => Probe.CountOf($"kept {key}") > ticks, Deadline, "the timer ticked");
        }
    }
}
