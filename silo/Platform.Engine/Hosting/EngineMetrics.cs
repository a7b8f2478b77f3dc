using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Platform.Engine.Hosting;

/// <summary>The engine's measurements, by what they mean. No keys among the attributes.</summary>
internal sealed class EngineMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Platform.Engine";

    private readonly Meter _meter;
    private readonly UpDownCounter<long> _activations;
    private readonly Counter<long> _deactivations;
    private readonly Counter<long> _turns;
    private readonly Histogram<double> _waits;

    public EngineMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _activations = _meter.CreateUpDownCounter<long>("platform.engine.activations", "{activation}", "Grains in memory.");
        _deactivations = _meter.CreateCounter<long>("platform.engine.deactivations", "{activation}", "Grains that left memory, by reason.");
        _turns = _meter.CreateCounter<long>("platform.engine.turns", "{turn}", "Turns that ended.");
        _waits = _meter.CreateHistogram<double>("platform.engine.turn.wait", "s", "How long calls waited for their turn, of those that had to.");
    }

    public void Activated(string grainType) => _activations.Add(1, Of(grainType));

    public void Deactivated(string grainType, DeactivationReasonCode reason)
    {
        _activations.Add(-1, Of(grainType));
        if (_deactivations.Enabled)
        {
            _deactivations.Add(1, Of(grainType), new KeyValuePair<string, object?>("reason", reason.ToString()));
        }
    }

    public void TurnEnded(string grainType)
    {
        if (_turns.Enabled)
        {
            _turns.Add(1, Of(grainType));
        }
    }

    /// <summary>A timestamp to give to <see cref="Waited"/>; 0 where nobody measures.</summary>
    public long StartWait() => _waits.Enabled ? Stopwatch.GetTimestamp() : 0;

    public void Waited(long since)
    {
        if (since != 0)
        {
            _waits.Record(Stopwatch.GetElapsedTime(since).TotalSeconds);
        }
    }

    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?> Of(string grainType) => new("grain.type", grainType);
}
