using System.Buffers.Binary;
using System.Data;
using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Platform.Storage.PostgreSql;

/// <summary>SQL on PostgreSQL.</summary>
internal sealed class PostgreSqlDatabase(PostgreSqlConnections connections, TimeProvider time) : IDatabase
{
    private static readonly TimeSpan s_pauseBetweenTries = TimeSpan.FromMilliseconds(100);

    public bool IsShared => true;

    public ValueTask<T> ReadAsync<T>(Func<DbConnection, CancellationToken, Task<T>> read, CancellationToken cancellationToken) =>
        connections.UseAsync((connection, token) => read(connection, token), cancellationToken);

    public ValueTask<T> WriteAsync<T>(Func<DbConnection, DbTransaction, CancellationToken, Task<T>> write, CancellationToken cancellationToken) =>
        connections.UseAsync(
            async (connection, token) =>
            {
                // Disposed without a commit, it rolls back.
                await using var transaction = await connection.BeginTransactionAsync(token);
                var result = await write(connection, transaction, token);
                await transaction.CommitAsync(token);
                return result;
            },
            cancellationToken);

    public async ValueTask ExclusivelyAsync(string name, Func<CancellationToken, Task> action, CancellationToken cancellationToken)
    {
        var id = LockId(name);
        await using var connection = await connections.OpenLastingAsync(cancellationToken);
        while (!await AskAsync(connection, "select pg_try_advisory_lock($1)", id, cancellationToken))
        {
            await Task.Delay(s_pauseBetweenTries, time, cancellationToken);
        }

        // The lock goes with the connection; whoever works under it must then stop, since another node may begin.
        using var held = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        connection.StateChange += OnStateChange;
        try
        {
            await action(held.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested && held.IsCancellationRequested)
        {
            throw PostgreSqlErrors.Unavailable(exception);
        }
        finally
        {
            connection.StateChange -= OnStateChange;
        }

        if (!await AskAsync(connection, "select pg_advisory_unlock($1)", id, cancellationToken))
        {
            throw new StorageUnavailableException("The lock was lost before the work was done.");
        }

        void OnStateChange(object sender, StateChangeEventArgs change)
        {
            if (change.CurrentState != ConnectionState.Open)
            {
                held.Cancel();
            }
        }
    }

    public async ValueTask PingAsync(CancellationToken cancellationToken)
    {
        var isStandby = await connections.UseAsync(
            async (connection, token) =>
            {
                await using var command = new NpgsqlCommand("select pg_is_in_recovery()", connection);
                return await command.ExecuteScalarAsync(token) is true;
            },
            cancellationToken);
        if (isStandby)
        {
            throw new StorageUnavailableException("The database server is a standby.");
        }
    }

    private static long LockId(string name) => BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes("platform:" + name)));

    private static async Task<bool> AskAsync(NpgsqlConnection connection, string sql, long id, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new NpgsqlParameter<long> { TypedValue = id } } };
            return await command.ExecuteScalarAsync(cancellationToken) is true;
        }
        catch (Exception exception) when (PostgreSqlErrors.Translate(exception) is { } translated)
        {
            throw translated;
        }
    }
}
