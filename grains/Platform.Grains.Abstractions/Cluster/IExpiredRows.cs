namespace Platform.Grains.Cluster;

/// <summary>Rows that are not grain state and end by themselves; the sweeper deletes those that are over (invariant 5).</summary>
public interface IExpiredRows
{
    /// <summary>Deletes what is over. Returns the number of rows.</summary>
    Task<int> PurgeAsync(DateTimeOffset now, CancellationToken cancellationToken);
}
