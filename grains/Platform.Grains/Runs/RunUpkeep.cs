using Dapper;
using Microsoft.Extensions.Options;
using Platform.Grains.Audit;
using Platform.Grains.Cluster;
using Platform.Storage;

namespace Platform.Grains.Runs;

/// <summary>
/// Ends what nobody else ends: runs whose machine or engine is gone, and runs that waited too long. The sweeper has it done, and every machine between
/// two sweeps.
/// </summary>
public sealed class RunUpkeep(IPlatformGrains grains, RunMachines machines, IAuditLog audit, IDatabase database, IOptions<RunOptions> options) : IExpiredRows
{
    /// <summary>Ends the runs of machines and engines that are gone.</summary>
    /// <returns>How many runs were lost, or wait again.</returns>
    public async Task<int> LoseAsync(CancellationToken cancellationToken)
    {
        var lost = 0;
        foreach (var (run, machine, isThere) in await machines.FindLostAsync(cancellationToken))
        {
            lost += isThere
                ? await TryAsync(run, async grain => await grain.LoseEngineAsync(machine), $"the container engine of the machine {machine} is away", cancellationToken)
                : await TryAsync(run, async grain => await grain.LoseMachineAsync(machine), $"the machine {machine} is gone", cancellationToken);
        }

        return lost;
    }

    /// <inheritdoc/>
    public async Task<int> PurgeAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var ended = await LoseAsync(cancellationToken);
        var stale = await database.ReadAsync(
            async (connection, token) => (await connection.QueryAsync<string>(new CommandDefinition(
                "SELECT key FROM run_index WHERE phase = @queued AND submitted_at < @until",
                new { queued = nameof(RunPhase.Queued), until = (now - options.Value.QueuedFor).ToUnixTimeMilliseconds() },
                cancellationToken: token))).AsList(),
            cancellationToken);
        foreach (var key in stale)
        {
            ended += await TryAsync(
                RunId.FromGrainKey(key), grain => grain.GiveUpAsync($"It waited for {options.Value.QueuedFor} without being begun."), "it waited too long", cancellationToken);
        }

        return ended;
    }

    /// <summary>One that somebody else changes at this moment is found again, and keeps the others from nothing.</summary>
    /// <returns>1 where it is over now, or waits again; otherwise 0.</returns>
    private async Task<int> TryAsync(RunId run, Func<IRunGrain, Task> act, string reason, CancellationToken cancellationToken)
    {
        try
        {
            await act(grains.Run(run));
        }
        catch (ConflictException)
        {
            return 0;
        }

        if (await grains.Run(run).FindAsync() is not { Phase: RunPhase.Queued or RunPhase.Ended } after)
        {
            return 0;
        }

        await audit.RecordAsync(
            new AuditEntry(AuditActions.ChangeRun, AuditEntry.Ok, after.User.ToString(), run.GrainKey, "platform", $"{after.Ending?.Outcome.ToString() ?? "waits again"}: {reason}", after.Scope.Value),
            cancellationToken);
        return 1;
    }
}
