using Microsoft.Extensions.Options;
using Platform.Api.Runs.Containers;
using Platform.Grains.Audit;
using Platform.Grains.Cluster;
using Platform.Grains.Runs;
using Platform.Storage;

namespace Platform.Api.Runs.Machine;

/// <summary>
/// Brings one run from where it is to its end. Begun anew after the process was killed, it finds the container by its name and goes on: before the
/// start is noted down nothing has run, and after it nothing is begun again.
/// </summary>
internal sealed class RunExecution(
    IContainerRuntime runtime,
    IPlatformGrains grains,
    RunPreparation preparation,
    RunWatch watch,
    RunTokens tokens,
    RunFolder folder,
    IAuditLog audit,
    IOptions<MachineOptions> options,
    TimeProvider time)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private string Machine => options.Value.Machine;

    /// <summary>Runs it to its end.</summary>
    /// <param name="id">The run, which this machine has.</param>
    /// <param name="cancellationToken">Ends this; the container goes on.</param>
    /// <exception cref="ContainerEngineUnavailableException">The engine went away; to be called again.</exception>
    public async Task RunAsync(RunId id, CancellationToken cancellationToken)
    {
        var run = await grains.Run(id).FindAsync();
        if (run is { Phase: RunPhase.Preparing })
        {
            var (prepared, refusal) = await preparation.PrepareAsync(run, cancellationToken);
            if (refusal is not null)
            {
                await EndAsync(run, refusal, cancellationToken);
                return;
            }

            run = prepared;
        }

        if (run is { Phase: RunPhase.Starting or RunPhase.Running } && run.Machine == Machine)
        {
            await EndAsync(run, await StartAsync(run, cancellationToken) ?? await watch.WatchAsync((await grains.Run(id).FindAsync())!, cancellationToken), cancellationToken);
        }
        else
        {
            // It was cancelled before it began, or given to another machine.
            await CleanAsync(id, cancellationToken);
        }
    }

    /// <returns>How it ended where it could not be started; null: it runs, or has run.</returns>
    private async Task<RunEnding?> StartAsync(RunSnapshot run, CancellationToken cancellationToken)
    {
        var name = RunContainers.NameOf(run.Id);
        var status = await runtime.InspectAsync(name, cancellationToken);
        if (status is null || !folder.Has(run.Id))
        {
            // Its folder is in memory: without it, the machine was started anew, and what its engine says of the container is no word of the run.
            return Ending(RunOutcome.Lost, status is null ? "Its container is not there any more." : "Its machine was started anew.");
        }

        if (status.State == ContainerState.Created)
        {
            if (run.Phase != RunPhase.Starting || folder.WasStarted(run.Id))
            {
                // An engine that forgot what it ran, or died while it started it: it would be begun a second time.
                return Ending(RunOutcome.Lost, "The container engine does not know whether its container ran.");
            }

            if (await tokens.FindGroundsAsync(run, cancellationToken) is not { } grounds)
            {
                return await watch.EndWithoutAsync(run, cancellationToken);
            }

            folder.PutToken(run.Id, (await tokens.SignAsync(run, grounds, options.Value.TokenLifetime, cancellationToken)).Text);
            if (await StartAsync(run.Id, name, cancellationToken) is { } fault)
            {
                return Ending(RunOutcome.NotStarted, $"The container could not be started: {fault}");
            }

            status = await runtime.InspectAsync(name, cancellationToken);
        }

        // Not noted: it ended, for others, between the look at its grounds and the start.
        return await grains.Run(run.Id).NoteStartedAsync(Machine, status?.StartedAt ?? time.GetUtcNow()) is null ? await watch.EndWithoutAsync(run, cancellationToken) : null;
    }

    private async Task<string?> StartAsync(RunId run, string name, CancellationToken cancellationToken)
    {
        folder.NoteStart(run);
        try
        {
            return await runtime.StartAsync(name, cancellationToken);
        }
        catch (ContainerEngineUnavailableException away) when (away.IsUnreached)
        {
            folder.ForgetStart(run);
            throw;
        }
    }

    private RunEnding Ending(RunOutcome outcome, string reason) => new(outcome, null, reason, time.GetUtcNow());

    /// <summary>Notes the end down, however long that takes, and takes away what the run leaves on this machine.</summary>
    private async Task EndAsync(RunSnapshot run, RunEnding ending, CancellationToken cancellationToken)
    {
        for (var noted = false; !noted;)
        {
            try
            {
                if (await grains.Run(run.Id).EndAsync(Machine, ending))
                {
                    await RecordAsync(run, ending);
                }

                noted = true;
            }
            catch (Exception failure) when (failure is StorageUnavailableException or ConflictException)
            {
                await Task.Delay(RetryAfter, time, cancellationToken);
            }
        }

        await CleanAsync(run.Id, cancellationToken);
    }

    private ValueTask RecordAsync(RunSnapshot run, RunEnding ending) => audit.RecordAsync(
        new AuditEntry(
            AuditActions.ChangeRun,
            AuditEntry.Ok,
            run.User.ToString(),
            run.Id.GrainKey,
            Machine,
            FormattableString.Invariant($"{ending.Outcome}, exit code {ending.ExitCode?.ToString() ?? "none"}"),
            run.Scope.Value),
        CancellationToken.None);

    private async Task CleanAsync(RunId run, CancellationToken cancellationToken)
    {
        folder.Remove(run);
        await runtime.RemoveAsync(RunContainers.NameOf(run), cancellationToken);
    }
}
