using Platform.Engine.Tests.Grains;
using Platform.Testing;

namespace Platform.Engine.Tests.Embedded;

public sealed class ClockTests : EmbeddedTest
{
    [Fact]
    public async Task Timer_WaitsItsDueTime_ThenItsPeriod()
    {
        var node = await StartWithClockAsync();
        await node.Grains.GetGrain<ITimerGrain>(NewKey()).StartTimerAsync("tick", TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(3));

        Clock.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(0, Probe.CountOf("tick"));
        Clock.Advance(TimeSpan.FromSeconds(1));
        await Eventually.TrueAsync(() => Probe.CountOf("tick") == 1, Deadline, "the first tick");

        Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(1, Probe.CountOf("tick"));
    }

    [Fact]
    public async Task ChangedTimer_TakesItsNewTimes_AndAnInfinitePeriodTicksOnce()
    {
        var node = await StartWithClockAsync();
        var key = NewKey();
        var grain = node.Grains.GetGrain<IKeptGrain>(key);
        await grain.KeepByTimerAsync(TimeSpan.FromSeconds(5));

        await grain.ChangeTimerAsync(TimeSpan.FromSeconds(20));

        Clock.Advance(TimeSpan.FromSeconds(19));
        Assert.Equal(0, Probe.CountOf($"kept {key}"));
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, Probe.CountOf($"kept {key}"));
        Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, Probe.CountOf($"kept {key}"));
    }

    [Fact]
    public async Task Call_EndsAfterTheResponseTimeout_AndItsTurnGoesOn()
    {
        var node = await StartWithClockAsync(options => options.ResponseTimeout = TimeSpan.FromSeconds(30));
        var grain = node.Grains.GetGrain<ITurnGrain>(NewKey());
        var held = grain.HoldAsync("timeout");
        var queued = grain.RecordAsync("queued");

        Clock.Advance(TimeSpan.FromSeconds(29));
        Assert.False(held.IsCompleted);
        Clock.Advance(TimeSpan.FromSeconds(1));

        var failure = await Assert.ThrowsAsync<TimeoutException>(() => held);
        Assert.Contains("ITurnGrain.HoldAsync", failure.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<TimeoutException>(() => queued);

        Probe.Open("timeout");
        await grain.RecordAsync("after");
        Assert.DoesNotContain("queued", Probe.Events);
    }

    [Fact]
    public async Task Reminder_MissedWhileNoNodeRan_FiresOnce_AndThenAtItsPeriod()
    {
        var node = await StartWithClockAsync();
        var key = NewKey();
        var fired = $"reminded {key} missed";
        await node.Grains.GetGrain<IReminderGrain>(key).RemindAsync("missed", TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10));
        await node.StopAsync();
        Clock.Advance(TimeSpan.FromMinutes(35));

        node = await StartAnotherAsync();
        await Eventually.TrueAsync(() => Probe.CountOf(fired) == 1, Deadline, "the missed tick is made up for");

        // The ticks are at 1, 11, 21, 31 and 41 minutes: the next one is not before the clock says 41.
        Clock.Advance(TimeSpan.FromMinutes(5));
        await LetLookAsync(node.Grains);
        Assert.Equal(1, Probe.CountOf(fired));

        Clock.Advance(TimeSpan.FromMinutes(2));
        await Eventually.TrueAsync(() => Probe.CountOf(fired) == 2, Deadline, "the next tick");
    }

    // Another reminder that is due proves that the node has looked since.
    private async Task LetLookAsync(IGrainFactory grains)
    {
        var key = NewKey();
        await grains.GetGrain<IReminderGrain>(key).RemindAsync("look", TimeSpan.Zero, TimeSpan.FromDays(1));
        Clock.Advance(TimeSpan.FromSeconds(1));
        await Eventually.TrueAsync(() => Probe.CountOf($"reminded {key} look") == 1, Deadline, "the node looked for reminders");
    }
}
