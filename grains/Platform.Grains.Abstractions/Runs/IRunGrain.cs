using Platform.Grains.Cluster;
using Platform.Grains.Users;

namespace Platform.Grains.Runs;

/// <summary>
/// One run, keyed by <see cref="RunId.GrainKey"/>. It is made and taken by <see cref="IRunQueue"/>; from then on its machine alone moves it on,
/// and anyone who may ends it early. What is over stays so.
/// </summary>
[Alias("platform.IRunGrain")]
public interface IRunGrain : IExpiringGrain
{
    /// <summary>The run; null where there is none.</summary>
    [Alias("FindAsync"), Idempotent]
    Task<RunSnapshot?> FindAsync();

    /// <summary>Its container was made and is about to be started. Until this is answered nothing of it may run.</summary>
    /// <param name="machine">The machine that has it.</param>
    /// <param name="holder">Who speaks for the machine; a repeated call of another is refused, as two processes may go by one name.</param>
    /// <param name="imageId">The image that the container was made from.</param>
    /// <returns>The run; null where it was cancelled, is over, or is another's: it must not be started.</returns>
    [Alias("BeginStartAsync"), Idempotent]
    Task<RunSnapshot?> BeginStartAsync(string machine, string holder, string imageId);

    /// <summary>Its container runs.</summary>
    /// <param name="machine">The machine that has it.</param>
    /// <param name="startedAt">Since when (UTC); its time counts from here.</param>
    /// <returns>The run; null where it is over or another machine's.</returns>
    [Alias("NoteStartedAsync"), Idempotent]
    Task<RunSnapshot?> NoteStartedAsync(string machine, DateTimeOffset startedAt);

    /// <summary>Its container runs no longer: its tokens are refused from now on, while the rest of its log is still carried over.</summary>
    /// <param name="machine">The machine that has it.</param>
    [Alias("NoteStoppedAsync"), Idempotent]
    Task NoteStoppedAsync(string machine);

    /// <summary>It is over: its tokens are refused from now on.</summary>
    /// <param name="machine">The machine that has it.</param>
    /// <param name="ending">How.</param>
    /// <returns>Whether this is its end; false where it was over in another way, or is another machine's.</returns>
    [Alias("EndAsync"), Idempotent]
    Task<bool> EndAsync(string machine, RunEnding ending);

    /// <summary>Asks for its early end: its tokens are refused from now on, and what waits or has not begun is over at once.</summary>
    /// <param name="by">Who asks.</param>
    /// <returns>The run; null where there is none. One that was over before is as it was.</returns>
    [Alias("CancelAsync"), Idempotent]
    Task<RunSnapshot?> CancelAsync(UserKey by);

    /// <summary>Its machine has not been heard of for too long. What may have begun is lost; what has not goes back to where it waited.</summary>
    /// <param name="machine">The machine that is gone.</param>
    /// <returns>The run; null where there is none. One that this machine does not have is as it was.</returns>
    [Alias("LoseMachineAsync"), Idempotent]
    Task<RunSnapshot?> LoseMachineAsync(string machine);

    /// <summary>
    /// Its machine is there, and the container engine on it has not been for too long. What has not begun goes back to where it waited; what has, and whose
    /// tokens hold no more, is lost, since nobody can stop its container.
    /// </summary>
    /// <param name="machine">The machine.</param>
    /// <returns>The run; null where there is none. One that this machine does not have, or that may go on, is as it was.</returns>
    [Alias("LoseEngineAsync"), Idempotent]
    Task<RunSnapshot?> LoseEngineAsync(string machine);

    /// <summary>It is over without having been begun, where it still waits.</summary>
    /// <param name="reason">Why, in words.</param>
    [Alias("GiveUpAsync"), Idempotent]
    Task GiveUpAsync(string reason);

    /// <summary>Takes note of what the algorithm says of its progress, while it runs.</summary>
    /// <param name="percent">0 to 100.</param>
    /// <param name="message">In words; null: none.</param>
    [Alias("ReportAsync"), Idempotent]
    Task<RunReport> ReportAsync(int percent, string? message);
}

/// <summary>Whether a report of progress was taken.</summary>
[Alias("platform.RunReport")]
public enum RunReport
{
    /// <summary>It was.</summary>
    Noted,

    /// <summary>One came less than a second before it.</summary>
    TooSoon,

    /// <summary>The run does not run.</summary>
    NotRunning,
}
