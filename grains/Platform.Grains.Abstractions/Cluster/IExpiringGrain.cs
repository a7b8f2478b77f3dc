namespace Platform.Grains.Cluster;

/// <summary>A grain whose row, or something in it, ends by itself. It is refused at use from then on; the sweeper has it deleted later (invariant 5).</summary>
[Alias("platform.IExpiringGrain")]
public interface IExpiringGrain : IGrainWithStringKey
{
    /// <summary>Deletes what is over. Called by the sweeper alone.</summary>
    /// <param name="now">The sweeper's time (UTC), by which it found the grain: with a clock of its own a node that is behind would be asked again and again.</param>
    [Alias("SweepAsync"), Idempotent]
    Task SweepAsync(DateTimeOffset now);
}
