using Platform.Api.Runs.Containers;
using Platform.Grains.Runs;

namespace Platform.Api.Runs.Machine;

/// <summary>Why a run is to end, whatever its container does.</summary>
/// <param name="Outcome">How it ends.</param>
/// <param name="Words">Why, in words.</param>
/// <param name="Since">From when on (UTC); null where nobody knows.</param>
internal sealed record RunCause(RunOutcome Outcome, string Words, DateTimeOffset? Since)
{
    /// <summary>Its time is over.</summary>
    public static RunCause TimeLimitOf(RunSnapshot run) => new(RunOutcome.TimeLimit, $"It was stopped after {run.Request.Limits.Time}.", run.DeadlineAt);
}

/// <summary>How a run ended, by what is known of its container and of what was to end it.</summary>
internal static class RunVerdict
{
    /// <summary>What Linux says of a process that was killed: 128 and the signal's number.</summary>
    private const int Killed = 137;

    /// <summary>How exact the times of engines are.</summary>
    private static readonly TimeSpan Exactness = TimeSpan.FromSeconds(1);

    /// <summary>The end.</summary>
    /// <param name="startedAt">When the container was started (UTC).</param>
    /// <param name="status">The container, which runs no longer; null: it is gone.</param>
    /// <param name="cause">Why it was to end; null: it was not.</param>
    /// <param name="wasStopped">Whether it was stopped for that while it ran.</param>
    /// <param name="now">The time (UTC), for ends that the engine gives none for.</param>
    public static RunEnding Of(DateTimeOffset? startedAt, ContainerStatus? status, RunCause? cause, bool wasStopped, DateTimeOffset now)
    {
        // An engine may say of a short run that it ended a moment before it started.
        var at = status?.FinishedAt is not { } finished ? now : finished < startedAt ? startedAt.Value : finished;
        if (cause is not null && (status is null || wasStopped || !EndedByItself(status, at, cause)))
        {
            return new RunEnding(cause.Outcome, status?.ExitCode, cause.Words, at);
        }

        return status switch
        {
            null => new RunEnding(RunOutcome.Lost, null, "Its container was taken away.", at),
            { ExitCode: 0 } => new RunEnding(RunOutcome.Succeeded, 0, null, at),
            { IsOutOfMemory: true } => new RunEnding(RunOutcome.MemoryLimit, status.ExitCode, "It needed more memory than its limit.", at),

            // Not every engine tells; nobody of the platform killed it.
            { ExitCode: Killed } => new RunEnding(RunOutcome.MemoryLimit, status.ExitCode, "It was killed from outside, as the kernel does at the memory limit.", at),
            _ => new RunEnding(RunOutcome.Failed, status.ExitCode, $"It ended with exit code {status.ExitCode}.", at),
        };
    }

    /// <summary>
    /// Whether the container had ended before there was a cause: a node that comes back finds both at once. Within the second that engines round to,
    /// and where nobody knows since when there is a cause, work that was done counts as done.
    /// </summary>
    private static bool EndedByItself(ContainerStatus status, DateTimeOffset at, RunCause cause) =>
        at + Exactness <= cause.Since || (status.ExitCode == 0 && !(at >= cause.Since));
}
