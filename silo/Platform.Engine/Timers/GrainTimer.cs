using Microsoft.Extensions.Logging;
using Platform.Engine.Activations;
using Platform.Engine.References;

namespace Platform.Engine.Timers;

/// <summary>What a tick looks like to call filters.</summary>
internal interface IGrainTimerInvoker : IGrain
{
    /// <summary>Runs the callback.</summary>
    Task InvokeCallbackAsync(GrainTimer timer);
}

/// <summary>A timer whose ticks are turns. The next wait begins when a tick has ended, so ticks never pile up.</summary>
internal sealed partial class GrainTimer : IGrainTimer
{
    private static readonly GrainMethod[] Ticks =
        [Tick(Interleaving.None, keepAlive: false), Tick(Interleaving.None, keepAlive: true), Tick(Interleaving.Always, keepAlive: false), Tick(Interleaving.Always, keepAlive: true)];

    private readonly Lock _lock = new();
    private readonly Activation _activation;
    private readonly Func<CancellationToken, Task> _callback;
    private readonly GrainMethod _tick;
    private readonly CancellationTokenSource _end = new();
    private readonly ITimer _timer;
    private TimeSpan _dueTime;
    private TimeSpan _period;
    private bool _ticking;
    private bool _changed;
    private bool _ended;

    public GrainTimer(Activation activation, Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        Check(options.DueTime, options.Period);
        _activation = activation;
        _callback = callback;
        _dueTime = options.DueTime;
        _period = options.Period;
        _tick = Ticks[(options.Interleave ? 2 : 0) + (options.KeepAlive ? 1 : 0)];

        // A timer would hold on to the execution context of the call that made it, and show it to every tick.
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
        {
            _timer = activation.Engine.Clock.CreateTimer(
                static timer => ((GrainTimer)timer!).Due(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    public void Start()
    {
        lock (_lock)
        {
            if (!_ended)
            {
                _timer.Change(_dueTime, Timeout.InfiniteTimeSpan);
            }
        }
    }

    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        Check(dueTime, period);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_ended, this);
            _dueTime = dueTime;
            _period = period;
            _changed = _ticking;
            if (!_ticking)
            {
                _timer.Change(dueTime, Timeout.InfiniteTimeSpan);
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_ended)
            {
                return;
            }

            _ended = true;
        }

        _timer.Dispose();
        _end.Cancel();
        _activation.RemoveTimer(this);
    }

    private static GrainMethod Tick(Interleaving interleaving, bool keepAlive) => new GrainMethod<bool>(
        typeof(IGrainTimerInvoker).GetMethod(nameof(IGrainTimerInvoker.InvokeCallbackAsync))!,
        static (_, arguments) => ((GrainTimer)arguments[0]!).TickAsync(),
        interleaving) { CountsAsUse = keepAlive, IsTick = true };

    private static void Check(TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime != Timeout.InfiniteTimeSpan)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, TimeSpan.Zero);
        }

        if (period != Timeout.InfiniteTimeSpan)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(period, TimeSpan.Zero);
        }
    }

    private void Due()
    {
        lock (_lock)
        {
            if (_ended || _ticking)
            {
                return;
            }

            _ticking = true;
        }

        var call = _tick.CreateCall([this]);
        if (_activation.TryAccept(call))
        {
            call.Outcome.ContinueWith(
                static (tick, timer) => ((GrainTimer)timer!).Ended(tick), this, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private Task TickAsync() => _end.IsCancellationRequested ? Task.CompletedTask : _callback(_end.Token);

    private void Ended(Task tick)
    {
        if (tick.Exception is { } exception && !_end.IsCancellationRequested)
        {
            Log.TickFailed(_activation.Engine.Logger, exception.GetBaseException(), _activation.Class.Name);
        }

        Next();
    }

    private void Next()
    {
        lock (_lock)
        {
            _ticking = false;
            if (_ended)
            {
                return;
            }

            var wait = _changed ? _dueTime : _period;
            _changed = false;
            _timer.Change(wait, Timeout.InfiniteTimeSpan);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 130, Level = LogLevel.Error, Message = "A timer of a {GrainClass} failed; it goes on at its next tick")]
        public static partial void TickFailed(ILogger logger, Exception exception, string grainClass);
    }
}
