using System.Collections.Concurrent;
using System.Data.Common;

namespace Platform.Storage.Sqlite;

/// <summary>SQL on the SQLite file.</summary>
internal sealed class SqliteDatabase(SqliteFile file, SqliteWriter writer) : IDatabase
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _exclusive = new(StringComparer.Ordinal);

    public bool IsShared => false;

    public ValueTask<T> ReadAsync<T>(Func<DbConnection, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return file.ReadAsync(reader => read(reader.Connection, cancellationToken));
    }

    // SQLite's calls return when they are done, so the writer's thread never really waits here for the task.
    public async ValueTask<T> WriteAsync<T>(Func<DbConnection, DbTransaction, CancellationToken, Task<T>> write, CancellationToken cancellationToken) =>
        await writer.WriteAsync(
            (connection, transaction) => write(connection, transaction, cancellationToken).GetAwaiter().GetResult(), [], cancellationToken);

    public async ValueTask ExclusivelyAsync(string name, Func<CancellationToken, Task> action, CancellationToken cancellationToken)
    {
        // One process, so one semaphore a name; the names are few and fixed in the code.
        var semaphore = _exclusive.GetOrAdd(name, _ => new SemaphoreSlim(1, 1));
        await semaphore.WaitAsync(cancellationToken);
        try
        {
            await action(cancellationToken);
        }
        finally
        {
            semaphore.Release();
        }
    }

    public ValueTask PingAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        file.Read(reader =>
        {
            reader.Ping();
            return true;
        });
        return ValueTask.CompletedTask;
    }
}
