namespace Platform.Storage.Sqlite;

/// <summary>Last uses in SQLite.</summary>
internal sealed class SqliteActivityStore(SqliteFile file, SqliteWriter writer) : IActivityStore
{
    public async ValueTask StartAsync(StateKey key, DateTimeOffset seenAt, DateTimeOffset endsAt, CancellationToken cancellationToken) =>
        await ChangeAsync(
            key,
            "insert or replace into activity (type, key, seen_at, ends_at) values ($type, $key, $a, $b)",
            seenAt.ToUnixTimeMilliseconds(),
            endsAt.ToUnixTimeMilliseconds(),
            cancellationToken);

    public async ValueTask TouchAsync(StateKey key, DateTimeOffset seenAt, DateTimeOffset notBefore, CancellationToken cancellationToken) =>
        await ChangeAsync(
            key,
            "update activity set seen_at = $a where type = $type and key = $key and seen_at > $b and seen_at < $a",
            seenAt.ToUnixTimeMilliseconds(),
            notBefore.ToUnixTimeMilliseconds(),
            cancellationToken);

    public async ValueTask EndAsync(StateKey key, CancellationToken cancellationToken) =>
        await ChangeAsync(key, "delete from activity where type = $type and key = $key", 0, 0, cancellationToken);

    public ValueTask<IReadOnlyList<string>> FindOverAsync(
        string type, DateTimeOffset seenBefore, DateTimeOffset endedBy, int limit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(file.Read(reader => reader.FindOver(type, seenBefore, endedBy, limit)));
    }

    private Task<int> ChangeAsync(StateKey key, string sql, long a, long b, CancellationToken cancellationToken) =>
        writer.WriteAsync(
            (connection, transaction) =>
            {
                using var command = connection.CreateCommand();
                command.Transaction = transaction;
                command.CommandText = sql;
                command.Parameters.AddWithValue("$type", key.Type);
                command.Parameters.AddWithValue("$key", key.Key);
                command.Parameters.AddWithValue("$a", a);
                command.Parameters.AddWithValue("$b", b);
                return command.ExecuteNonQuery();
            },
            [key],
            cancellationToken);
}
