using Microsoft.Extensions.Options;
using Platform.Grains.Cluster;
using Platform.Storage;

namespace Platform.Grains.Audit;

/// <summary>
/// Removes the entries of days that are older than <see cref="AuditOptions.KeepFor"/>, whole chains at a time. Before the first one goes,
/// the day up to which they go is signed with the cluster's key: what a later chain saw of them is not missed, and who cannot sign cannot
/// pass off a deletion of theirs as this one.
/// </summary>
internal sealed class AuditRetention(IDatabase database, AuditSigner signer, IAuditLog log, IOptions<AuditOptions> options) : IExpiredRows
{
    // A part that a database deletes well within the time that a statement may take.
    private const int BatchSize = 5000;

    public async Task<int> PurgeAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (options.Value.KeepFor is not { } keepFor || keepFor > now - DateTimeOffset.UnixEpoch)
        {
            return 0;
        }

        // The day of the oldest entry that is kept.
        var day = AuditEncoding.DayOf(now - keepFor);
        if (!await database.ReadAsync((connection, token) => AuditTables.HasBeforeAsync(connection, day, token), cancellationToken))
        {
            return 0;
        }

        var signature = AuditCut.Sign(await signer.GetKeyAsync(cancellationToken), day);
        await database.WriteAsync(
            (connection, transaction, token) => AuditTables.SetCutAsync(connection, transaction, new AuditCut(day, signature), token), cancellationToken);
        var removed = 0;
        while (true)
        {
            var batch = await database.WriteAsync(
                (connection, transaction, token) => AuditTables.DeleteBeforeAsync(connection, transaction, day, BatchSize, token), cancellationToken);
            removed += batch;
            if (batch < BatchSize)
            {
                break;
            }
        }

        await database.WriteAsync(
            (connection, transaction, token) => AuditTables.DeleteHeadsBeforeAsync(connection, transaction, day, token), cancellationToken);
        await log.RecordAsync(
            new AuditEntry(AuditActions.CutAudit, AuditEntry.Ok, null, null, "platform", $"{removed} entries from before {day}"), cancellationToken);
        return removed;
    }
}
