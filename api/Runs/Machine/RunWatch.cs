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
            RunCause? cause = null;
            var wasStopped = false;
            var renewAt = DateTimeOffset.MinValue;
            while (!container.IsCompleted)
            {
                cause ??= await LookAsync(run, cancellationToken);
                if (cause is not null)
                {
                    wasStopped |= await TryStopAsync(name, cancellationToken);
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
            return RunVerdict.Of(run.StartedAt, status, cause, wasStopped, time.GetUtcNow());
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

    /// <summary>The end of a run that no container of it will have, since its tokens do not hold any more.</summary>
    public async Task<RunEnding> EndWithoutAsync(RunSnapshot run, CancellationToken cancellationToken) =>
        RunVerdict.Of(run.StartedAt, null, await FindCauseAsync(run, cancellationToken), false, time.GetUtcNow());

    /// <summary>Why a run whose tokens do not hold any more is to end; null where they do not since its container has ended.</summary>
    private async Task<RunCause?> FindCauseAsync(RunSnapshot run, CancellationToken cancellationToken) => await grains.Run(run.Id).FindAsync() switch
    {
        { Ending: { } ending } => new RunCause(ending.Outcome, ending.Reason ?? "It is over.", null),
        { Cancellation: { } cancellation } => new RunCause(RunOutcome.Cancelled, "It was cancelled.", cancellation.At),
        { DeadlineAt: { } deadline } when deadline <= time.GetUtcNow() => RunCause.TimeLimitOf(run),

        // Its machine went away between this and the end.
        { StoppedAt: not null } when await tokens.FindGroundsBeforeAsync(run, cancellationToken) is not null => null,
        _ => new RunCause(RunOutcome.RightsLost, "Its user, the client that asked for it, or the scope no longer gives it what it runs with.", null),
    };

    /// <returns>Why it is to end; null: it goes on.</returns>
    private async Task<RunCause?> LookAsync(RunSnapshot run, CancellationToken cancellationToken)
    {
        try
        {
            return await tokens.FindGroundsAsync(run, cancellationToken) is null ? await FindCauseAsync(run, cancellationToken) : null;
        }
        catch (StorageUnavailableException)
        {
            // Nobody's word is taken for the run, nor against it; its time is known here.
            return run.DeadlineAt <= time.GetUtcNow() ? RunCause.TimeLimitOf(run) : null;
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

    /// <returns>Whether it ran, and was asked to end.</returns>
    private async Task<bool> TryStopAsync(string name, CancellationToken cancellationToken)
    {
        var runs = false;
        try
        {
            runs = await runtime.InspectAsync(name, cancellationToken) is { State: ContainerState.Running };
            if (runs)
            {
                await runtime.StopAsync(name, options.Value.StopGrace, cancellationToken);
            }
        }
        catch (Exception failure) when (failure is ContainerEngineUnavailableException or ContainerEngineException)
        {
            // The next look tries again.
        }

        return runs;
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
