using Platform.Engine.Tests.Grains;
using Platform.Engine.Tests.Hosts;
using Platform.Testing;

namespace Platform.Engine.Tests.Activations;

public sealed class ActivationTests : EngineTest
{
    [Fact]
    public async Task FirstCall_Activates_AndLaterCallsMeetTheSameActivation()
    {
        var node = await StartAsync();
        var key = NewKey();
        var reference = node.Grains.GetGrain<INoteGrain>(key);
        Assert.Equal(0, Probe.CountOf($"activated {key}"));

        var first = await reference.ReadAsync();
        var second = await node.Grains.GetGrain<INoteGrain>(key).ReadAsync();

        Assert.Equal(1, Probe.CountOf($"activated {key}"));
        Assert.Equal(first.Activation, second.Activation);
    }

    [Fact]
    public async Task FirstCallsAtOnce_MeetOneActivation()
    {
        var node = await StartAsync();
        var key = NewKey();

        var notes = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(() => node.Grains.GetGrain<INoteGrain>(key).ReadAsync())));

        Assert.Single(notes.Select(note => note.Activation).Distinct());
        Assert.Equal(1, Probe.CountOf($"activated {key}"));
    }

    [Fact]
    public async Task FailedActivation_FailsTheCall_AndLeavesNothing()
    {
        var node = await StartAsync();
        var key = NewKey();
        var grain = node.Grains.GetGrain<IFragileGrain>(key);

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => grain.TouchAsync());
        Assert.Equal("broken", failure.Message);

        Probe.Record($"repaired {key}");
        await Eventually.TrueAsync(() => AnswersAsync(grain), Deadline, "the grain is activated anew");
    }

    [Fact]
    public async Task DeactivateOnIdle_EndsTheActivation_AndTheNextCallMakesAnother()
    {
        var node = await StartAsync();
        var key = NewKey();
        var grain = node.Grains.GetGrain<INoteGrain>(key);
        var first = await grain.ReadAsync();

        await grain.LeaveAsync();

        await Eventually.TrueAsync(() => Probe.CountOf($"deactivated {key}") == 1, Deadline, "OnDeactivateAsync ran");
        Assert.NotEqual(first.Activation, (await grain.ReadAsync()).Activation);
    }

    [Fact]
    public async Task GracefulStop_LetsTheTurnUnderWayEnd_AndDeactivates()
    {
        var node = await StartAsync();
        var key = NewKey();
        await node.Grains.GetGrain<INoteGrain>(key).WriteAsync("kept");
        var held = node.Grains.GetGrain<ITurnGrain>(NewKey()).HoldAsync("stop");
        await Eventually.TrueAsync(() => Probe.CountOf("held stop") == 1, Deadline, "the turn began");

        var stop = node.StopAsync();
        Assert.False(stop.IsCompleted);
        Probe.Open("stop");
        await stop;

        await held;
        Assert.Equal(1, Probe.CountOf($"deactivated {key}"));
    }

    private static async Task<bool> AnswersAsync(IFragileGrain grain)
    {
        try
        {
            return await grain.TouchAsync() == "fine";
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
