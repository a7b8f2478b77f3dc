using System.Data;
using Npgsql;
using NpgsqlTypes;

namespace Platform.Storage.PostgreSql;

/// <summary>
/// Joins the probes of many requests into few statements. A call waits at most for a statement that is under way and takes part in
/// the next; it never takes part in one that has begun, whose answer might be older than the call.
/// </summary>
internal sealed class ProbeBatcher(PostgreSqlConnections connections)
{
    // Two: while the server works on one statement, the answers of the other are read.
    private const int MaxUnderWay = 2;

    private const string Sql = """
        select p.place, s.version, case when s.version <> p.known then s.payload end, a.seen_at, pg_is_in_recovery()
        from unnest($1, $2, $3) with ordinality as p (type, key, known, place)
        left join grain_state s on s.type = p.type and s.key = p.key
        left join activity a on a.type = p.type and a.key = p.key
        """;

    private readonly Lock _gate = new();
    private List<Call> _waiting = [];
    private int _underWay;

    public async ValueTask<StateProbeAnswer[]> ProbeAsync(ReadOnlyMemory<StateProbe> probes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (probes.IsEmpty)
        {
            return [];
        }

        var call = new Call(probes);
        var begins = false;
        lock (_gate)
        {
            _waiting.Add(call);
            if (_underWay < MaxUnderWay)
            {
                _underWay++;
                begins = true;
            }
        }

        if (begins)
        {
            _ = RunAsync();
        }

        return await call.Answers.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Runs statements until nobody waits. Never throws: failures go to the calls.</summary>
    private async Task RunAsync()
    {
        while (true)
        {
            List<Call> batch;
            lock (_gate)
            {
                batch = _waiting;
                if (batch.Count == 0)
                {
                    _underWay--;
                    return;
                }

                _waiting = [];
            }

            try
            {
                // Not the token of one of the calls: the statement serves them all. The command time-out bounds it.
                await connections.UseAsync((connection, token) => AskAsync(connection, batch, token), CancellationToken.None);
            }
            catch (Exception exception)
            {
                batch.ForEach(call => call.Answers.TrySetException(exception));
            }
        }
    }

    private static async Task<bool> AskAsync(NpgsqlConnection connection, List<Call> batch, CancellationToken cancellationToken)
    {
        var count = batch.Sum(call => call.Probes.Length);
        var (types, keys, known) = (new string[count], new string[count], new int[count]);
        var place = 0;
        foreach (var call in batch)
        {
            foreach (var probe in call.Probes.Span)
            {
                (types[place], keys[place], known[place]) = (probe.Key.Type, probe.Key.Key, (int)probe.KnownVersion);
                place++;
            }
        }

        await using var command = new NpgsqlCommand(Sql, connection);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = types, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = keys, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = known, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer });
        var answers = new StateProbeAnswer[count];
        await using (var reader = await command.ExecuteReaderAsync(CommandBehavior.SingleResult, cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                answers[(int)reader.GetInt64(0) - 1] = Read(reader);
            }
        }

        place = 0;
        foreach (var call in batch)
        {
            call.Answers.TrySetResult(answers[place..(place + call.Probes.Length)]);
            place += call.Probes.Length;
        }

        return true;
    }

    private static StateProbeAnswer Read(NpgsqlDataReader reader)
    {
        if (reader.GetBoolean(4))
        {
            // Its rows may be older than what the primary has acknowledged (invariant 2).
            throw new StorageUnavailableException("The database server has become a standby.");
        }

        return new StateProbeAnswer(
            reader.IsDBNull(1) ? 0 : reader.GetInt32(1),
            reader.IsDBNull(2) ? default(ReadOnlyMemory<byte>) : reader.GetFieldValue<byte[]>(2),
            reader.IsDBNull(3) ? null : reader.GetInt64(3));
    }

    private sealed class Call(ReadOnlyMemory<StateProbe> probes)
    {
        // The caller's array may be reused once it stops waiting.
        public ReadOnlyMemory<StateProbe> Probes { get; } = probes.ToArray();

        public TaskCompletionSource<StateProbeAnswer[]> Answers { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
