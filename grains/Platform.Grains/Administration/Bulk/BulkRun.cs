using Platform.Grains.Audit;
using Platform.Grains.Cluster;
using Platform.Grains.Scopes.Import;
using Platform.Storage;

namespace Platform.Grains.Administration.Bulk;

/// <summary>What a row of an import changed, for the audit.</summary>
/// <param name="Effect">What became of it.</param>
/// <param name="Entry">The audit entry; null where nothing changed.</param>
internal sealed record BulkChange(BulkEffect Effect, AuditEntry? Entry);

/// <summary>
/// How an import goes: all rows are tried first, without writing, so that whatever is wrong is said before anything has changed; then they are
/// applied in batches, each a transaction. What is cut off between two batches is finished by running it again: repeating changes nothing.
/// </summary>
/// <typeparam name="TRow">A row.</typeparam>
/// <param name="store">The rows of the grains.</param>
/// <param name="audit">Where each change is recorded.</param>
/// <param name="apply">Applies a batch in a transaction and returns what became of each row, or null with the reasons in the problems.</param>
internal sealed class BulkRun<TRow>(
    IStateStore store,
    IAuditLog audit,
    Func<StateTransaction, IReadOnlyList<(TRow Row, ImportPlace Place)>, BulkFile, CancellationToken, Task<IReadOnlyList<BulkChange>?>> apply)
{
    /// <summary>As many rows as make a transaction worth its price without keeping other writers waiting.</summary>
    private const int BatchSize = 250;

    /// <summary>Runs it.</summary>
    public async Task<BulkOutcome> RunAsync(
        BulkFile file, IReadOnlyList<(TRow Row, ImportPlace Place)> rows, BulkOptions options, CancellationToken cancellationToken)
    {
        var passes = options.CheckOnly ? 1 : 2;
        var done = 0;
        var planned = await PassAsync(isTrial: true);
        if (options.CheckOnly || file.Problems.Count > 0)
        {
            return file.Problems.Count > 0 ? Refused() : BulkOutcome.Of(file.Rows.Count, planned);
        }

        var applied = await PassAsync(isTrial: false);

        // Someone changed what a row rests on between the trial and now: the batches before it are in force, and the outcome says so.
        return file.Problems.Count > 0
            ? BulkOutcome.Of(file.Rows.Count, applied) with { Problems = file.Problems }
            : BulkOutcome.Of(file.Rows.Count, applied);

        BulkOutcome Refused() => new([.. file.Problems.OrderBy(problem => problem.Place.Line).ThenBy(problem => problem.Place.Column)], file.Rows.Count, 0, 0, 0);

        async Task<List<BulkEffect>> PassAsync(bool isTrial)
        {
            var effects = new List<BulkEffect>(rows.Count);
            foreach (var batch in rows.Chunk(BatchSize))
            {
                var changes = await ApplyAsync(batch, file, isTrial, cancellationToken);
                if (changes is null && !isTrial)
                {
                    break;
                }

                effects.AddRange((changes ?? []).Select(change => change.Effect));
                done += batch.Length;
                if (options.Progress is { } progress)
                {
                    await progress(done, rows.Count * passes);
                }
            }

            return effects;
        }
    }

    private async Task<IReadOnlyList<BulkChange>?> ApplyAsync((TRow Row, ImportPlace Place)[] batch, BulkFile file, bool isTrial, CancellationToken cancellationToken)
    {
        var before = file.Problems.Count;
        var changes = await StateTransaction.RunAsync(
            store,
            async (transaction, token) =>
            {
                // A repetition after a conflict says anew what is wrong.
                file.Problems.RemoveRange(before, file.Problems.Count - before);
                var result = await apply(transaction, batch, file, token);
                if (isTrial || result is null || file.Problems.Count > before)
                {
                    transaction.Discard();
                }

                return file.Problems.Count > before ? null : result;
            },
            cancellationToken);
        if (!isTrial && changes is not null)
        {
            // In force already, so the caller's going away does not end it.
            await Task.WhenAll(changes.Where(change => change.Entry is not null).Select(change => audit.RecordAsync(change.Entry!, CancellationToken.None).AsTask()));
        }

        return changes;
    }
}
