using Platform.Engine.Tests.Grains;
using Platform.Engine.Tests.Hosts;
using Platform.Testing;

namespace Platform.Engine.Tests.Reminders;

public sealed class ReminderTests : EngineTest
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task Reminder_WakesTheGrain()
    {
        var node = await StartAsync();
        var key = NewKey();

        await node.Grains.GetGrain<IReminderGrain>(key).RemindAsync("wake", Soon, Period);

        await Eventually.TrueAsync(() => Probe.CountOf($"reminded {key} wake") == 1, Deadline, "the reminder fired");
    }

    [Fact]
    public async Task Reminder_SurvivesARestart()
    {
        var node = await StartAsync();
        var key = NewKey();
        var dueTime = TimeSpan.FromSeconds(3);
        await node.Grains.GetGrain<IReminderGrain>(key).RemindAsync("later", dueTime, Period);
        await node.StopAsync();

        // A machine so busy that it fired before the node had stopped gets more time.
        while (Probe.CountOf($"reminded {key} later") > 0)
        {
            (key, dueTime) = (NewKey(), dueTime * 2);
            node = await Cluster.StartNodeAsync();
            await node.Grains.GetGrain<IReminderGrain>(key).RemindAsync("later", dueTime, Period);
            await node.StopAsync();
        }

        await Cluster.StartNodeAsync();

        await Eventually.TrueAsync(() => Probe.CountOf($"reminded {key} later") == 1, Deadline, "the reminder fired on the next node");
    }

    [Fact]
    public async Task Reminder_IsFoundUntilItIsUnregistered()
    {
        var node = await StartAsync();
        var grain = node.Grains.GetGrain<IReminderGrain>(NewKey());
        Assert.False(await grain.HasAsync("known"));

        await grain.RemindAsync("known", Period, Period);
        Assert.True(await grain.HasAsync("known"));

        Assert.True(await grain.ForgetAsync("known"));
        Assert.False(await grain.HasAsync("known"));
        Assert.False(await grain.ForgetAsync("known"));
    }

    [Fact]
    public async Task PeriodUnderAMinute_IsRefused()
    {
        var node = await StartAsync();

        await Assert.ThrowsAnyAsync<ArgumentException>(
            () => node.Grains.GetGrain<IReminderGrain>(NewKey()).RemindAsync("often", TimeSpan.Zero, TimeSpan.FromSeconds(59)));
    }

    [Fact]
    public async Task SeveralNodes_ShareEachTick()
    {
        var node = await StartAsync(new ClusterOptions { SeveralNodes = true });
        await Task.WhenAll(Cluster.StartNodeAsync(), Cluster.StartNodeAsync());
        var keys = Enumerable.Range(0, 20).Select(_ => NewKey()).ToList();

        // Late enough for every node to hear of it: where a reminder moves to another node, a tick that is past is not made up for.
        await Task.WhenAll(keys.Select(key => node.Grains.GetGrain<IReminderGrain>(key).RemindAsync("shared", TimeSpan.FromSeconds(10), Period)));

        await Eventually.TrueAsync(() => keys.TrueForAll(key => Probe.CountOf($"reminded {key} shared") > 0), Deadline, "all reminders fired");
        Assert.All(keys, key => Assert.Equal(1, Probe.CountOf($"reminded {key} shared")));
    }
}
