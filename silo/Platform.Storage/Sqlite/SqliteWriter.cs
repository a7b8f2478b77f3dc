using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Platform.Storage.Sqlite;

/// <summary>
/// The one writer of the file, on a thread of its own since every commit waits for the disk. All writes that wait when it becomes
/// free share one transaction and so one wait; each has a savepoint, so that one that fails takes no other with it.
/// </summary>
internal sealed class SqliteWriter : IDisposable
{
    private const int MaxGroup = 256;

    private readonly SqliteConnection _connection;
    private readonly CommittedVersions _versions;
    private readonly SqliteReader _reader;
    private readonly BlockingCollection<SqliteOperation> _queue = new(boundedCapacity: 16_384);
    private readonly Thread _thread;

    public SqliteWriter(SqliteConnection connection, CommittedVersions versions)
    {
        _connection = connection;
        _versions = versions;
        _reader = new SqliteReader(connection);
        _thread = new Thread(Loop) { IsBackground = true, Name = "storage writer" };
        _thread.Start();
    }

    /// <summary>Queues a write; its task completes once it is on disk.</summary>
    public async Task<T> WriteAsync<T>(
        Func<SqliteConnection, SqliteTransaction, T> write, IReadOnlyList<StateKey> touched, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Thread.CurrentThread == _thread)
        {
            throw new InvalidOperationException("A write within a write would wait for itself: use the connection that was given.");
        }

        var operation = new SqliteOperation<T>(write, touched, cancellationToken);
        try
        {
            if (!_queue.TryAdd(operation))
            {
                throw new StorageUnavailableException("Too many writes wait for the disk.");
            }
        }
        catch (InvalidOperationException exception)
        {
            throw new StorageUnavailableException("The store is closed.", exception);
        }

        return await operation.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Commits what is queued, then ends.</summary>
    public void Dispose()
    {
        _queue.CompleteAdding();
        _thread.Join();
        _queue.Dispose();
        _reader.Dispose();
    }

    private void Loop()
    {
        var group = new List<SqliteOperation>(MaxGroup);
        foreach (var first in _queue.GetConsumingEnumerable())
        {
            group.Clear();
            group.Add(first);
            while (group.Count < MaxGroup && _queue.TryTake(out var next))
            {
                group.Add(next);
            }

            try
            {
                Write(group);
            }
            catch (Exception exception)
            {
                // Whatever it was, nobody waits for ever; those that were answered already keep their answer.
                group.ForEach(operation => operation.Fail(SqliteErrors.Unavailable(exception)));
            }
        }
    }

    private void Write(List<SqliteOperation> group)
    {
        using var transaction = _connection.BeginTransaction();
        var done = new List<SqliteOperation>(group.Count);
        foreach (var operation in group)
        {
            if (operation.IsCancelled)
            {
                operation.Cancel();
            }
            else if (TryRun(operation, transaction))
            {
                done.Add(operation);
            }
        }

        if (done.Count > 0)
        {
            Commit(transaction, done);
        }
    }

    /// <summary>Runs one write; false where it alone failed. Throws where the whole transaction is lost.</summary>
    private bool TryRun(SqliteOperation operation, SqliteTransaction transaction)
    {
        transaction.Save("one");
        try
        {
            operation.Run(_connection, transaction);
            transaction.Release("one");
            return true;
        }
        catch (Exception exception) when (exception is not SqliteException sqlite || SqliteErrors.IsOfTheStatement(sqlite))
        {
            transaction.Rollback("one");
            transaction.Release("one");
            operation.Fail(exception);
            return false;
        }
    }

    private void Commit(SqliteTransaction transaction, List<SqliteOperation> done)
    {
        var touched = done.SelectMany(operation => operation.Touched).ToHashSet();
        var rows = new List<(StateKey, long, long?)>(touched.Count);
        foreach (var key in touched)
        {
            var row = _reader.ReadVersion(key, transaction);
            rows.Add((key, row.Version, row.SeenAt));
        }

        _versions.Mark(touched);
        try
        {
            transaction.Commit();
        }
        catch
        {
            _versions.Forget(touched);
            throw;
        }

        _versions.Settle(rows);
        done.ForEach(operation => operation.Complete());
    }
}
