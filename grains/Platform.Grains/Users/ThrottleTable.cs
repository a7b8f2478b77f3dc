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

    /// <summary>
    /// Takes one of the places that are left before the limit, or the one place beyond it. False, and nothing taken, where the counter
    /// makes wait or all places are taken by attempts whose outcome is not known yet.
    /// </summary>
    /// <param name="connection">Where to.</param>
    /// <param name="transaction">Within what.</param>
    /// <param name="counter">The counter and its limit.</param>
    /// <param name="now">Now, in milliseconds since 1970.</param>
    /// <param name="forgotten">Failures whose last one is this old count for nothing.</param>
    /// <param name="lost">Attempts that began this long ago were lost with their node, and have left their places.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<bool> TryBeginAsync(
        DbConnection connection, DbTransaction transaction, ThrottleCounter counter, long now, long forgotten, long lost, CancellationToken cancellationToken) =>
        await connection.QuerySingleOrDefaultAsync<long?>(new CommandDefinition(
            """
            INSERT INTO throttle (key, failures, pending, blocked_until, last_at) VALUES (@key, 0, 1, 0, @now)
            ON CONFLICT (key) DO UPDATE SET
              failures = CASE WHEN throttle.last_at <= @forgotten THEN 0 ELSE throttle.failures END,
              pending = CASE WHEN throttle.last_at <= @lost THEN 1 ELSE throttle.pending + 1 END,
              blocked_until = 0,
              last_at = @now
            WHERE throttle.blocked_until <= @now
              AND (throttle.last_at <= @lost OR throttle.pending = 0 OR throttle.failures + throttle.pending < @limit)
            RETURNING pending
            """,
            new { key = counter.Key, limit = counter.Limit, now, forgotten, lost },
            transaction,
            cancellationToken: cancellationToken)) is not null;

    /// <summary>Makes a place taken a failure and returns how many there are.</summary>
    public static Task<long> FailAsync(DbConnection connection, DbTransaction transaction, string key, long now, CancellationToken cancellationToken) =>
        connection.QuerySingleAsync<long>(new CommandDefinition(
            """
            INSERT INTO throttle (key, failures, pending, blocked_until, last_at) VALUES (@key, 1, 0, 0, @now)
            ON CONFLICT (key) DO UPDATE SET
              failures = throttle.failures + 1,
              pending = CASE WHEN throttle.pending > 0 THEN throttle.pending - 1 ELSE 0 END,
              last_at = @now
            RETURNING failures
            """,
            new { key, now },
            transaction,
            cancellationToken: cancellationToken));

    /// <summary>Makes further attempts wait.</summary>
    public static Task BlockAsync(DbConnection connection, DbTransaction transaction, string key, long until, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            "UPDATE throttle SET blocked_until = @until WHERE key = @key AND blocked_until < @until",
            new { key, until },
            transaction,
            cancellationToken: cancellationToken));

    /// <summary>Gives a place back; with <paramref name="forget"/>, what failed before is forgotten too.</summary>
    public static async Task GiveBackAsync(DbConnection connection, DbTransaction transaction, string key, bool forget, CancellationToken cancellationToken)
    {
        var parameters = new { key, forget = forget ? 1 : 0 };
        await connection.ExecuteAsync(new CommandDefinition(
            """
            UPDATE throttle SET
              failures = CASE WHEN @forget = 1 THEN 0 ELSE failures END,
              blocked_until = CASE WHEN @forget = 1 THEN 0 ELSE blocked_until END,
              pending = CASE WHEN pending > 0 THEN pending - 1 ELSE 0 END
            WHERE key = @key
            """,
            parameters,
            transaction,
            cancellationToken: cancellationToken));
        await connection.ExecuteAsync(new CommandDefinition(
            "DELETE FROM throttle WHERE key = @key AND failures = 0 AND pending = 0", parameters, transaction, cancellationToken: cancellationToken));
    }

    /// <summary>Deletes the counters that are forgotten and make nobody wait.</summary>
    public static Task<int> PurgeAsync(DbConnection connection, DbTransaction transaction, long now, long forgotten, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            "DELETE FROM throttle WHERE last_at <= @forgotten AND blocked_until <= @now",
            new { now, forgotten },
            transaction,
            cancellationToken: cancellationToken));
}
