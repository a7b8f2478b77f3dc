namespace Platform.Grains.Cluster;

/// <summary>When what is over leaves the database.</summary>
public sealed class SweeperOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Sweeper";

    /// <summary>The time between sweeps. Default and least: 5 min and 1 min.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long a session may go unused before it is deleted. Taken from the sessions' own idle time-out where that is longer than the
    /// default, 30 min; a session that is idle is refused at once, whatever this says.
    /// </summary>
    public TimeSpan SessionIdleTimeout { get; set; } = TimeSpan.FromMinutes(30);
}
