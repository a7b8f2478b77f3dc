using System.Security.Cryptography;
using Platform.Storage;

namespace Platform.Grains.Audit;

/// <summary>Something in the audit that is not as it was written.</summary>
/// <param name="Chain">The chain.</param>
/// <param name="Seq">The place in it; null: the chain as a whole.</param>
/// <param name="Problem">What is wrong.</param>
public sealed record AuditFinding(AuditChain Chain, long? Seq, string Problem)
{
    /// <inheritdoc/>
    public override string ToString() => Seq is { } seq ? $"{Chain} entry {seq}: {Problem}" : $"{Chain}: {Problem}";
}

/// <summary>What a walk over the audit found.</summary>
/// <param name="Chains">The number of chains.</param>
/// <param name="Entries">The number of entries.</param>
/// <param name="Findings">What is wrong; empty: nothing.</param>
public sealed record AuditVerification(int Chains, long Entries, IReadOnlyList<AuditFinding> Findings);

/// <summary>
/// Walks all chains and reports gaps, edits, reorderings, truncations and heads that the cluster's key did not sign. What it cannot
/// see: that the newest chain was set back to an earlier state, head and signature included, before another chain witnessed it.
/// </summary>
public sealed class AuditVerifier
{
    private readonly IDatabase _database;
    private readonly AuditSigner _signer;

    internal AuditVerifier(IDatabase database, AuditSigner signer)
    {
        _database = database;
        _signer = signer;
    }

    /// <summary>Verifies everything that was durable when the walk reached it; the log may go on being written meanwhile.</summary>
    public async Task<AuditVerification> VerifyAsync(CancellationToken cancellationToken)
    {
        var findings = new List<AuditFinding>();
        using var key = await FindKeyAsync(findings, cancellationToken);
        var cut = await FindCutAsync(key, findings, cancellationToken);
        var all = await _database.ReadAsync(AuditTables.ListChainsAsync, cancellationToken);

        // What is left of chains that are being removed is no longer whole.
        var chains = cut is null ? all : [.. all.Where(chain => !cut.Covers(chain))];
        if (key is not null && chains.Count == 0)
        {
            // The key is made for the first entry. Only a crash between the two would leave it alone, until the next entry.
            findings.Add(new AuditFinding(new AuditChain("*", "*"), null, "there is a signing key, so entries were written; all of them are gone"));
        }

        var witnessed = new Dictionary<AuditHead, AuditChain>();
        var entries = 0L;
        foreach (var chain in chains)
        {
            var walk = new AuditChainWalk(_database, chain, key, findings, witnessed);
            entries += await walk.RunAsync(cancellationToken);
        }

        if (cut is not null)
        {
            foreach (var head in witnessed.Keys.Where(head => cut.Covers(head.Chain)).ToList())
            {
                witnessed.Remove(head);
            }
        }

        await CheckWitnessedAsync(witnessed, chains, findings, cancellationToken);
        return new AuditVerification(chains.Count, entries, findings);
    }

    private async Task<ECDsa?> FindKeyAsync(List<AuditFinding> findings, CancellationToken cancellationToken)
    {
        try
        {
            return await _signer.FindKeyAsync(cancellationToken);
        }
        catch (CryptographicException e)
        {
            findings.Add(new AuditFinding(new AuditChain("*", "*"), null, $"the signing key cannot be read, so no signature can be checked ({e.Message})"));
            return null;
        }
    }

    /// <summary>Until where the audit was removed; null: nowhere, or only somebody else says so, which is a finding.</summary>
    private async Task<AuditCut?> FindCutAsync(ECDsa? key, List<AuditFinding> findings, CancellationToken cancellationToken)
    {
        var cut = await _database.ReadAsync(AuditTables.FindCutAsync, cancellationToken);
        if (cut is null || (key is not null && cut.IsSigned(key)))
        {
            return cut;
        }

        findings.Add(new AuditFinding(
            new AuditChain("*", "*"), null, $"that entries from before {cut.Day} were removed because they were old is not signed by this cluster's key"));
        return null;
    }

    private async Task CheckWitnessedAsync(
        Dictionary<AuditHead, AuditChain> witnessed, IReadOnlyList<AuditChain> chains, List<AuditFinding> findings, CancellationToken cancellationToken)
    {
        var existing = chains.ToHashSet();
        foreach (var (head, witness) in witnessed)
        {
            if (!existing.Contains(head.Chain))
            {
                findings.Add(new AuditFinding(head.Chain, null, $"the chain is gone; {witness} saw it with {head.Seq} entries"));
                continue;
            }

            var rows = await _database.ReadAsync(
                (connection, token) => AuditTables.ListAsync(connection, head.Chain, head.Seq - 1, 1, token), cancellationToken);
            if (rows is not [{ } row] || row.Seq != head.Seq || row.Hash != head.Hash)
            {
                findings.Add(new AuditFinding(head.Chain, head.Seq, $"the entry is not the one that {witness} saw there"));
            }
        }
    }
}
