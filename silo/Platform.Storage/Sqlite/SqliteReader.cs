using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Platform.Storage.Sqlite;

/// <summary>A connection with the statements that it runs often.</summary>
internal sealed class SqliteReader : IDisposable
{
    private readonly SqliteCommand _read;
    private readonly SqliteCommand _probe;

    public SqliteReader(SqliteConnection connection)
    {
        Connection = connection;
        _read = Prepare("select version, payload from grain_state where type = $type and key = $key");
        _probe = Prepare("""
            select (select version from grain_state where type = $type and key = $key),
                   (select payload from grain_state where type = $type and key = $key and version <> $known),
                   (select seen_at from activity where type = $type and key = $key)
            """);
        _probe.Parameters.Add("$known", SqliteType.Integer);
    }

    public SqliteConnection Connection { get; }

    public StateRow? Read(StateKey key)
    {
        Address(_read, key);
        using var reader = _read.ExecuteReader();
        return reader.Read() ? new StateRow(key, reader.GetInt64(0), reader.GetFieldValue<byte[]>(1)) : null;
    }

    /// <summary>Answers one probe; within a transaction where several are to be of one instant.</summary>
    public StateProbeAnswer Probe(StateProbe probe, SqliteTransaction? transaction) => Probe(probe.Key, probe.KnownVersion, transaction);

    /// <summary>The version and activity of a row without its payload.</summary>
    public StateProbeAnswer ReadVersion(StateKey key, SqliteTransaction? transaction) => Probe(key, DBNull.Value, transaction);

    public IReadOnlyList<StateRow> List(string type, string? afterKey, int limit)
    {
        using var command = Connection.CreateCommand();
        command.CommandText = "select key, version, payload from grain_state where type = $type and key > $after order by key limit $limit";
        command.Parameters.AddWithValue("$type", type);
        command.Parameters.AddWithValue("$after", afterKey ?? "");
        command.Parameters.AddWithValue("$limit", limit);
        using var reader = command.ExecuteReader();
        var rows = new List<StateRow>();
        while (reader.Read())
        {
            rows.Add(new StateRow(new StateKey(type, reader.GetString(0)), reader.GetInt64(1), reader.GetFieldValue<byte[]>(2)));
        }

        return rows;
    }

    public IReadOnlyList<string> FindOver(string type, DateTimeOffset seenBefore, DateTimeOffset endedBy, int limit)
    {
        using var command = Connection.CreateCommand();
        command.CommandText = """
            select key from (select key from activity where type = $type and seen_at < $seen order by seen_at limit $limit)
            union
            select key from (select key from activity where type = $type and ends_at <= $ended order by ends_at limit $limit)
            limit $limit
            """;
        command.Parameters.AddWithValue("$type", type);
        command.Parameters.AddWithValue("$seen", seenBefore.ToUnixTimeMilliseconds());
        command.Parameters.AddWithValue("$ended", endedBy.ToUnixTimeMilliseconds());
        command.Parameters.AddWithValue("$limit", limit);
        using var reader = command.ExecuteReader();
        var keys = new List<string>();
        while (reader.Read())
        {
            keys.Add(reader.GetString(0));
        }

        return keys;
    }

    public void Ping()
    {
        using var command = Connection.CreateCommand();
        command.CommandText = "select count(*) from schema_version";
        _ = Convert.ToInt32(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _read.Dispose();
        _probe.Dispose();
        Connection.Dispose();
    }

    private StateProbeAnswer Probe(StateKey key, object known, SqliteTransaction? transaction)
    {
        Address(_probe, key);
        _probe.Transaction = transaction;
        _probe.Parameters["$known"].Value = known;
        using var reader = _probe.ExecuteReader();
        reader.Read();
        return new StateProbeAnswer(
            reader.IsDBNull(0) ? 0 : reader.GetInt64(0),
            reader.IsDBNull(1) ? default(ReadOnlyMemory<byte>) : reader.GetFieldValue<byte[]>(1),
            reader.IsDBNull(2) ? null : reader.GetInt64(2));
    }

    private static void Address(SqliteCommand command, StateKey key)
    {
        command.Parameters["$type"].Value = key.Type;
        command.Parameters["$key"].Value = key.Key;
    }

    private SqliteCommand Prepare(string sql)
    {
        var command = Connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.Add("$type", SqliteType.Text);
        command.Parameters.Add("$key", SqliteType.Text);
        return command;
    }
}
