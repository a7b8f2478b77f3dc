using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Platform.Engine.Tests.Grains;
using Platform.Engine.Tests.Hosts;
using Platform.Storage;
using Platform.Testing;

namespace Platform.Engine.Tests.Embedded;

public sealed class EngineTests : EmbeddedTest
{
    [Fact]
    public async Task Stop_ServesTheCallsThatItTook_AndRefusesLaterOnes()
    {
        var node = await StartAsync();
        var grain = node.Grains.GetGrain<ITurnGrain>(NewKey());
        var held = grain.HoldAsync("drain");
        await Eventually.TrueAsync(() => Probe.CountOf("held drain") == 1, Deadline, "the turn began");
        var waiting = grain.RecordAsync("waited");

        var stop = EngineOf(node).StopAsync(CancellationToken.None);
        await Assert.ThrowsAsync<EngineStoppedException>(() => grain.RecordAsync("late"));
        Probe.Open("drain");
        await stop;

        await Task.WhenAll(held, waiting);
        Assert.Contains("waited", Probe.Events);
        Assert.DoesNotContain("late", Probe.Events);
        Assert.Equal(0, EngineOf(node).Activations.Count);
    }

    [Fact]
    public async Task Stop_EndsWithItsTime_WhateverIsStillBusy()
    {
        var node = await StartAsync();
        var held = node.Grains.GetGrain<ITurnGrain>(NewKey()).HoldAsync("stuck");
        using var time = new CancellationTokenSource();

        var stop = EngineOf(node).StopAsync(time.Token);
        Assert.False(stop.IsCompleted);
        await time.CancelAsync();

        await stop;
        Probe.Open("stuck");
        await held;
    }

    [Fact]
    public async Task WriteWithUnknownOutcome_DiscardsTheActivation()
    {
        await using var provider = Provider(new UnsureStore());
        var grain = provider.GetRequiredService<IGrainFactory>().GetGrain<INoteGrain>(NewKey());
        var before = await grain.ReadAsync();

        await Assert.ThrowsAsync<StorageUnavailableException>(() => grain.WriteAsync("perhaps"));

        var after = await grain.ReadAsync();
        Assert.NotEqual(before.Activation, after.Activation);
        Assert.Equal("perhaps", after.Text);
    }

    [Fact]
    public async Task TurnsContinuations_KeepAwayFromTheCallersContext()
    {
        var node = await StartAsync();
        var grain = node.Grains.GetGrain<ITurnGrain>(NewKey());
        await grain.PeekAsync();
        var context = new CountingContext();
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(context);
        Task<int> call;
        try
        {
            call = grain.CountAsync();
            Assert.Same(context, SynchronizationContext.Current);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }

        Assert.Equal(1, await call);
        Assert.Equal(0, context.Posts);
    }

    [Fact]
    public async Task WaitingWrite_IsNotOvertakenByLaterReads()
    {
        var node = await StartAsync();
        var grain = node.Grains.GetGrain<ITurnGrain>(NewKey());
        var first = grain.ReadHeldAsync("early");
        await Eventually.TrueAsync(() => Probe.CountOf("reading early") == 1, Deadline, "the first read runs");

        var write = grain.RecordAsync("write");
        var second = grain.ReadHeldAsync("later");
        Assert.Equal(0, Probe.CountOf("reading later"));

        Probe.Open("early");
        Probe.Open("later");
        await Task.WhenAll(first, write, second);
        Assert.Equal(["reading early", "write", "reading later"], Probe.Events);
    }

    [Fact]
    public async Task Write_WaitsForTheLastReadUnderWay()
    {
        var node = await StartAsync();
        var grain = node.Grains.GetGrain<ITurnGrain>(NewKey());
        var first = grain.ReadHeldAsync("one");
        var second = grain.ReadHeldAsync("two");
        await Eventually.TrueAsync(() => Probe.CountOf("reading one") + Probe.CountOf("reading two") == 2, Deadline, "both reads run");
        var write = grain.RecordAsync("write");

        Probe.Open("one");
        await first;
        await grain.PeekAsync();
        Assert.DoesNotContain("write", Probe.Events);

        Probe.Open("two");
        await Task.WhenAll(second, write);
    }

    [Fact]
    public async Task CallsWhileActivationsComeAndGo_AllAnswer_AndNoneIsLost()
    {
        var node = await StartAsync();
        var grain = node.Grains.GetGrain<INoteGrain>(NewKey());

        var leaves = Enumerable.Range(0, 40).Select(_ => Task.Run(() => grain.LeaveAsync()));
        var counts = Enumerable.Range(0, 200).Select(_ => Task.Run(() => grain.IncrementAsync())).ToList();
        await Task.WhenAll(counts.Concat(leaves));

        Assert.Equal(Enumerable.Range(1, 200), counts.Select(count => count.GetAwaiter().GetResult()).Order());
    }

    [Fact]
    public void Options_AreCheckedAllAtOnce()
    {
        using var provider = new ServiceCollection()
            .AddEmbeddedEngine(options =>
            {
                options.MaxActivations = 0;
                options.CollectionAge = TimeSpan.Zero;
                options.ResponseTimeout = TimeSpan.Zero;
                options.ReminderPollPeriod = TimeSpan.Zero;
            })
            .BuildServiceProvider();

        var failure = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IOptions<EngineOptions>>().Value);

        Assert.Equal(4, failure.Failures.Count());
    }

    [Fact]
    public async Task InterfaceWithoutAGrain_IsRefused()
    {
        var node = await StartAsync();

        Assert.Throws<ArgumentException>(() => node.Grains.GetGrain<IGrainWithStringKey>("key"));
        Assert.Throws<ArgumentException>(() => node.Grains.GetGrain<INoteGrain>(string.Empty));
    }

    [Fact]
    public async Task References_AreEqualByInterfaceAndKey()
    {
        var node = await StartAsync();

        Assert.Equal(node.Grains.GetGrain<INoteGrain>("same"), node.Grains.GetGrain<INoteGrain>("same"));
        Assert.NotEqual(node.Grains.GetGrain<INoteGrain>("same"), node.Grains.GetGrain<INoteGrain>("other"));
        Assert.NotEqual<object>(node.Grains.GetGrain<INoteGrain>("same"), node.Grains.GetGrain<ITurnGrain>("same"));
    }

    private static ServiceProvider Provider(IStateStore store) => new ServiceCollection()
        .AddSingleton(store)
        .AddSingleton(new Probe())
        .AddSingleton(EngineCluster.Catalogue)
        .AddEmbeddedEngine(configure: null, Assembly.GetExecutingAssembly())
        .BuildServiceProvider();

    private sealed class CountingContext : SynchronizationContext
    {
        private int _posts;

        public int Posts => Volatile.Read(ref _posts);

        public override void Post(SendOrPostCallback d, object? state)
        {
            Interlocked.Increment(ref _posts);
            base.Post(d, state);
        }
    }
}
