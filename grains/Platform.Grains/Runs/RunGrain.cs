using Microsoft.Extensions.Options;
using Platform.Grains.Cluster;
using Platform.Grains.Users;
using Platform.Storage;

namespace Platform.Grains.Runs;

/// <inheritdoc cref="IRunGrain"/>
[GrainType("run")]
internal sealed class RunGrain(
    [PersistentState(StateNames.Run, StateNames.Storage)] IPersistentState<RunState> stored,
    IActivityStore activity,
    IOptions<RunOptions> options,
    TimeProvider time) : ExpiringGrain<RunState>(StateNames.Run, stored, activity, time), IRunGrain
{
    /// <summary>What the start of a container may take until its time counts; tokens hold so long at first.</summary>
    private static readonly TimeSpan StartTakes = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan ReportsApart = TimeSpan.FromSeconds(1);

    // What is not over has no end that the sweeper could find; what is over is noted down with its end.
    protected override DateTimeOffset KeptUntil => State.EndedAt is { } ended ? Later(ended, State.SubmittedAt) + options.Value.KeepFor : DateTimeOffset.MaxValue;

    private RunSnapshot? Current => Exists ? State.ToSnapshot(RunId.FromGrainKey(Key)) : null;

    public Task<RunSnapshot?> FindAsync() => Task.FromResult(Current);

    public async Task<RunSnapshot?> BeginStartAsync(string machine, string holder, string imageId)
    {
        if (!IsOf(machine) || State.CancelledBy is not null || (State.Phase != RunPhase.Preparing && State.Holder != holder))
        {
            return null;
        }

        if (State.Phase == RunPhase.Preparing)
        {
            await WriteAsync(State with { Phase = RunPhase.Starting, Holder = holder, ImageId = imageId, DeadlineAt = Now + StartTakes + State.Time });
        }

        return Current;
    }

    public async Task<RunSnapshot?> NoteStartedAsync(string machine, DateTimeOffset startedAt)
    {
        if (!IsOf(machine) || State.Phase == RunPhase.Preparing)
        {
            return null;
        }

        if (State.Phase == RunPhase.Starting)
        {
            await WriteAsync(State with { Phase = RunPhase.Running, StartedAt = startedAt, DeadlineAt = startedAt + State.Time });
        }

        return Current;
    }

    public async Task NoteStoppedAsync(string machine)
    {
        if (IsOf(machine) && State.StoppedAt is null)
        {
            await WriteAsync(State with { StoppedAt = Now });
        }
    }

    public async Task<bool> EndAsync(string machine, RunEnding ending)
    {
        if (!IsOf(machine))
        {
            return Exists && State.Machine == machine && State.Outcome == ending.Outcome && State.EndedAt == ending.At;
        }

        await WriteEndAsync(State, ending);
        return true;
    }

    public async Task<RunSnapshot?> CancelAsync(UserKey by)
    {
        if (!Exists || State.Phase == RunPhase.Ended || State.CancelledBy is not null)
        {
            return Current;
        }

        var cancelled = State with { CancelledBy = by.ToString(), CancelledAt = Now };
        if (State.Phase is RunPhase.Queued or RunPhase.Preparing)
        {
            // A machine that makes its container does not start it any more: BeginStartAsync refuses that.
            await WriteEndAsync(cancelled, new RunEnding(RunOutcome.Cancelled, null, "It was cancelled before it began.", Now));
        }
        else
        {
            await WriteAsync(cancelled);
        }

        return Current;
    }

    public Task<RunSnapshot?> LoseMachineAsync(string machine) => LoseAsync(machine, $"The machine {machine} has not been heard of any more.");

    public async Task<RunSnapshot?> LoseEngineAsync(string machine) => Current is { Phase: not RunPhase.Preparing } begun && begun.HoldsTokens(Now)
        ? begun
        : await LoseAsync(machine, $"The container engine of the machine {machine} has not answered any more.");

    public async Task GiveUpAsync(string reason)
    {
        if (Exists && State.Phase == RunPhase.Queued)
        {
            await WriteEndAsync(State, new RunEnding(RunOutcome.NotStarted, null, reason, Now));
        }
    }

    public async Task<RunReport> ReportAsync(int percent, string? message)
    {
        if (Current is not { } run || !run.HoldsTokens(Now))
        {
            return RunReport.NotRunning;
        }

        if (State.ReportedAt + ReportsApart > Now)
        {
            // Each report is a write of the row that cancelling and ending it write, too.
            return State.Percent == percent && State.Message == message ? RunReport.Noted : RunReport.TooSoon;
        }

        await WriteAsync(State with { Percent = percent, Message = message, ReportedAt = Now });
        return RunReport.Noted;
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private async Task<RunSnapshot?> LoseAsync(string machine, string reason)
    {
        if (!IsOf(machine))
        {
            return Current;
        }

        if (State.Phase == RunPhase.Preparing)
        {
            // The machine cannot begin it any more: BeginStartAsync refuses it from now on.
            await WriteAsync(State with { Phase = RunPhase.Queued, Machine = null });
        }
        else
        {
            await WriteEndAsync(State, new RunEnding(RunOutcome.Lost, null, reason, Now));
        }

        return Current;
    }

    private bool IsOf(string machine) => Exists && State.Phase is not (RunPhase.Queued or RunPhase.Ended) && State.Machine == machine;

    private Task WriteEndAsync(RunState run, RunEnding ending) => WriteAsync(
        run with { Phase = RunPhase.Ended, Outcome = ending.Outcome, ExitCode = ending.ExitCode, Reason = ending.Reason, EndedAt = ending.At },
        Later(ending.At, run.SubmittedAt) + options.Value.KeepFor);
}
