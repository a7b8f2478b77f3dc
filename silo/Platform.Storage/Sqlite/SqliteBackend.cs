using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace Platform.Storage.Sqlite;

/// <summary>Storage in a file that this process owns.</summary>
internal sealed class SqliteBackend : IStorageBackend
{
    private readonly Lazy<Opened> _opened;

    // With the first use, since a singleton may be resolved before the host starts.
    public SqliteBackend(IOptions<StorageOptions> options) =>
        _opened = new Lazy<Opened>(() => new Opened(options.Value), LazyThreadSafetyMode.ExecutionAndPublication);

    public IStateStore States => Store.States;

    public IActivityStore Activity => Store.Activity;

    public IDatabase Database => Store.Database;

    private Opened Store => _opened.Value;

    public void Announce(string? controlSocket) => Store.Ownership.Announce(controlSocket);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _ = Store;
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        if (_opened.IsValueCreated)
        {
            _opened.Value.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private sealed class Opened : IDisposable
    {
        private readonly SqliteFile _file;
        private readonly SqliteWriter _writer;
        private readonly SqliteStateChanges _changes;

        public Opened(StorageOptions options)
        {
            Ownership = StoreOwnership.Acquire(options.Path);
            SqliteConnection? connection = null;
            try
            {
                _file = new SqliteFile(options.Path, options.CommandTimeout);
                connection = _file.OpenWriter();
                SqliteFile.Migrate(connection);
                var versions = new CommittedVersions(options.KnownVersions);
                _writer = new SqliteWriter(connection, versions);
                _changes = new SqliteStateChanges(connection);
                States = new SqliteStateStore(_file, _writer, _changes, versions);
                Activity = new SqliteActivityStore(_file, _writer);
                Database = new SqliteDatabase(_file, _writer);
            }
            catch (SqliteException exception) when (!SqliteErrors.IsOfTheStatement(exception))
            {
                connection?.Dispose();
                Ownership.Dispose();
                throw SqliteErrors.Unavailable(exception);
            }
            catch
            {
                connection?.Dispose();
                Ownership.Dispose();
                throw;
            }
        }

        public StoreOwnership Ownership { get; }

        public IStateStore States { get; }

        public IActivityStore Activity { get; }

        public IDatabase Database { get; }

        public void Dispose()
        {
            _writer.Dispose();
            _changes.Dispose();
            _file.Dispose();
            Ownership.Dispose();
        }
    }
}
