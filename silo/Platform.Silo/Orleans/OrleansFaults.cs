using Platform.Grains.Cluster;

namespace Platform.Silo;

/// <summary>What Orleans throws where it could not make a call, or not learn how it ended.</summary>
internal sealed class OrleansFaults : IEngineFaults
{
    public bool IsUnavailable(Exception exception) => exception switch
    {
        // The time for an answer is over; or the silo is gone, stops, or cannot be connected to.
        TimeoutException or OrleansMessageRejectionException or ClientNotAvailableException => true,
        Orleans.Runtime.Messaging.ConnectionFailedException or GatewayTooBusyException => true,

        // Thrown around what a storage provider throws.
        OrleansException { InnerException: { } inner } => inner is StateUnavailableException || IsUnavailable(inner),
        _ => false,
    };
}
