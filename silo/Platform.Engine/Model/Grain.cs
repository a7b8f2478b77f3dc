using Platform.Engine.Activations;
using Platform.Engine.References;

namespace Platform.Engine;

/// <summary>
/// The base class of grains. An instance is one activation: made on the first call under its key, and called by one turn at a time.
/// Within a turn, continuations stay in it unless they are told otherwise (<c>ConfigureAwait(false)</c>, <c>Task.Run</c>).
/// </summary>
public abstract class Grain : IAddressable
{
    private readonly Activation? _activation = Activation.UnderConstruction;

    /// <summary>Hands out references to other grains.</summary>
    protected IGrainFactory GrainFactory => Activation.Engine.Factory;

    /// <summary>The services of this activation; disposed with it.</summary>
    protected IServiceProvider ServiceProvider => Activation.Services;

    internal Activation Activation =>
        _activation ?? throw new InvalidOperationException($"This {GetType().Name} was not made by the engine.");

    /// <summary>Runs before the first call, after the state was read. Where it fails, the call fails and no activation stays.</summary>
    public virtual Task OnActivateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Runs as the last turn. A node that is killed does not run it.</summary>
    public virtual Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Lets this activation leave memory after the turns that are under way; calls that wait go to the next one.</summary>
    protected void DeactivateOnIdle() =>
        Activation.Leave(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "The grain asked for it."));

    /// <summary>Keeps this activation in memory for so long at least, used or not.</summary>
    protected void DelayDeactivation(TimeSpan timeSpan) => Activation.KeepFor(timeSpan);
}

/// <summary>What grains and references to them have in common.</summary>
public static class GrainExtensions
{
    /// <summary>The key of the grain.</summary>
    public static string GetPrimaryKeyString(this IAddressable grain) => grain switch
    {
        Grain instance => instance.Activation.Key,
        GrainProxy reference => reference.Key,
        _ => throw new ArgumentException($"{grain?.GetType().Name ?? "null"} is neither a grain of this engine nor a reference to one.", nameof(grain)),
    };

    /// <summary>The reference to this grain, to hand to others.</summary>
    public static TGrainInterface AsReference<TGrainInterface>(this Grain grain)
        where TGrainInterface : IGrainWithStringKey
    {
        ArgumentNullException.ThrowIfNull(grain);
        return grain.Activation.Engine.Factory.GetGrain<TGrainInterface>(grain.Activation.Key);
    }
}
