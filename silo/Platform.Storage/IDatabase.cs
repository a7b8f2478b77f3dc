using System.Data.Common;

namespace Platform.Storage;

/// <summary>
/// The database for features whose rows are not grain state (audit, throttle, key ring, reminders). They write SQL that SQLite and
/// PostgreSQL both take; times are milliseconds since 1970 (UTC) in 64-bit integers.
/// </summary>
/// <remarks>All methods throw <see cref="StorageUnavailableException"/> where the database does not answer.</remarks>
public interface IDatabase
{
    /// <summary>Whether other processes share this database (PostgreSQL) or this one owns it (SQLite).</summary>
    bool IsShared { get; }

    /// <summary>Runs a read on a connection of its own.</summary>
    ValueTask<T> ReadAsync<T>(Func<DbConnection, CancellationToken, Task<T>> read, CancellationToken cancellationToken);

    /// <summary>Runs a write in a transaction that is durable before the task completes; it is rolled back where <paramref name="write"/> throws.</summary>
    ValueTask<T> WriteAsync<T>(Func<DbConnection, DbTransaction, CancellationToken, Task<T>> write, CancellationToken cancellationToken);

    /// <summary>Runs <paramref name="action"/> on one node of the cluster at a time for each name.</summary>
    ValueTask ExclusivelyAsync(string name, Func<CancellationToken, Task> action, CancellationToken cancellationToken);

    /// <summary>Answers where the primary database does, and throws otherwise. For readiness.</summary>
    ValueTask PingAsync(CancellationToken cancellationToken);
}
