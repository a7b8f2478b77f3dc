namespace Platform.Engine;

/// <summary>A grain: a virtual actor that lives under a key and takes one turn at a time.</summary>
public interface IGrain;

/// <summary>A grain whose key is a string.</summary>
public interface IGrainWithStringKey : IGrain;

/// <summary>Hands out references to grains; a reference costs nothing until it is called.</summary>
public interface IGrainFactory
{
    /// <summary>The reference to the grain of this interface under this key.</summary>
    /// <param name="primaryKey">The grain's key, not empty.</param>
    /// <param name="grainClassNamePrefix">Unused here; kept so that both engines take the same call.</param>
    TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey;
}

/// <summary>Why an activation leaves memory.</summary>
public enum DeactivationReasonCode
{
    /// <summary>No reason was given.</summary>
    None,

    /// <summary>The node stops.</summary>
    ShuttingDown,

    /// <summary>The activation asked for it.</summary>
    ApplicationRequested,

    /// <summary>The activation was idle, or memory was needed.</summary>
    ActivationIdle,

    /// <summary>The activation failed, for instance on a conflicting write.</summary>
    ApplicationError,
}

/// <summary>Why an activation leaves memory, in a code and in words.</summary>
public readonly record struct DeactivationReason(DeactivationReasonCode ReasonCode, string Description);

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
