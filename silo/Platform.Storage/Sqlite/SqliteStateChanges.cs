using Microsoft.Data.Sqlite;

namespace Platform.Storage.Sqlite;

/// <summary>
/// The statements that change grain state on the connection that writes. They are prepared once: with each preparation SQLite compiles the
/// triggers of the lists anew, which takes longer than to run them. Used by the writer's thread alone.
/// </summary>
internal sealed class SqliteStateChanges : IDisposable
{
    // Versions begin anywhere, so that a row that was deleted and made anew does not come back with one that someone still holds;
    // they stay in the 32 bits that Orleans' ADO.NET storage counts in, so that a state may move to PostgreSQL as it is.
    private const int MaxFirstVersion = 1 << 30;

    private readonly SqliteCommand _insert;
    private readonly SqliteCommand _update;
    private readonly SqliteCommand _delete;
    private readonly SqliteCommand _check;

    public SqliteStateChanges(SqliteConnection connection)
    {
        _insert = Prepare(
            connection,
            "insert into grain_state (type, key, version, payload) values ($type, $key, $version, $payload) on conflict do nothing returning version",
            withPayload: true);
        _update = Prepare(
            connection,
            "update grain_state set version = version % 2147483647 + 1, payload = $payload where type = $type and key = $key and version = $version returning version",
            withPayload: true);
        _delete = Prepare(connection, "delete from grain_state where type = $type and key = $key and version = $version returning version");
        _check = Prepare(
            connection,
            "select version from (select coalesce((select version from grain_state where type = $type and key = $key), 0) as version) where version = $version");
    }

    /// <summary>Makes a change, or checks. Returns the row's new version; of a row that was deleted the last one.</summary>
    /// <exception cref="StateConflictException">The row is not at the expected version.</exception>
    public long Apply(SqliteTransaction transaction, StateChange change)
    {
        var command = change switch
        {
            { IsCheck: true } => _check,
            { Payload: null } => _delete,
            { ExpectedVersion: 0 } => _insert,
            _ => _update,
        };
        command.Transaction = transaction;
        command.Parameters["$type"].Value = change.Key.Type;
        command.Parameters["$key"].Value = change.Key.Key;
        command.Parameters["$version"].Value = command == _insert ? Random.Shared.Next(1, MaxFirstVersion + 1) : change.ExpectedVersion;
        if (change.Payload is { } payload)
        {
            command.Parameters["$payload"].Value = payload.ToArray();
        }

        return command.ExecuteScalar() is long version ? version : throw StateConflictException.On(change.Key, change.ExpectedVersion);
    }

    public void Dispose()
    {
        _insert.Dispose();
        _update.Dispose();
        _delete.Dispose();
        _check.Dispose();
    }

    private static SqliteCommand Prepare(SqliteConnection connection, string sql, bool withPayload = false)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.Add("$type", SqliteType.Text);
        command.Parameters.Add("$key", SqliteType.Text);
        command.Parameters.Add("$version", SqliteType.Integer);
        if (withPayload)
        {
            command.Parameters.Add("$payload", SqliteType.Blob);
        }

        return command;
    }
}
