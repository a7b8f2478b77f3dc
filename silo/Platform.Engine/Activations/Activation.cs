using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Platform.Engine.Discovery;
using Platform.Engine.Hosting;
using Platform.Engine.Persistence;
using Platform.Engine.Timers;

namespace Platform.Engine.Activations;

/// <summary>A grain in memory: from its first call until it is idle, asked to leave, or stopped with the node.</summary>
internal sealed partial class Activation(EmbeddedEngine engine, GrainClass grainClass, string key)
{
    [ThreadStatic]
    private static Activation? t_underConstruction;

    private readonly List<StateLoader> _states = [];
    private HashSet<GrainTimer>? _timers;
    private AsyncServiceScope _services;
    private TaskCompletionSource? _gone;
    private long _keepUntil;
    private long _lastUsed = engine.Clock.GetTimestamp();

    private enum Phase
    {
        New,
        Activating,
        Active,
        Deactivating,
        Gone,
    }

    /// <summary>The activation whose grain this thread is making.</summary>
    public static Activation? UnderConstruction => t_underConstruction;

    public EmbeddedEngine Engine { get; } = engine;

    public GrainClass Class { get; } = grainClass;

    public string Key { get; } = key;

    public Grain? Grain { get; private set; }

    public IServiceProvider Services => _services.ServiceProvider;

    /// <summary>When it was last used, as a timestamp.</summary>
    public long LastUsed => Volatile.Read(ref _lastUsed);

    /// <summary>Counts as use now.</summary>
    public void Touch() => Volatile.Write(ref _lastUsed, Engine.Clock.GetTimestamp());

    /// <summary>Keeps it in memory for so long at least.</summary>
    public void KeepFor(TimeSpan duration)
    {
        var until = duration == Timeout.InfiniteTimeSpan
            ? long.MaxValue
            : Engine.Clock.GetUtcNow().Add(duration).UtcTicks;
        Volatile.Write(ref _keepUntil, until);
    }

    /// <summary>A state of this grain, read before it is activated.</summary>
    public void AddState(StateLoader state) => _states.Add(state);

    /// <summary>Makes the grain; its base class finds its activation on the way.</summary>
    public Grain Construct(ConstructorInvoker constructor, object?[] arguments)
    {
        var outer = t_underConstruction;
        t_underConstruction = this;
        try
        {
            return (Grain)constructor.Invoke(arguments.AsSpan());
        }
        finally
        {
            t_underConstruction = outer;
        }
    }

    public GrainTimer AddTimer(Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        var timer = new GrainTimer(this, callback, options);
        lock (_lock)
        {
            if (_phase is Phase.Deactivating or Phase.Gone)
            {
                throw new InvalidOperationException($"This {Class.Name} leaves memory; it takes no timers.");
            }

            (_timers ??= []).Add(timer);
        }

        timer.Start();
        return timer;
    }

    public void RemoveTimer(GrainTimer timer)
    {
        lock (_lock)
        {
            _timers?.Remove(timer);
        }
    }

    /// <summary>Completes when it has left memory.</summary>
    public Task WhenGoneAsync()
    {
        lock (_lock)
        {
            return _phase == Phase.Gone
                ? Task.CompletedTask
                : (_gone ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    private async Task ActivateAsync()
    {
        try
        {
            _services = Engine.Services.CreateAsyncScope();
            Grain = Class.Create(this);
            foreach (var state in _states)
            {
                await state.LoadAsync(Engine.Killed);
            }

            await Grain.OnActivateAsync(Engine.Killed);
        }
        catch (Exception exception)
        {
            Log.ActivationFailed(Engine.Logger, exception, Class.Name);
            await CleanUpAsync();
            End(exception);
            return;
        }

        BecomeActive();
    }

    private async Task DeactivateAsync(DeactivationReason reason)
    {
        try
        {
            using var time = new CancellationTokenSource(Engine.Options.ResponseTimeout, Engine.Clock);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(time.Token, Engine.Killed);
            await Grain!.OnDeactivateAsync(reason, end.Token).WaitAsync(end.Token);
        }
        catch (Exception exception)
        {
            Log.DeactivationFailed(Engine.Logger, exception, Class.Name, reason.ReasonCode);
        }

        await CleanUpAsync();
        End(failure: null);
        Engine.Metrics.Deactivated(Class.Name, reason.ReasonCode);
    }

    private async Task CleanUpAsync()
    {
        StopTimers();
        try
        {
            switch (Grain)
            {
                case IAsyncDisposable grain:
                    await grain.DisposeAsync();
                    break;
                case IDisposable grain:
                    grain.Dispose();
                    break;
            }

            await _services.DisposeAsync();
        }
        catch (Exception exception)
        {
            Log.DisposalFailed(Engine.Logger, exception, Class.Name);
        }
    }

    private void StopTimers()
    {
        GrainTimer[] timers;
        lock (_lock)
        {
            timers = _timers is null ? [] : [.. _timers];
            _timers = null;
        }

        foreach (var timer in timers)
        {
            timer.Dispose();
        }
    }

    private static partial class Log
    {
        // Its callers get the exception and know what to make of it; a database that is down would otherwise fill the log.
        [LoggerMessage(EventId = 110, Level = LogLevel.Debug, Message = "A {GrainClass} could not be activated; its calls fail")]
        public static partial void ActivationFailed(ILogger logger, Exception exception, string grainClass);

        [LoggerMessage(EventId = 111, Level = LogLevel.Warning, Message = "A {GrainClass} failed in OnDeactivateAsync ({Reason}); it leaves memory all the same")]
        public static partial void DeactivationFailed(ILogger logger, Exception exception, string grainClass, DeactivationReasonCode reason);

        [LoggerMessage(EventId = 112, Level = LogLevel.Warning, Message = "A {GrainClass} could not be disposed; it leaves memory all the same")]
        public static partial void DisposalFailed(ILogger logger, Exception exception, string grainClass);
    }
}
