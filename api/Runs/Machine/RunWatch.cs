using Microsoft.Extensions.Options;
using Platform.Api.Runs.Containers;
using Platform.Grains.Cluster;
using Platform.Grains.Runs;
using Platform.Storage;

namespace Platform.Api.Runs.Machine;

/// <summary>
/// Watches a container that runs: renews its token, carries its output over, and stops it at its time limit, when it is cancelled, and when what it
/// runs with is taken away.
/// </summary>
internal sealed class RunWatch(
    IContainerRuntime runtime, IPlatformGrains grains, RunTokens tokens, RunFolder folder, RunLogWriter logs, IOptions<MachineOptions> options, TimeProvider time)
{
    /// <summary>What Linux says of a process that was killed: 128 and the signal's number.</summary>
    private const int Killed = 137;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>How long the rest of a log may take after the container has ended, until the end is noted down without it.</summary>
    private static readonly TimeSpan RestTakes = TimeSpan.FromSeconds(10);

    /// <summary>Watches a container to its end.</summary>
    /// <param name="run">The run, whose container was started.</param>
    /// <param name="cancellationToken">Ends the watch; the container goes on.</param>
    /// <returns>How it ended.</returns>
    public async Task<RunEnding> WatchAsync(RunSnapshot run, CancellationToken cancellationToken)
    {
        var name = RunContainers.NameOf(run.Id);
        using var follows = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var log = logs.FollowAsync(run.Id, name, follows.Token);
        try
        {
            var container = WaitAsync(name, follows.Token);
            RunEnding? stopped = null;
            var renewAt = DateTimeOffset.MinValue;
            while (!container.IsCompleted)
            {
                stopped ??= await LookAsync(run, cancellationToken);
                if (stopped is not null)
                {
                    await TryStopAsync(name, cancellationToken);
                }
                else if (time.GetUtcNow() >= renewAt)
                {
                    renewAt = await TryRenewAsync(run, cancellationToken);
                }

                await Task.WhenAny(container, Task.Delay(options.Value.PollInterval, time, cancellationToken));
                cancellationToken.ThrowIfCancellationRequested();
            }

            var status = await container;
            await TryNoteStoppedAsync(run);
            await Task.WhenAny(log, Task.Delay(RestTakes, time, cancellationToken));
            return Judge(run, status, stopped);
        }
        finally
        {
            await follows.CancelAsync();
            try
            {
                await log;
            }
            catch (OperationCanceledException)
            {
                // It was ended a line above.
            }
        }
    }

    /// <summary>Why a run whose tokens do not hold any more is to end.</summary>
    /// <param name="run">The run as it was.</param>
    /// <param name="exitCode">Its container's exit code, if it has one.</param>
    public async Task<RunEnding> FindReasonAsync(RunSnapshot run, int? exitCode)
    {
        var now = time.GetUtcNow();
        var present = await grains.Run(run.Id).FindAsync();
        return present switch
        {
            { Ending: { } ending } => ending,
            { Cancellation: not null } => new RunEnding(RunOutcome.Cancelled, exitCode, "It was cancelled.", now),
            { DeadlineAt: { } deadline } when deadline <= now => new RunEnding(RunOutcome.TimeLimit, exitCode, $"It was stopped after {run.Request.Limits.Time}.", now),
            _ => new RunEnding(RunOutcome.RightsLost, exitCode, "Its user, the client that asked for it, or the scope no longer gives it what it runs with.", now),
        };
    }

    private RunEnding Judge(RunSnapshot run, ContainerStatus? status, RunEnding? stopped)
    {
        // An engine may say of a short run that it ended a moment before it started.
        var at = status?.FinishedAt is not { } finished ? time.GetUtcNow() : finished < run.StartedAt ? run.StartedAt.Value : finished;
        return (status, stopped) switch
        {
            (_, { } reason) => reason with { ExitCode = status?.ExitCode },
            (null, _) => new RunEnding(RunOutcome.Lost, null, "Its container was taken away.", at),
            ({ ExitCode: 0 }, _) => new RunEnding(RunOutcome.Succeeded, 0, null, at),
            ({ IsOutOfMemory: true }, _) => new RunEnding(RunOutcome.MemoryLimit, status.ExitCode, "It needed more memory than its limit.", at),

            // Not every engine tells; nobody of the platform killed it.
            ({ ExitCode: Killed }, _) => new RunEnding(RunOutcome.MemoryLimit, status.ExitCode, "It was killed from outside, as the kernel does at the memory limit.", at),
            _ => new RunEnding(RunOutcome.Failed, status.ExitCode, $"It ended with exit code {status.ExitCode}.", at),
        };
    }

    /// <returns>Why it is to end; null: it goes on.</returns>
    private async Task<RunEnding?> LookAsync(RunSnapshot run, CancellationToken cancellationToken)
    {
        try
        {
            return await tokens.FindGroundsAsync(run, cancellationToken) is null ? await FindReasonAsync(run, null) : null;
        }
        catch (StorageUnavailableException)
        {
            // Nobody's word is taken for the run, nor against it; its time is known here.
            return run.DeadlineAt <= time.GetUtcNow()
                ? new RunEnding(RunOutcome.TimeLimit, null, $"It was stopped after {run.Request.Limits.Time}.", time.GetUtcNow())
                : null;
        }
    }

    /// <returns>When to renew it next.</returns>
    private async Task<DateTimeOffset> TryRenewAsync(RunSnapshot run, CancellationToken cancellationToken)
    {
        try
        {
            if (await tokens.FindGroundsAsync(run, cancellationToken) is { } grounds)
            {
                var token = await tokens.SignAsync(run, grounds, options.Value.TokenLifetime, cancellationToken);
                folder.PutToken(run.Id, token.Text);
                return token.IssuedAt + (options.Value.TokenLifetime / 2);
            }
        }
        catch (StorageUnavailableException)
        {
            // The next look tries again; a token that could not be renewed counts for nothing meanwhile.
        }

        return DateTimeOffset.MinValue;
    }

    /// <summary>Whoever took a copy of the token out of the container has no use of it while the rest of the log is still carried over.</summary>
    private async Task TryNoteStoppedAsync(RunSnapshot run)
    {
        try
        {
            await grains.Run(run.Id).NoteStoppedAsync(options.Value.Machine);
        }
        catch (Exception failure) when (failure is StorageUnavailableException or ConflictException)
        {
            // The end, which is tried until it is noted down, says it as well.
        }
    }

    private async Task TryStopAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            await runtime.StopAsync(name, options.Value.StopGrace, cancellationToken);
        }
        catch (Exception failure) when (failure is ContainerEngineUnavailableException or ContainerEngineException)
        {
            // The next look tries again.
        }
    }

    /// <summary>Waits for the container's end, however often the engine goes away meanwhile.</summary>
    private async Task<ContainerStatus?> WaitAsync(string name, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await runtime.WaitAsync(name, cancellationToken);
                return await runtime.InspectAsync(name, cancellationToken);
            }
            catch (Exception failure) when (failure is ContainerEngineUnavailableException or ContainerEngineException)
            {
                await Task.Delay(RetryAfter, time, cancellationToken);
            }
        }
    }
}
