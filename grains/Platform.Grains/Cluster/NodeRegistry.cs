using Dapper;
using Platform.Grains.Audit;
using Platform.Storage;

namespace Platform.Grains.Cluster;

/// <summary>How a node of the cluster does.</summary>
public enum NodeHealth
{
    /// <summary>It takes requests.</summary>
    Ready,

    /// <summary>It finishes what is under way and takes nothing new.</summary>
    Stopping,

    /// <summary>It has not been heard of for a while, and did not say that it leaves: it died, hangs, or is cut off from the database.</summary>
    Missing,
}

/// <summary>A process of the cluster.</summary>
/// <param name="Name">Its name, which its chains in the audit have, too.</param>
/// <param name="Engine">What hosts its grains.</param>
/// <param name="Version">The program's version.</param>
/// <param name="StartedAt">When it started (UTC).</param>
/// <param name="LastSeenAt">When it was last heard of (UTC).</param>
/// <param name="Health">How it does.</param>
public sealed record NodeStatus(string Name, string Engine, string Version, DateTimeOffset StartedAt, DateTimeOffset LastSeenAt, NodeHealth Health);

/// <summary>
/// The processes that share the database. Each writes a row of its own every <see cref="Interval"/> and deletes it when it leaves in order;
/// one that is lost stays listed as missing for <see cref="ForgetAfter"/>. Nothing rests on it but what administrators see.
/// </summary>
public sealed class NodeRegistry : IExpiredRows
{
    private readonly IDatabase _database;
    private readonly AuditLog _audit;
    private readonly TimeProvider _time;

    internal NodeRegistry(IDatabase database, AuditLog audit, TimeProvider time)
    {
        _database = database;
        _audit = audit;
        _time = time;
    }

    /// <summary>How often a node says that it is there.</summary>
    public static TimeSpan Interval { get; } = TimeSpan.FromSeconds(15);

    /// <summary>After how long a lost node is no longer listed.</summary>
    public static TimeSpan ForgetAfter { get; } = TimeSpan.FromHours(1);

    /// <summary>The name of this process.</summary>
    public string Self => _audit.Node;

    /// <summary>Says that this process is there.</summary>
    public async Task BeatAsync(string engine, string version, DateTimeOffset startedAt, bool ready, CancellationToken cancellationToken)
    {
        var row = new
        {
            name = Self,
            engine,
            version,
            startedAt = startedAt.ToUnixTimeMilliseconds(),
            seenAt = _time.GetUtcNow().ToUnixTimeMilliseconds(),
            ready,
        };
        await _database.WriteAsync(
            (connection, transaction, token) => connection.ExecuteAsync(new CommandDefinition(
                """
                INSERT INTO node (name, engine, version, started_at, seen_at, ready) VALUES (@name, @engine, @version, @startedAt, @seenAt, @ready)
                ON CONFLICT (name) DO UPDATE SET seen_at = excluded.seen_at, ready = excluded.ready
                """,
                row,
                transaction,
                cancellationToken: token)),
            cancellationToken);
    }

    /// <summary>Says that this process leaves.</summary>
    public async Task LeaveAsync(CancellationToken cancellationToken) => await _database.WriteAsync(
        (connection, transaction, token) => connection.ExecuteAsync(new CommandDefinition(
            "DELETE FROM node WHERE name = @name", new { name = Self }, transaction, cancellationToken: token)),
        cancellationToken);

    /// <summary>The processes that there are and those that were lost of late, by name.</summary>
    public async Task<IReadOnlyList<NodeStatus>> ListAsync(CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        return await _database.ReadAsync<IReadOnlyList<NodeStatus>>(
            async (connection, token) =>
            {
                var rows = await connection.QueryAsync<(string Name, string Engine, string Version, long StartedAt, long SeenAt, long Ready)>(new CommandDefinition(
                    """
                    SELECT name, engine, version, started_at, seen_at, CAST(CASE WHEN ready THEN 1 ELSE 0 END AS bigint) FROM node
                    WHERE seen_at > @since ORDER BY name
                    """,
                    new { since = (now - ForgetAfter).ToUnixTimeMilliseconds() },
                    cancellationToken: token));
                return [.. rows.Select(row =>
                {
                    var seenAt = DateTimeOffset.FromUnixTimeMilliseconds(row.SeenAt);
                    var health = seenAt + (3 * Interval) < now ? NodeHealth.Missing : row.Ready == 1 ? NodeHealth.Ready : NodeHealth.Stopping;
                    return new NodeStatus(row.Name, row.Engine, row.Version, DateTimeOffset.FromUnixTimeMilliseconds(row.StartedAt), seenAt, health);
                })];
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<int> PurgeAsync(DateTimeOffset now, CancellationToken cancellationToken) => await _database.WriteAsync(
        (connection, transaction, token) => connection.ExecuteAsync(new CommandDefinition(
            "DELETE FROM node WHERE seen_at <= @until", new { until = (now - ForgetAfter).ToUnixTimeMilliseconds() }, transaction, cancellationToken: token)),
        cancellationToken);
}
