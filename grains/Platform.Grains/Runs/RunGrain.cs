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

    // What is not over has no end that the sweeper could find; what is over is noted down with its end.
    protected override DateTimeOffset KeptUntil => State.EndedAt is { } ended ? Later(ended, State.SubmittedAt) + options.Value.KeepFor : DateTimeOffset.MaxValue;

    private RunSnapshot? Current => Exists ? State.ToSnapshot(RunId.FromGrainKey(Key)) : null;

    public Task<RunSnapshot?> FindAsync() => Task.FromResult(Current);

    public async Task<RunSnapshot?> BeginStartAsync(string machine, string imageId)
    {
        if (!IsOf(machine) || State.CancelledBy is not null)
        {
            return null;
        }

        if (State.Phase == RunPhase.Preparing)
        {
            await WriteAsync(State with { Phase = RunPhase.Starting, ImageId = imageId, DeadlineAt = Now + StartTakes + State.Time });
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
        if (State.Phase == RunPhase.Queued)
        {
            await WriteEndAsync(cancelled, new RunEnding(RunOutcome.Cancelled, null, "It was cancelled while it waited.", Now));
        }
        else
        {
            await WriteAsync(cancelled);
        }

        return Current;
    }

    public async Task<RunSnapshot?> LoseMachineAsync(string machine)
    {
        if (!IsOf(machine))
        {
            return Current;
        }

        if (State.Phase == RunPhase.Preparing && State.CancelledBy is null)
        {
            // The machine cannot begin it any more: BeginStartAsync refuses it from now on.
            await WriteAsync(State with { Phase = RunPhase.Queued, Machine = null });
        }
        else
        {
            var outcome = State.Phase == RunPhase.Preparing ? RunOutcome.Cancelled : RunOutcome.Lost;
            await WriteEndAsync(State, new RunEnding(outcome, null, $"The machine {machine} has not been heard of any more.", Now));
        }

        return Current;
    }

    public async Task GiveUpAsync(string reason)
    {
        if (Exists && State.Phase == RunPhase.Queued)
        {
            await WriteEndAsync(State, new RunEnding(RunOutcome.NotStarted, null, reason, Now));
        }
    }

    public async Task<bool> ReportAsync(int percent, string? message)
    {
        if (!Exists || !State.ToSnapshot(RunId.FromGrainKey(Key)).HoldsTokens(Now))
        {
            return false;
        }

        await WriteAsync(State with { Percent = percent, Message = message, ReportedAt = Now });
        return true;
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private bool IsOf(string machine) => Exists && State.Phase is not (RunPhase.Queued or RunPhase.Ended) && State.Machine == machine;

    private Task WriteEndAsync(RunState run, RunEnding ending) => WriteAsync(
        run with { Phase = RunPhase.Ended, Outcome = ending.Outcome, ExitCode = ending.ExitCode, Reason = ending.Reason, EndedAt = ending.At },
        Later(ending.At, run.SubmittedAt) + options.Value.KeepFor);
}
