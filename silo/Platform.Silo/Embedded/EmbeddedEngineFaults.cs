using Platform.Grains.Cluster;
using Platform.Storage;

namespace Platform.Silo;

/// <summary>What the embedded engine throws where it could not make a call, or not learn how it ended.</summary>
internal sealed class EmbeddedEngineFaults : IEngineFaults
{
    public bool IsUnavailable(Exception exception) => exception is StorageUnavailableException or EngineStoppedException or TimeoutException;
}
