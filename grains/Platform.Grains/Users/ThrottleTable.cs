using System.Data.Common;
using Dapper;

namespace Platform.Grains.Users;

/// <summary>The SQL of the throttle; SQLite and PostgreSQL take it alike.</summary>
internal static class ThrottleTable
{
    /// <summary>The latest end of a wait among counters, in milliseconds since 1970; 0 without one.</summary>
    public static Task<long> FindBlockAsync(DbConnection connection, DbTransaction? transaction, string[] keys, CancellationToken cancellationToken) =>
        connection.ExecuteScalarAsync<long>(new CommandDefinition(
            "SELECT COALESCE(MAX(blocked_until), 0) FROM throttle WHERE key = @first OR key = @last",
            new { first = keys[0], last = keys[^1] },
            transaction,
            cancellationToken: cancellationToken));

    /// <summary>Adds a failure and returns how many there are; null, and nothing added, where the counter makes wait.</summary>
    public static Task<long?> TryCountAsync(
        DbConnection connection, DbTransaction transaction, string key, long now, long forgotten, CancellationToken cancellationToken) =>
        connection.QuerySingleOrDefaultAsync<long?>(new CommandDefinition(
            """
            INSERT INTO throttle (key, failures, blocked_until, last_at) VALUES (@key, 1, 0, @now)
            ON CONFLICT (key) DO UPDATE SET
              failures = CASE WHEN throttle.last_at <= @forgotten THEN 1 ELSE throttle.failures + 1 END,
              blocked_until = 0,
              last_at = @now
            WHERE throttle.blocked_until <= @now
            RETURNING failures
            """,
            new { key, now, forgotten },
            transaction,
            cancellationToken: cancellationToken));

    /// <summary>Makes further attempts wait.</summary>
    public static Task BlockAsync(DbConnection connection, DbTransaction transaction, string key, long until, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            "UPDATE throttle SET blocked_until = @until WHERE key = @key",
            new { key, until },
            transaction,
            cancellationToken: cancellationToken));

    /// <summary>
    /// Takes one failure off, and the wait with it where this attempt set it or the limit is no longer reached.
    /// </summary>
    public static async Task TakeBackAsync(DbConnection connection, DbTransaction transaction, ThrottleCount counted, CancellationToken cancellationToken)
    {
        var parameters = new { key = counted.Key, limit = counted.Limit, mine = counted.BlockedUntil };
        await connection.ExecuteAsync(new CommandDefinition(
            """
            UPDATE throttle SET
              blocked_until = CASE WHEN failures - 1 < @limit OR blocked_until = @mine THEN 0 ELSE blocked_until END,
              failures = failures - 1
            WHERE key = @key
            """,
            parameters,
            transaction,
            cancellationToken: cancellationToken));
        await connection.ExecuteAsync(new CommandDefinition(
            "DELETE FROM throttle WHERE key = @key AND failures <= 0", parameters, transaction, cancellationToken: cancellationToken));
    }

    /// <summary>Forgets a counter.</summary>
    public static Task DeleteAsync(DbConnection connection, DbTransaction transaction, string key, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            "DELETE FROM throttle WHERE key = @key", new { key }, transaction, cancellationToken: cancellationToken));

    /// <summary>Deletes the counters that are forgotten and make nobody wait.</summary>
    public static Task<int> PurgeAsync(DbConnection connection, DbTransaction transaction, long now, long forgotten, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            "DELETE FROM throttle WHERE last_at <= @forgotten AND blocked_until <= @now",
            new { now, forgotten },
            transaction,
            cancellationToken: cancellationToken));
}
