using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Platform.Engine.Hosting;
using Platform.Engine.Tests.Grains;
using Platform.Engine.Tests.Hosts;
using Platform.Testing;

namespace Platform.Engine.Tests.Embedded;

public sealed class ObservationTests : EmbeddedTest
{
    [Fact]
    public async Task Metrics_CountActivationsTurnsAndWaits_WithoutKeys()
    {
        var node = await StartAsync();
        using var measurements = new Measurements(node.Services.GetRequiredService<IMeterFactory>());
        var key = NewKey();
        var grain = node.Grains.GetGrain<INoteGrain>(key);

        await grain.ReadAsync();
        await grain.ReadAsync();
        Assert.Equal(1, measurements.SumOf("platform.engine.activations"));
        Assert.Equal(2, measurements.SumOf("platform.engine.turns"));
        Assert.Equal(1, measurements.CountOf("platform.engine.turn.wait"));

        await grain.LeaveAsync();
        await Eventually.TrueAsync(() => measurements.SumOf("platform.engine.deactivations") == 1, Deadline, "the activation left");
        Assert.Equal(0, measurements.SumOf("platform.engine.activations"));
        Assert.DoesNotContain(measurements.Tags, tag => tag.Contains(key, StringComparison.Ordinal));
        Assert.Contains("note", measurements.Tags);
    }

    [Fact]
    public async Task Filters_RunInTheOrderOfTheirRegistration()
    {
        var probe = new Probe();
        await using var provider = new ServiceCollection()
            .AddSingleton<Storage.IStateStore>(new UnsureStore())
            .AddSingleton(probe)
            .AddSingleton(EngineCluster.Catalogue)
            .AddSingleton<IIncomingGrainCallFilter>(new Layer(probe, "outer"))
            .AddSingleton<IIncomingGrainCallFilter>(new Layer(probe, "inner"))
            .AddEmbeddedEngine(configure: null, Assembly.GetExecutingAssembly())
            .BuildServiceProvider();

        Assert.Equal(42, await provider.GetRequiredService<IGrainFactory>().GetGrain<IFilteredGrain>("key").AllowedAsync());

        Assert.Equal(["outer in", "inner in", "in AllowedAsync", "inner out", "outer out"], probe.Events);
    }

    [Fact]
    public async Task MoreBusyGrainsThanTheLimit_AreInTheLog()
    {
        var probe = new Probe();
        var log = new KeptLog();
        await using var provider = new ServiceCollection()
            .AddSingleton<Storage.IStateStore>(new UnsureStore())
            .AddSingleton(probe)
            .AddSingleton(EngineCluster.Catalogue)
            .AddSingleton<ILogger<EmbeddedEngine>>(log)
            .AddEmbeddedEngine(options => options.MaxActivations = 2, Assembly.GetExecutingAssembly())
            .BuildServiceProvider();
        var grains = provider.GetRequiredService<IGrainFactory>();

        var held = Enumerable.Range(0, 4).Select(_ => grains.GetGrain<ITurnGrain>(NewKey()).HoldAsync("full")).ToList();

        await Eventually.TrueAsync(
            () => log.Lines.Any(line => line.Contains("more than the limit of 2", StringComparison.Ordinal)), Deadline, "the log says so");
        probe.Open("full");
        await Task.WhenAll(held);
    }

    private sealed class KeptLog : ILogger<EmbeddedEngine>
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public IReadOnlyCollection<string> Lines => _lines;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Enqueue(formatter(state, exception));
    }

    private sealed class Layer(Probe probe, string name) : IIncomingGrainCallFilter
    {
        public async Task Invoke(IIncomingGrainCallContext context)
        {
            probe.Record($"{name} in");
            await Task.Yield();
            await context.Invoke();
            probe.Record($"{name} out");
        }
    }

    private sealed class Measurements : IDisposable
    {
        private readonly ConcurrentQueue<(string Name, double Value, string[] Tags)> _all = new();
        private readonly MeterListener _listener = new();

        public Measurements(IMeterFactory meters)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, meters))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument, value, tags));
            _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, value, tags));
            _listener.Start();
        }

        public IEnumerable<string> Tags => _all.SelectMany(measured => measured.Tags);

        public double SumOf(string name) => _all.Where(measured => measured.Name == name).Sum(measured => measured.Value);

        public int CountOf(string name) => _all.Count(measured => measured.Name == name);

        public void Dispose() => _listener.Dispose();

        private void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            _all.Enqueue((instrument.Name, value, [.. tags.ToArray().Select(tag => $"{tag.Value}")]));
    }
}
