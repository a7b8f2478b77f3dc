using Microsoft.Data.Sqlite;

namespace Platform.Storage.Sqlite;

/// <summary>Grain state in SQLite.</summary>
internal sealed class SqliteStateStore(SqliteFile file, SqliteWriter writer, SqliteStateChanges statements, CommittedVersions versions) : IStateStore
{
    public ValueTask<StateRow?> ReadAsync(StateKey key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(file.Read(reader => reader.Read(key)));
    }

    public async ValueTask<long> WriteAsync(StateKey key, long expectedVersion, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken) =>
        await writer.WriteAsync((_, transaction) => statements.Apply(transaction, new StateChange(key, expectedVersion, payload)), [key], cancellationToken);

    public async ValueTask ClearAsync(StateKey key, long expectedVersion, CancellationToken cancellationToken) =>
        await writer.WriteAsync((_, transaction) => statements.Apply(transaction, new StateChange(key, expectedVersion, null)), [key], cancellationToken);

    public async ValueTask WriteAllAsync(IReadOnlyList<StateChange> changes, CancellationToken cancellationToken)
    {
        await writer.WriteAsync(ApplyAll, [.. changes.Where(change => !change.IsCheck).Select(change => change.Key)], cancellationToken);

        // Writes follow one another: what a check finds holds until the commit.
        int ApplyAll(SqliteConnection _, SqliteTransaction transaction)
        {
            foreach (var change in changes)
            {
                statements.Apply(transaction, change);
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
