using Npgsql;
using NpgsqlTypes;

namespace Platform.Storage.PostgreSql;

/// <summary>Grain state in PostgreSQL. Each write is one statement: it commits, or does not, whatever becomes of this process.</summary>
internal sealed class PostgreSqlStateStore(PostgreSqlConnections connections) : IStateStore
{
    private const string ReadSql = "select version, payload from grain_state where type = $1 and key = $2";

    private const string InsertSql = """
        insert into grain_state (type, key, version, payload) values ($1, $2, grain_state_first_version(), $3)
        on conflict do nothing returning version
        """;

    private const string UpdateSql = """
        update grain_state set version = grain_state_next_version(version), payload = $3
        where type = $1 and key = $2 and version = $4 returning version
        """;

    private const string DeleteSql = "delete from grain_state where type = $1 and key = $2 and version = $3 returning version";

    private const string WriteAllSql = "select grain_state_write_all($1, $2, $3, $4)";

    private const string ListSql = "select key, version, payload from grain_state where type = $1 and key > $2 order by key limit $3";

    private readonly ProbeBatcher _probes = new(connections);

    public ValueTask<StateRow?> ReadAsync(StateKey key, CancellationToken cancellationToken) =>
        connections.UseAsync(
            async (connection, token) =>
            {
                await using var command = new NpgsqlCommand(ReadSql, connection) { Parameters = { Text(key.Type), Text(key.Key) } };
                await using var reader = await command.ExecuteReaderAsync(token);
                return await reader.ReadAsync(token) ? new StateRow(key, reader.GetInt32(0), reader.GetFieldValue<byte[]>(1)) : null;
            },
            cancellationToken);

    public ValueTask<long> WriteAsync(StateKey key, long expectedVersion, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken) =>
        connections.UseAsync(
            async (connection, token) =>
            {
                await using var command = new NpgsqlCommand(expectedVersion == 0 ? InsertSql : UpdateSql, connection)
                {
                    Parameters = { Text(key.Type), Text(key.Key), new NpgsqlParameter<ReadOnlyMemory<byte>> { TypedValue = payload, NpgsqlDbType = NpgsqlDbType.Bytea } },
                };
                if (expectedVersion != 0)
                {
                    command.Parameters.Add(Version(expectedVersion));
                }

                return await command.ExecuteScalarAsync(token) is int version ? (long)version : throw StateConflictException.On(key, expectedVersion);
            },
            cancellationToken);

    public async ValueTask ClearAsync(StateKey key, long expectedVersion, CancellationToken cancellationToken) =>
        await connections.UseAsync(
            async (connection, token) =>
            {
                await using var command = new NpgsqlCommand(DeleteSql, connection) { Parameters = { Text(key.Type), Text(key.Key), Version(expectedVersion) } };
                return await command.ExecuteScalarAsync(token) is int version ? version : throw StateConflictException.On(key, expectedVersion);
            },
            cancellationToken);

    public async ValueTask WriteAllAsync(IReadOnlyList<StateChange> changes, CancellationToken cancellationToken)
    {
        if (changes.Count == 0)
        {
            return;
        }

        // In one order on every node, so that two such writes wait for each other and never around a circle.
        var ordered = changes.OrderBy(change => change.Key.Type, StringComparer.Ordinal).ThenBy(change => change.Key.Key, StringComparer.Ordinal).ToArray();
        await connections.UseAsync(
            async (connection, token) =>
            {
                await using var command = new NpgsqlCommand(WriteAllSql, connection)
                {
                    Parameters =
                    {
                        Array(NpgsqlDbType.Text, ordered.Select(change => change.Key.Type)),
                        Array(NpgsqlDbType.Text, ordered.Select(change => change.Key.Key)),
                        Array(NpgsqlDbType.Integer, ordered.Select(change => (int)(change.IsCheck ? -change.ExpectedVersion : change.ExpectedVersion))),
                        Array(NpgsqlDbType.Bytea, ordered.Select(change => change.Payload?.ToArray())),
                    },
                };
                return await command.ExecuteNonQueryAsync(token);
            },
            cancellationToken);
    }

    public ValueTask<StateProbeAnswer[]> ProbeAsync(ReadOnlyMemory<StateProbe> probes, CancellationToken cancellationToken) =>
        _probes.ProbeAsync(probes, cancellationToken);

    public ValueTask<IReadOnlyList<StateRow>> ListAsync(string type, string? afterKey, int limit, CancellationToken cancellationToken) =>
        connections.UseAsync<IReadOnlyList<StateRow>>(
            async (connection, token) =>
            {
                await using var command = new NpgsqlCommand(ListSql, connection)
                {
                    Parameters = { Text(type), Text(afterKey ?? ""), new NpgsqlParameter<int> { TypedValue = limit } },
                };
                await using var reader = await command.ExecuteReaderAsync(token);
                var rows = new List<StateRow>();
                while (await reader.ReadAsync(token))
                {
                    rows.Add(new StateRow(new StateKey(type, reader.GetString(0)), reader.GetInt32(1), reader.GetFieldValue<byte[]>(2)));
                }

                return rows;
            },
            cancellationToken);

    private static NpgsqlParameter<string> Text(string value) => new() { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Text };

    private static NpgsqlParameter<int> Version(long value) => new() { TypedValue = (int)value, NpgsqlDbType = NpgsqlDbType.Integer };

    private static NpgsqlParameter<T[]> Array<T>(NpgsqlDbType type, IEnumerable<T> values) =>
        new() { TypedValue = [.. values], NpgsqlDbType = NpgsqlDbType.Array | type };
}
