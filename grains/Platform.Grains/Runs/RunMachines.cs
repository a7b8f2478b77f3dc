using Dapper;
using Microsoft.Extensions.Options;
using Platform.Grains.Cluster;
using Platform.Storage;

namespace Platform.Grains.Runs;

/// <summary>A machine that starts containers.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Node">The node that speaks for it, as the list of nodes names it.</param>
/// <param name="Engine">The container engine, with its version; empty where it does not answer.</param>
/// <param name="IsReady">Whether its engine answers.</param>
/// <param name="Capacity">How many runs it has at a time.</param>
/// <param name="Running">How many it has now.</param>
/// <param name="LastSeenAt">When it was last heard of (UTC).</param>
/// <param name="IsMissing">Whether it has not been heard of for a while.</param>
public sealed record RunMachine(string Name, string Node, string Engine, bool IsReady, int Capacity, int Running, DateTimeOffset LastSeenAt, bool IsMissing);

/// <summary>What a node says of the machine that it speaks for.</summary>
/// <param name="Name">The machine's name.</param>
/// <param name="Holder">Who speaks for it: what only one process on that machine can have.</param>
/// <param name="Node">The node.</param>
/// <param name="Engine">The container engine; empty where it does not answer.</param>
/// <param name="IsReady">Whether its engine answers.</param>
/// <param name="Capacity">How many runs it has at a time.</param>
public sealed record RunMachineWord(string Name, string Holder, string Node, string Engine, bool IsReady, int Capacity);

/// <summary>A run that nothing is heard of.</summary>
/// <param name="Run">The run.</param>
/// <param name="Machine">The machine that has it.</param>
/// <param name="IsMachineThere">Whether the machine is there, and only its engine away.</param>
public sealed record LostRun(RunId Run, string Machine, bool IsMachineThere);

/// <summary>
/// The machines that start containers. Each says every <see cref="Interval"/> that it is there; what one ran that was not heard of for
/// <see cref="RunOptions.LostAfter"/> is lost, once it has been found so twice: while the database was away nobody was heard of.
/// </summary>
public sealed class RunMachines(IDatabase database, IOptions<RunOptions> options, TimeProvider time) : IExpiredRows
{
    private static readonly TimeSpan ForgetAfter = TimeSpan.FromDays(7);

    /// <summary>How often a machine says that it is there.</summary>
    public static TimeSpan Interval { get; } = TimeSpan.FromSeconds(5);

    /// <summary>After how long without a word a machine is no longer counted on, and another process may speak for its name.</summary>
    public static TimeSpan MissingAfter { get; } = 3 * Interval;

    /// <summary>Says that a machine is there.</summary>
    /// <returns>False where another process speaks for a machine of the same name.</returns>
    public async ValueTask<bool> BeatAsync(RunMachineWord word, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return await database.WriteAsync(
            async (connection, transaction, token) => await connection.ExecuteAsync(new CommandDefinition(
                """
                INSERT INTO run_machine (name, holder, node, engine, ready, capacity, seen_at, engine_seen_at)
                VALUES (@Name, @Holder, @Node, @Engine, @ready, @Capacity, @now, @now)
                ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, node = excluded.node, engine = excluded.engine, ready = excluded.ready,
                  capacity = excluded.capacity, seen_at = excluded.seen_at, suspected_at = NULL,
                  engine_seen_at = CASE WHEN excluded.ready <> 0 THEN excluded.seen_at ELSE run_machine.engine_seen_at END
                WHERE run_machine.holder = excluded.holder OR run_machine.seen_at < @stale
                """,
                new
                {
                    word.Name,
                    word.Holder,
                    word.Node,
                    word.Engine,
                    ready = word.IsReady ? 1L : 0L,
                    word.Capacity,
                    now = now.ToUnixTimeMilliseconds(),
                    stale = (now - MissingAfter).ToUnixTimeMilliseconds(),
                },
                transaction,
                cancellationToken: token)) == 1,
            cancellationToken);
    }

    /// <summary>Whether there is a machine whose engine answers.</summary>
    public async ValueTask<bool> IsAnyReadyAsync(CancellationToken cancellationToken) =>
        (await ListAsync(cancellationToken)).Any(machine => machine is { IsReady: true, IsMissing: false });

    /// <summary>All machines that were heard of in the last days, by name.</summary>
    public async ValueTask<IReadOnlyList<RunMachine>> ListAsync(CancellationToken cancellationToken)
    {
        var missingSince = time.GetUtcNow() - MissingAfter;
        return await database.ReadAsync<IReadOnlyList<RunMachine>>(
            async (connection, token) =>
            {
                var rows = await connection.QueryAsync<(string Name, string Node, string Engine, long Ready, long Capacity, long Running, long SeenAt)>(new CommandDefinition(
                    $"""
                    SELECT m.name, m.node, m.engine, m.ready, m.capacity,
                      (SELECT count(*) FROM run_index r WHERE r.machine = m.name AND r.phase <> '{nameof(RunPhase.Ended)}'), m.seen_at
                    FROM run_machine m ORDER BY m.name
                    """,
                    cancellationToken: token));
                return [.. rows.Select(row =>
                {
                    var seenAt = DateTimeOffset.FromUnixTimeMilliseconds(row.SeenAt);
                    return new RunMachine(row.Name, row.Node, row.Engine, row.Ready != 0, (int)row.Capacity, (int)row.Running, seenAt, seenAt < missingSince);
                })];
            },
            cancellationToken);
    }

    /// <summary>The runs of machines that are gone, or whose engine has been away as long.</summary>
    public async ValueTask<IReadOnlyList<LostRun>> FindLostAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var when = new
        {
            now = now.ToUnixTimeMilliseconds(),
            since = (now - options.Value.LostAfter).ToUnixTimeMilliseconds(),
            confirmed = (now - MissingAfter).ToUnixTimeMilliseconds(),
        };
        return await database.WriteAsync<IReadOnlyList<LostRun>>(
            async (connection, transaction, token) =>
            {
                await connection.ExecuteAsync(new CommandDefinition(
                    "UPDATE run_machine SET suspected_at = @now WHERE seen_at < @since AND suspected_at IS NULL", when, transaction, cancellationToken: token));
                var rows = await connection.QueryAsync<(string Key, string Machine, long IsGone)>(new CommandDefinition(
                    $"""
                    SELECT r.key, r.machine, CASE WHEN m.name IS NULL OR m.suspected_at <= @confirmed THEN 1 ELSE 0 END FROM run_index r LEFT JOIN run_machine m ON m.name = r.machine
                    WHERE r.machine IS NOT NULL AND r.phase <> '{nameof(RunPhase.Ended)}'
                      AND (m.name IS NULL OR m.suspected_at <= @confirmed OR (m.engine_seen_at < @since AND m.seen_at >= @confirmed))
                    """,
                    when,
                    transaction,
                    cancellationToken: token));
                return [.. rows.Select(row => new LostRun(RunId.FromGrainKey(row.Key), row.Machine, row.IsGone == 0))];
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<int> PurgeAsync(DateTimeOffset now, CancellationToken cancellationToken) => await database.WriteAsync(
        (connection, transaction, token) => connection.ExecuteAsync(new CommandDefinition(
            "DELETE FROM run_machine WHERE seen_at < @until", new { until = (now - ForgetAfter).ToUnixTimeMilliseconds() }, transaction, cancellationToken: token)),
        cancellationToken);
}
