using Npgsql;
using NpgsqlTypes;

namespace Platform.Storage.PostgreSql;

/// <summary>Last uses in PostgreSQL.</summary>
internal sealed class PostgreSqlActivityStore(PostgreSqlConnections connections) : IActivityStore
{
    private const string StartSql = """
        insert into activity (type, key, seen_at, ends_at) values ($1, $2, $3, $4)
        on conflict (type, key) do update set seen_at = excluded.seen_at, ends_at = excluded.ends_at
        """;

    private const string TouchSql = "update activity set seen_at = $3 where type = $1 and key = $2 and seen_at > $4 and seen_at < $3";

    private const string EndSql = "delete from activity where type = $1 and key = $2";

    private const string FindOverSql = """
        select key from (select key from activity where type = $1 and seen_at < $2 order by seen_at limit $4) unused
        union
        select key from (select key from activity where type = $1 and ends_at <= $3 order by ends_at limit $4) ended
        limit $4
        """;

    public async ValueTask StartAsync(StateKey key, DateTimeOffset seenAt, DateTimeOffset endsAt, CancellationToken cancellationToken) =>
        await ExecuteAsync(StartSql, [Text(key.Type), Text(key.Key), Time(seenAt), Time(endsAt)], cancellationToken);

    public async ValueTask TouchAsync(StateKey key, DateTimeOffset seenAt, DateTimeOffset notBefore, CancellationToken cancellationToken) =>
        await ExecuteAsync(TouchSql, [Text(key.Type), Text(key.Key), Time(seenAt), Time(notBefore)], cancellationToken);

    public async ValueTask EndAsync(StateKey key, CancellationToken cancellationToken) =>
        await ExecuteAsync(EndSql, [Text(key.Type), Text(key.Key)], cancellationToken);

    public ValueTask<IReadOnlyList<string>> FindOverAsync(
        string type, DateTimeOffset seenBefore, DateTimeOffset endedBy, int limit, CancellationToken cancellationToken) =>
        connections.UseAsync<IReadOnlyList<string>>(
            async (connection, token) =>
            {
                await using var command = new NpgsqlCommand(FindOverSql, connection)
                {
                    Parameters = { Text(type), Time(seenBefore), Time(endedBy), new NpgsqlParameter<long> { TypedValue = limit } },
                };
                await using var reader = await command.ExecuteReaderAsync(token);
                var keys = new List<string>();
                while (await reader.ReadAsync(token))
                {
                    keys.Add(reader.GetString(0));
                }

                return keys;
            },
            cancellationToken);

    private ValueTask<int> ExecuteAsync(string sql, NpgsqlParameter[] parameters, CancellationToken cancellationToken) =>
        connections.UseAsync(
            async (connection, token) =>
            {
                await using var command = new NpgsqlCommand(sql, connection);
                command.Parameters.AddRange(parameters);
                return await command.ExecuteNonQueryAsync(token);
            },
            cancellationToken);

    private static NpgsqlParameter<string> Text(string value) => new() { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Text };

    private static NpgsqlParameter<long> Time(DateTimeOffset value) =>
        new() { TypedValue = value.ToUnixTimeMilliseconds(), NpgsqlDbType = NpgsqlDbType.Bigint };
}
