namespace Platform.Grains.Cluster;

/// <summary>Deletes what is over: sessions, codes, tokens and the rows that they leave (invariant 5). It looks after the signing keys, too. One grain in the cluster, woken by a reminder.</summary>
[Alias("platform.ISweeperGrain")]
public interface ISweeperGrain : IGrainWithStringKey
{
    /// <summary>Registers the reminder, once in the cluster.</summary>
    [Alias("StartAsync"), Idempotent]
    Task StartAsync();

    /// <summary>Sweeps now. Returns the number of sessions deleted.</summary>
    [Alias("SweepAsync"), Idempotent]
    Task<int> SweepAsync(CancellationToken cancellationToken);
}
