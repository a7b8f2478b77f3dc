using System.Security.Cryptography;
using Platform.Storage;

namespace Platform.Grains.Audit;

/// <summary>The verification of one chain.</summary>
internal sealed class AuditChainWalk(
    IDatabase database, AuditChain chain, ECDsa? key, List<AuditFinding> findings, Dictionary<AuditHead, AuditChain> witnessed)
{
    private const int PageSize = 1000;
    private long _entries;
    private long _lastSeq;
    private long _lastAt;
    private string _lastHash = AuditEncoding.Beginning;

    /// <summary>Walks the chain. Returns the number of entries.</summary>
    internal async Task<long> RunAsync(CancellationToken cancellationToken)
    {
        var head = await FindHeadAsync(cancellationToken);
        while (true)
        {
            var after = _lastSeq;
            var page = await database.ReadAsync(
                (connection, token) => AuditTables.ListAsync(connection, chain, after, PageSize, token), cancellationToken);
            foreach (var row in page)
            {
                if (row.Seq > (head?.Head.Seq ?? 0) && _lastSeq >= (head?.Head.Seq ?? 0))
                {
                    // The log goes on while it is read: the head that belongs to this entry was set with it.
                    head = await FindHeadAsync(cancellationToken);
                }

                Check(row);
            }

            if (page.Count < PageSize)
            {
                break;
            }
        }

        CheckHead(head);
        return _entries;
    }

    private async Task<AuditHeadRow?> FindHeadAsync(CancellationToken cancellationToken) =>
        await database.ReadAsync((connection, token) => AuditTables.FindHeadAsync(connection, null, chain, token), cancellationToken);

    private void Check(AuditRow row)
    {
        if (row.Seq == _lastSeq + 2)
        {
            Report(row.Seq - 1, "the entry is missing");
        }
        else if (row.Seq != _lastSeq + 1)
        {
            Report(_lastSeq + 1, $"the entries up to {row.Seq - 1} are missing");
        }

        if (AuditEncoding.Hash(_lastHash, row.Entry) != row.Hash)
        {
            Report(row.Seq, row.Seq == _lastSeq + 1
                ? "the entry or its hash was changed, or the entry is not in its place"
                : "the hash does not rest on the entry before it");
        }

        if (!AuditEncoding.TryDecode(row.Entry, out var record))
        {
            Report(row.Seq, "the entry cannot be read");
        }
        else
        {
            CheckColumns(row, record);
        }

        if (row.At < _lastAt)
        {
            Report(row.Seq, "the entry is older than the one before it");
        }

        _entries++;
        _lastSeq = row.Seq;
        _lastAt = row.At;
        _lastHash = row.Hash;
    }

    private void CheckColumns(AuditRow row, AuditRecord record)
    {
        if (record.Chain != row.Chain)
        {
            Report(row.Seq, $"the entry was written in {record.Chain}");
        }

        if (record.Seq != row.Seq)
        {
            Report(row.Seq, $"the entry was written as number {record.Seq}");
        }

        if (record.At.ToUnixTimeMilliseconds() != row.At)
        {
            Report(row.Seq, "the time beside the entry was changed");
        }

        foreach (var head in record.Witnessed)
        {
            witnessed.TryAdd(head, chain);
        }
    }

    private void CheckHead(AuditHeadRow? row)
    {
        if (row is null)
        {
            findings.Add(new AuditFinding(chain, null, "the chain has no head, so nothing says where it ends"));
            return;
        }

        var head = row.Head;
        if (head.Seq > _lastSeq)
        {
            Report(_lastSeq + 1, $"the chain was cut: its head is entry {head.Seq}");
        }
        else if (head.Seq < _lastSeq)
        {
            Report(head.Seq + 1, "the entries from here on are not covered by the chain's head");
        }
        else if (head.Hash != _lastHash)
        {
            Report(head.Seq, "the entry's hash is not the one in the chain's head");
        }

        if (row.Signature.Length == 0)
        {
            Report(head.Seq, "the chain's head is not signed");
        }
        else if (key is null || !AuditSigner.IsSigned(key, head, row.Signature))
        {
            Report(head.Seq, "the signature of the chain's head is not one of this cluster's key");
        }
    }

    private void Report(long seq, string problem) => findings.Add(new AuditFinding(chain, seq, problem));
}
