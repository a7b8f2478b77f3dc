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
    /// <param name="imageId">The image that the container was made from.</param>
    /// <returns>The run; null where it was cancelled, is over, or is another machine's: it must not be started.</returns>
    [Alias("BeginStartAsync"), Idempotent]
    Task<RunSnapshot?> BeginStartAsync(string machine, string imageId);

    /// <summary>Its container runs.</summary>
    /// <param name="machine">The machine that has it.</param>
    /// <param name="startedAt">Since when (UTC); its time counts from here.</param>
    /// <returns>The run; null where it is over or another machine's.</returns>
    [Alias("NoteStartedAsync"), Idempotent]
    Task<RunSnapshot?> NoteStartedAsync(string machine, DateTimeOffset startedAt);

    /// <summary>It is over: its tokens are refused from now on.</summary>
    /// <param name="machine">The machine that has it.</param>
    /// <param name="ending">How.</param>
    /// <returns>False where it was over before, or is another machine's.</returns>
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

    /// <summary>It is over without having been begun, where it still waits.</summary>
    /// <param name="reason">Why, in words.</param>
    [Alias("GiveUpAsync"), Idempotent]
    Task GiveUpAsync(string reason);

    /// <summary>Takes note of what the algorithm says of its progress, while it runs.</summary>
    /// <param name="percent">0 to 100.</param>
    /// <param name="message">In words; null: none.</param>
    /// <returns>False where it does not run.</returns>
    [Alias("ReportAsync"), Idempotent]
    Task<bool> ReportAsync(int percent, string? message);
}
