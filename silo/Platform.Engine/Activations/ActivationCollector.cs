using Microsoft.Extensions.Logging;
using Platform.Engine.Hosting;

namespace Platform.Engine.Activations;

/// <summary>Keeps memory bounded: the idle leave after the collection age, the least recently used ones earlier where there are too many.</summary>
internal sealed partial class ActivationCollector : IDisposable
{
    // A pass looks at every activation; so it frees more than one place, and a pass that found too little waits.
    private const int ShareFreed = 16;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly DeactivationReason Idle = new(DeactivationReasonCode.ActivationIdle, "It was not used for the collection age.");
    private static readonly DeactivationReason Crowded = new(DeactivationReasonCode.ActivationIdle, "There were too many activations.");

    private readonly EmbeddedEngine _engine;
    private readonly ITimer _timer;
    private long _notBefore = long.MinValue;
    private int _shedding;

    public ActivationCollector(EmbeddedEngine engine)
    {
        _engine = engine;
        var age = engine.Options.CollectionAge;
        var interval = TimeSpan.FromTicks(Math.Clamp(age.Ticks / 4, TimeSpan.TicksPerSecond, TimeSpan.TicksPerMinute));
        _timer = engine.Clock.CreateTimer(static collector => ((ActivationCollector)collector!).Collect(), this, interval, interval);
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>Lets the least recently used ones go, in the background; at once where a pass is under way or has just found too little.</summary>
    public void Shed()
    {
        if (_engine.Clock.GetTimestamp() < Volatile.Read(ref _notBefore) || Interlocked.Exchange(ref _shedding, 1) != 0)
        {
            return;
        }

        ThreadPool.UnsafeQueueUserWorkItem(static collector => collector.ShedOnce(), this, preferLocal: false);
    }

    private void Collect()
    {
        var ticksPerSecond = _engine.Clock.TimestampFrequency;
        var usedBefore = _engine.Clock.GetTimestamp() - (long)(_engine.Options.CollectionAge.TotalSeconds * ticksPerSecond);
        foreach (var activation in _engine.Activations.All)
        {
            activation.TryLeave(usedBefore, Idle);
        }

        if (_engine.Activations.Count > _engine.Options.MaxActivations)
        {
            Shed();
        }
    }

    private void ShedOnce()
    {
        try
        {
            LetGo(_engine.Options.MaxActivations);
        }
        finally
        {
            Volatile.Write(ref _shedding, 0);
        }
    }

    private void LetGo(int max)
    {
        var now = _engine.Clock.GetTimestamp();
        var staying = _engine.Activations.All.Where(activation => !activation.IsLeaving).ToList();
        var left = staying
            .Where(activation => activation.CanLeaveNow(now))
            .Select(activation => (activation, activation.LastUsed))
            .OrderBy(candidate => candidate.LastUsed)
            .Take(staying.Count - max + (max / ShareFreed))
            .Count(candidate => candidate.activation.TryLeave(now, Crowded));

        if (staying.Count - left > max)
        {
            Volatile.Write(ref _notBefore, now + (long)(Pause.TotalSeconds * _engine.Clock.TimestampFrequency));
            Log.OverLimit(_engine.Logger, staying.Count - left, max);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 120, Level = LogLevel.Warning, Message = "{Count} grains are in memory, more than the limit of {Limit}: too few of them are idle")]
        public static partial void OverLimit(ILogger logger, int count, int limit);
    }
}
