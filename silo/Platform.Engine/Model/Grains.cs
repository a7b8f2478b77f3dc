namespace Platform.Engine;

/// <summary>What has an address: a grain, or a reference to one.</summary>
public interface IAddressable;

/// <summary>A grain: a virtual actor that lives under a key and takes one turn at a time.</summary>
public interface IGrain : IAddressable;

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
