using Platform.Engine.Tests.Grains;
using Platform.Engine.Tests.Hosts;
using Platform.Testing;

namespace Platform.Engine.Tests.Timers;

public sealed class TimerTests : EngineTest
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(20);

    [Fact]
    public async Task Timer_TicksAgainAndAgain()
    {
        var node = await StartAsync();

        await node.Grains.GetGrain<ITimerGrain>(NewKey()).StartTimerAsync("tick", Soon, Soon);

        await Eventually.TrueAsync(() => Probe.CountOf("tick") >= 3, Deadline, "three ticks");
    }

    [Fact]
    public async Task FailingTick_DoesNotEndTheTimer()
    {
        var node = await StartAsync();

        await node.Grains.GetGrain<ITimerGrain>(NewKey()).StartFailingTimerAsync("fails");

        await Eventually.TrueAsync(() => Probe.CountOf("fails") >= 3, Deadline, "ticks after the one that failed");
    }

    [Fact]
    public async Task Tick_IsATurn()
    {
        var node = await StartAsync();
        var grain = node.Grains.GetGrain<ITimerGrain>(NewKey());
        await grain.StartHeldTimerAsync("turn", interleave: false);
        await Eventually.TrueAsync(() => Probe.CountOf("ticking turn") == 1, Deadline, "the tick began");

        var call = grain.StopTimerAsync();
        await node.Grains.GetGrain<ICallGrain>(NewKey()).EchoAsync(1);
        Assert.False(call.IsCompleted);

        Probe.Open("turn");
        await call;
    }

    [Fact]
    public async Task InterleavingTick_DoesNotHoldUpCalls()
    {
        var node = await StartAsync();
        var grain = node.Grains.GetGrain<ITimerGrain>(NewKey());
        await grain.StartHeldTimerAsync("beside", interleave: true);
        await Eventually.TrueAsync(() => Probe.CountOf("ticking beside") == 1, Deadline, "the tick began");

        await grain.StopTimerAsync();

        Probe.Open("beside");
    }

    [Fact]
    public async Task Timer_EndsWithItsActivation()
    {
        var node = await StartAsync();
        var grain = node.Grains.GetGrain<ITimerGrain>(NewKey());
        await grain.StartTimerAsync("old", Soon, Soon);
        await Eventually.TrueAsync(() => Probe.CountOf("old") >= 1, Deadline, "a tick");

        await grain.LeaveAsync();
        await grain.StartTimerAsync("new", Soon, Soon);

        // The new activation exists only after the old one ended, and the old timer with it.
        var ticks = Probe.CountOf("old");
        await Eventually.TrueAsync(() => Probe.CountOf("new") >= 5, Deadline, "ticks of the next activation's timer");
        Assert.Equal(ticks, Probe.CountOf("old"));
    }
}
