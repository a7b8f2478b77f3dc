using Platform.Engine.Tests.Grains;
using Platform.Engine.Tests.Hosts;
using Platform.Testing;

namespace Platform.Engine.Tests.Turns;

public sealed class TurnTests : EngineTest
{
    [Fact]
    public async Task Turns_DoNotOverlap_UnderConcurrency()
    {
        var node = await StartAsync();
        var grain = node.Grains.GetGrain<ITurnGrain>(NewKey());

        var counts = await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => Task.Run(() => grain.CountAsync())));

        Assert.Equal(Enumerable.Range(1, 500), counts.Order());
    }

    [Fact]
    public async Task ContinuationsOfATurn_RunOneAtATime()
    {
        var node = await StartAsync();

        Assert.False(await node.Grains.GetGrain<ITurnGrain>(NewKey()).FanOutAsync(20));
    }

    [Fact]
    public async Task OrdinaryCalls_WaitForTheTurnUnderWay_AndKeepTheirOrder()
    {
        var node = await StartAsync();
        var grain = node.Grains.GetGrain<ITurnGrain>(NewKey());
        var held = grain.HoldAsync("order");
        await Eventually.TrueAsync(() => Probe.CountOf("held order") == 1, Deadline, "the turn began");

        var names = Enumerable.Range(0, 20).Select(number => $"call {number:00}").ToList();
        var calls = names.Select(name => grain.RecordAsync(name)).ToList();
        await grain.PeekAsync();
        Assert.DoesNotContain("call 00", Probe.Events);

        Probe.Open("order");
        await Task.WhenAll(calls.Append(held));
        Assert.Equal(names, Probe.Events.Where(name => name.StartsWith("call", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task ReadOnlyCalls_InterleaveWithEachOther_AndNotWithOthers()
    {
        var node = await StartAsync();
        var grain = node.Grains.GetGrain<ITurnGrain>(NewKey());

        var first = grain.ReadHeldAsync("first");
        var second = grain.ReadHeldAsync("second");
        await Eventually.TrueAsync(() => Probe.CountOf("reading first") + Probe.CountOf("reading second") == 2, Deadline, "both reads run");
        var write = grain.RecordAsync("write");
        await grain.PeekAsync();
        Assert.DoesNotContain("write", Probe.Events);

        Probe.Open("first");
        Probe.Open("second");
        await Task.WhenAll(first, second, write);
        Assert.Contains("write", Probe.Events);
    }

    [Fact]
    public async Task ReadOnlyCall_WaitsForAnOrdinaryTurn()
    {
        var node = await StartAsync();
        var grain = node.Grains.GetGrain<ITurnGrain>(NewKey());
        var held = grain.HoldAsync("write");
        await Eventually.TrueAsync(() => Probe.CountOf("held write") == 1, Deadline, "the turn began");

        var read = grain.ReadHeldAsync("read");
        await grain.PeekAsync();
        Assert.Equal(0, Probe.CountOf("reading read"));

        Probe.Open("write");
        Probe.Open("read");
        await Task.WhenAll(held, read);
        Assert.Equal(1, Probe.CountOf("reading read"));
    }

    [Fact]
    public async Task AlwaysInterleave_AnswersBesideAnyTurn()
    {
        var node = await StartAsync();
        var grain = node.Grains.GetGrain<ITurnGrain>(NewKey());
        var held = grain.HoldAsync("peek");
        await Eventually.TrueAsync(() => Probe.CountOf("held peek") == 1, Deadline, "the turn began");

        Assert.Equal("here", await grain.PeekAsync());
        Assert.False(held.IsCompleted);

        Probe.Open("peek");
        await held;
    }

    [Fact]
    public async Task BusyGrain_DoesNotHoldUpOthers()
    {
        var node = await StartAsync();
        var held = node.Grains.GetGrain<ITurnGrain>(NewKey()).HoldAsync("busy");

        await node.Grains.GetGrain<ITurnGrain>(NewKey()).RecordAsync("other");

        Assert.Contains("other", Probe.Events);
        Probe.Open("busy");
        await held;
    }
}
