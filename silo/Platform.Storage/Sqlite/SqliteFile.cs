using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Platform.Storage.Schema;

namespace Platform.Storage.Sqlite;

/// <summary>The file and the connections that read it.</summary>
internal sealed class SqliteFile : IDisposable
{
    private const int MaxIdleReaders = 16;

    private readonly ConcurrentStack<SqliteReader> _idle = [];
    private readonly string _connectionString;
    private readonly string _path;
    private int _idleCount;
    private volatile bool _closed;

    public SqliteFile(string path, TimeSpan commandTimeout)
    {
        _path = path;
        _connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWriteCreate,
            Cache = SqliteCacheMode.Private,
            Pooling = false,
            DefaultTimeout = (int)Math.Ceiling(commandTimeout.TotalSeconds),
        }.ConnectionString;
    }

    /// <summary>A connection whose commits are on disk before they return.</summary>
    public SqliteConnection OpenWriter()
    {
        if (!File.Exists(_path))
        {
            // Nobody else on the machine reads it; the files that SQLite puts beside it take over its mode.
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            new FileStream(_path, options).Dispose();
        }

        var connection = Open("pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on;");
        ListFunctions.Add(connection);
        return connection;
    }

    /// <summary>Brings the schema up to date.</summary>
    public static void Migrate(SqliteConnection connection)
    {
        using var transaction = connection.BeginTransaction();
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = SchemaScripts.CreateVersionTable + "; select coalesce(max(version), 0) from schema_version";
        var current = Convert.ToInt32(command.ExecuteScalar(), CultureInfo.InvariantCulture);
        foreach (var script in SchemaScripts.Missing(SchemaScripts.Of("Sqlite"), current))
        {
            command.CommandText = script.Sql;
            command.ExecuteNonQuery();
            command.CommandText = $"delete from schema_version; insert into schema_version (version) values ({script.Version})";
            command.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    /// <summary>Runs a read; SQLite reads what was committed before it began.</summary>
    public T Read<T>(Func<SqliteReader, T> read)
    {
        var reader = Rent();
        try
        {
            var result = read(reader);
            Return(reader);
            return result;
        }
        catch (SqliteException exception) when (!SqliteErrors.IsOfTheStatement(exception))
        {
            reader.Dispose();
            throw SqliteErrors.Unavailable(exception);
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    /// <summary>Runs a read that awaits.</summary>
    public async ValueTask<T> ReadAsync<T>(Func<SqliteReader, Task<T>> read)
    {
        var reader = Rent();
        try
        {
            var result = await read(reader);
            Return(reader);
            return result;
        }
        catch (SqliteException exception) when (!SqliteErrors.IsOfTheStatement(exception))
        {
            reader.Dispose();
            throw SqliteErrors.Unavailable(exception);
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _closed = true;
        while (_idle.TryPop(out var reader))
        {
            reader.Dispose();
        }
    }

    private SqliteReader Rent()
    {
        if (_closed)
        {
            throw new StorageUnavailableException("The store is closed.");
        }

        try
        {
            if (_idle.TryPop(out var reader))
            {
                Interlocked.Decrement(ref _idleCount);
                return reader;
            }

            return new SqliteReader(Open("pragma query_only = on;"));
        }
        catch (SqliteException exception)
        {
            throw SqliteErrors.Unavailable(exception);
        }
    }

    private void Return(SqliteReader reader)
    {
        if (_closed || Interlocked.Increment(ref _idleCount) > MaxIdleReaders)
        {
            Interlocked.Decrement(ref _idleCount);
            reader.Dispose();
        }
        else
        {
            _idle.Push(reader);
        }
    }

    private SqliteConnection Open(string pragmas)
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = pragmas;
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
