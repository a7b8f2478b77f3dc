using Dapper;
using Microsoft.Extensions.Options;
using Platform.Grains.Cluster;
using Platform.Storage;

namespace Platform.Grains.Runs;

/// <summary>
/// Ends what nobody else ends: runs whose machine is gone, and runs that waited too long. The sweeper has it done, and every machine between
/// two sweeps.
/// </summary>
public sealed class RunUpkeep(IPlatformGrains grains, RunMachines machines, IDatabase database, IOptions<RunOptions> options, TimeProvider time) : IExpiredRows
{
    /// <summary>Ends the runs of machines that are gone.</summary>
    /// <returns>How many runs were lost, or wait again.</returns>
    public async Task<int> LoseAsync(CancellationToken cancellationToken)
    {
        var lost = await machines.FindLostAsync(cancellationToken);
        foreach (var (run, machine) in lost)
        {
            await grains.Run(run).LoseMachineAsync(machine);
        }

        return lost.Count;
    }

    /// <inheritdoc/>
    public async Task<int> PurgeAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var lost = await LoseAsync(cancellationToken);
        var stale = await database.ReadAsync(
            async (connection, token) => (await connection.QueryAsync<string>(new CommandDefinition(
                "SELECT key FROM run_index WHERE phase = @queued AND submitted_at < @until",
                new { queued = nameof(RunPhase.Queued), until = (time.GetUtcNow() - options.Value.QueuedFor).ToUnixTimeMilliseconds() },
                cancellationToken: token))).AsList(),
            cancellationToken);
        foreach (var key in stale)
        {
            await grains.Run(RunId.FromGrainKey(key)).GiveUpAsync($"It waited for {options.Value.QueuedFor} without being begun.");
        }

        return lost + stale.Count;
    }
}
