using Microsoft.Data.Sqlite;

namespace Platform.Storage.Sqlite;

/// <summary>Grain state in SQLite.</summary>
internal sealed class SqliteStateStore(SqliteFile file, SqliteWriter writer, CommittedVersions versions) : IStateStore
{
    // Versions begin anywhere, so that a row that was deleted and made anew does not come back with one that someone still holds;
    // they stay in the 32 bits that Orleans' ADO.NET storage counts in, so that a state may move to PostgreSQL as it is.
    private const int MaxFirstVersion = 1 << 30;

    public ValueTask<StateRow?> ReadAsync(StateKey key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(file.Read(reader => reader.Read(key)));
    }

    public async ValueTask<long> WriteAsync(StateKey key, long expectedVersion, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken) =>
        await writer.WriteAsync((connection, transaction) => Apply(connection, transaction, new StateChange(key, expectedVersion, payload)), [key], cancellationToken);

    public async ValueTask ClearAsync(StateKey key, long expectedVersion, CancellationToken cancellationToken) =>
        await writer.WriteAsync((connection, transaction) => Apply(connection, transaction, new StateChange(key, expectedVersion, null)), [key], cancellationToken);

    public async ValueTask WriteAllAsync(IReadOnlyList<StateChange> changes, CancellationToken cancellationToken)
    {
        await writer.WriteAsync(ApplyAll, [.. changes.Where(change => !change.IsCheck).Select(change => change.Key)], cancellationToken);

        int ApplyAll(SqliteConnection connection, SqliteTransaction transaction)
        {
            foreach (var change in changes)
            {
                if (change.IsCheck)
                {
                    Check(connection, transaction, change);
                }
                else
                {
                    Apply(connection, transaction, change);
                }
            }

            return changes.Count;
        }
    }

    public ValueTask<StateProbeAnswer[]> ProbeAsync(ReadOnlyMemory<StateProbe> probes, CancellationToken cancellationToken)
    {
        var answers = new StateProbeAnswer[probes.Length];
        if (!versions.TryAnswer(probes.Span, answers))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Ask(probes, answers);
        }

        return new(answers);
    }

    public ValueTask<IReadOnlyList<StateRow>> ListAsync(string type, string? afterKey, int limit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(file.Read(reader => reader.List(type, afterKey, limit)));
    }

    private static long Apply(SqliteConnection connection, SqliteTransaction transaction, StateChange change)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = (change.ExpectedVersion, change.Payload) switch
        {
            (_, null) => "delete from grain_state where type = $type and key = $key and version = $expected returning version",
            (0, _) => "insert into grain_state (type, key, version, payload) values ($type, $key, $first, $payload) on conflict do nothing returning version",
            _ => "update grain_state set version = version % 2147483647 + 1, payload = $payload where type = $type and key = $key and version = $expected returning version",
        };
        command.Parameters.AddWithValue("$type", change.Key.Type);
        command.Parameters.AddWithValue("$key", change.Key.Key);
        command.Parameters.AddWithValue("$expected", change.ExpectedVersion);
        command.Parameters.AddWithValue("$first", Random.Shared.Next(1, MaxFirstVersion + 1));
        command.Parameters.AddWithValue("$payload", change.Payload is { } payload ? payload.ToArray() : DBNull.Value);
        return command.ExecuteScalar() is long version ? version : throw StateConflictException.On(change.Key, change.ExpectedVersion);
    }

    // Writes follow one another, so that what holds here holds until the commit.
    private static void Check(SqliteConnection connection, SqliteTransaction transaction, StateChange change)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "select version from grain_state where type = $type and key = $key";
        command.Parameters.AddWithValue("$type", change.Key.Type);
        command.Parameters.AddWithValue("$key", change.Key.Key);
        if ((command.ExecuteScalar() is long version ? version : 0) != change.ExpectedVersion)
        {
            throw StateConflictException.On(change.Key, change.ExpectedVersion);
        }
    }

    private void Ask(ReadOnlyMemory<StateProbe> probes, StateProbeAnswer[] answers)
    {
        // Before the read: whatever is committed from here on keeps these answers out of the memory.
        var generation = versions.Generation;
        file.Read(reader =>
        {
            // All of one instant.
            using var transaction = reader.Connection.BeginTransaction(deferred: true);
            for (var i = 0; i < answers.Length; i++)
            {
                answers[i] = reader.Probe(probes.Span[i], transaction);
            }

            transaction.Commit();
            return answers.Length;
        });
        for (var i = 0; i < answers.Length; i++)
        {
            versions.Learn(probes.Span[i].Key, answers[i].Version, answers[i].SeenAt, generation);
        }
    }
}
