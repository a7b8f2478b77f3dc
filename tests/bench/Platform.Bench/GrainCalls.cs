using System.Reflection;
using Platform.Storage;

namespace Platform.Bench;

/// <summary>Grain calls a second on the embedded engine, on one thread: what a call costs beside what it does.</summary>
internal static class GrainCalls
{
    private static readonly TimeSpan s_turn = TimeSpan.FromSeconds(2);

    public static async Task<int> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("platform-bench-");
        try
        {
            var configuration = new ConfigurationBuilder()
                .AddInMemoryCollection([new("Storage:Path", Path.Combine(folder.FullName, "bench.db"))])
                .Build();
            var services = new ServiceCollection();
            services.AddPlatformStorage(configuration);
            services.AddEmbeddedEngine(configure: null, Assembly.GetExecutingAssembly());
            await using var provider = services.BuildServiceProvider();
            await provider.GetRequiredService<StorageStart>().EnsureReadyAsync(CancellationToken.None);
            await MeasureAllAsync(provider.GetRequiredService<IGrainFactory>());
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task MeasureAllAsync(IGrainFactory grains)
    {
        var one = grains.GetGrain<IBenchGrain>("one");
        var keys = Enumerable.Range(0, 10_000).Select(number => $"grain-{number}").ToArray();
        var next = 0;
        await MeasureAsync("no-op, one reference", () => one.DoAsync());
        await MeasureAsync("no-op, new reference, 10,000 grains", () => grains.GetGrain<IBenchGrain>(keys[next++ % keys.Length]).DoAsync());
        await MeasureAsync("argument and result", () => one.EchoAsync(42));
        await MeasureAsync("turn that waits once", () => one.YieldAsync());
        await MeasureAsync("grain to grain", () => one.ForwardAsync());
        await MeasureAsync("write of state, on disk before the answer", () => one.WriteAsync());
    }

    private static async Task MeasureAsync(string name, Func<Task> call)
    {
        await RunAsync(call, s_turn / 2);
        var (calls, seconds, bytes) = await RunAsync(call, s_turn);
        Console.WriteLine($"{name,-44} {calls / seconds,12:N0} calls/s   {seconds * 1e9 / calls,9:N0} ns   {bytes / calls,6:N0} B");
    }

    private static async Task<(long Calls, double Seconds, long Bytes)> RunAsync(Func<Task> call, TimeSpan time)
    {
        var clock = TimeProvider.System;
        var begun = clock.GetTimestamp();
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        long calls = 0;
        do
        {
            for (var i = 0; i < 100; i++)
            {
                await call();
            }

            calls += 100;
        }
        while (clock.GetElapsedTime(begun) < time);
        return (calls, clock.GetElapsedTime(begun).TotalSeconds, GC.GetTotalAllocatedBytes(precise: true) - allocated);
    }
}

/// <summary>What is measured.</summary>
[Alias("bench.IBenchGrain")]
public interface IBenchGrain : IGrainWithStringKey
{
    /// <summary>Nothing.</summary>
    [Alias("DoAsync")]
    Task DoAsync();

    /// <summary>The number.</summary>
    [Alias("EchoAsync")]
    Task<int> EchoAsync(int number);

    /// <summary>One continuation.</summary>
    [Alias("YieldAsync")]
    Task YieldAsync();

    /// <summary>A call of another grain.</summary>
    [Alias("ForwardAsync")]
    Task ForwardAsync();

    /// <summary>A write of state.</summary>
    [Alias("WriteAsync")]
    Task WriteAsync();
}

/// <summary>How it is stored.</summary>
public sealed record BenchState
{
    /// <summary>The shape's version.</summary>
    public int Version { get; init; } = 1;

    /// <summary>The writes so far.</summary>
    public int Writes { get; init; }
}

internal sealed class BenchGrain([PersistentState("bench", "store")] IPersistentState<BenchState> state) : Grain, IBenchGrain
{
    public Task DoAsync() => Task.CompletedTask;

    public Task<int> EchoAsync(int number) => Task.FromResult(number);

    public async Task YieldAsync() => await Task.Yield();

    public Task ForwardAsync() => GrainFactory.GetGrain<IBenchGrain>("two").DoAsync();

    public Task WriteAsync()
    {
        state.State = state.State with { Writes = state.State.Writes + 1 };
        return state.WriteStateAsync();
    }
}
