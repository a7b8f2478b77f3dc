namespace Platform.Engine;

/// <summary>How a grain's timer ticks.</summary>
/// <param name="DueTime">The wait before the first tick.</param>
/// <param name="Period">The wait between the end of one tick and the start of the next.</param>
public readonly record struct GrainTimerCreationOptions(TimeSpan DueTime, TimeSpan Period)
{
    /// <summary>Whether a tick may run beside another turn. Default: no.</summary>
    public bool Interleave { get; init; }

    /// <summary>Whether a tick counts as use and keeps the activation in memory. Default: no.</summary>
    public bool KeepAlive { get; init; }
}

/// <summary>A timer of one activation; it ends with it.</summary>
public interface IGrainTimer : IDisposable
{
    /// <summary>Sets new times.</summary>
    void Change(TimeSpan dueTime, TimeSpan period);
}

/// <summary>Timers of grains.</summary>
public static class GrainTimerExtensions
{
    /// <summary>Registers a timer; a tick is a turn. The callback's token is cancelled when the timer or the activation ends.</summary>
    public static IGrainTimer RegisterGrainTimer(this Grain grain, Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        ArgumentNullException.ThrowIfNull(grain);
        ArgumentNullException.ThrowIfNull(callback);
        return grain.Activation.AddTimer(callback, options);
    }

    /// <summary>Registers a timer; a tick is a turn.</summary>
    public static IGrainTimer RegisterGrainTimer(this Grain grain, Func<Task> callback, GrainTimerCreationOptions options)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return grain.RegisterGrainTimer(_ => callback(), options);
    }

    /// <summary>Registers a timer; a tick is a turn.</summary>
    public static IGrainTimer RegisterGrainTimer(this Grain grain, Func<CancellationToken, Task> callback, TimeSpan dueTime, TimeSpan period) =>
        grain.RegisterGrainTimer(callback, new GrainTimerCreationOptions(dueTime, period));

    /// <summary>Registers a timer whose callback gets a value; a tick is a turn.</summary>
    public static IGrainTimer RegisterGrainTimer<TState>(
        this Grain grain, Func<TState, CancellationToken, Task> callback, TState state, GrainTimerCreationOptions options)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return grain.RegisterGrainTimer(cancellationToken => callback(state, cancellationToken), options);
    }
}
