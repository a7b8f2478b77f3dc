namespace Platform.Grains.Cluster;

/// <summary>What an engine throws where neither the grain nor the caller is at fault.</summary>
public interface IEngineFaults
{
    /// <summary>Whether the exception says that the grain, its node or the database could not be reached.</summary>
    bool IsUnavailable(Exception exception);
}
