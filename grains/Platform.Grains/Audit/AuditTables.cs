using System.Data.Common;
using System.Globalization;
using System.Text;
using Dapper;

namespace Platform.Grains.Audit;

/// <summary>A row of the entries' table, its hash in lower-case hexadecimal.</summary>
internal sealed record AuditRow(AuditChain Chain, long Seq, long At, string Entry, string Hash);

/// <summary>A row of the heads' table.</summary>
internal sealed record AuditHeadRow(AuditHead Head, byte[] Signature);

/// <summary>The SQL of the audit; SQLite and PostgreSQL take it alike.</summary>
internal static class AuditTables
{
    /// <summary>Appends rows with one statement.</summary>
    internal static Task AppendAsync(DbConnection connection, DbTransaction transaction, IReadOnlyList<AuditRow> rows, CancellationToken cancellationToken)
    {
        var sql = new StringBuilder("INSERT INTO audit_entry (node, day, seq, at, entry, hash) VALUES ");
        var parameters = new DynamicParameters();
        for (var i = 0; i < rows.Count; i++)
        {
            sql.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? "" : ", ")}(@n{i}, @d{i}, @s{i}, @a{i}, @e{i}, @h{i})");
            parameters.Add($"n{i}", rows[i].Chain.Node);
            parameters.Add($"d{i}", rows[i].Chain.Day);
            parameters.Add($"s{i}", rows[i].Seq);
            parameters.Add($"a{i}", rows[i].At);
            parameters.Add($"e{i}", rows[i].Entry);
            parameters.Add($"h{i}", Convert.FromHexString(rows[i].Hash));
        }

        return connection.ExecuteAsync(new CommandDefinition(sql.ToString(), parameters, transaction, cancellationToken: cancellationToken));
    }

    /// <summary>Sets the head of a chain.</summary>
    internal static Task SetHeadAsync(DbConnection connection, DbTransaction transaction, AuditHead head, byte[] signature, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO audit_head (node, day, seq, hash, signature) VALUES (@node, @day, @seq, @hash, @signature)
            ON CONFLICT (node, day) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, signature = excluded.signature
            """,
            new { node = head.Chain.Node, day = head.Chain.Day, seq = head.Seq, hash = Convert.FromHexString(head.Hash), signature },
            transaction,
            cancellationToken: cancellationToken));

    /// <summary>The head of one chain; null where the chain does not exist.</summary>
    internal static async Task<AuditHeadRow?> FindHeadAsync(DbConnection connection, DbTransaction? transaction, AuditChain chain, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync<(string Node, string Day, long Seq, byte[] Hash, byte[] Signature)>(new CommandDefinition(
            "SELECT node, day, seq, hash, signature FROM audit_head WHERE node = @node AND day = @day",
            new { node = chain.Node, day = chain.Day },
            transaction,
            cancellationToken: cancellationToken));
        return rows.Select(ToHead).SingleOrDefault();
    }

    /// <summary>The newest heads, at most <paramref name="limit"/>.</summary>
    internal static async Task<IReadOnlyList<AuditHeadRow>> ListNewestHeadsAsync(DbConnection connection, DbTransaction? transaction, int limit, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync<(string Node, string Day, long Seq, byte[] Hash, byte[] Signature)>(new CommandDefinition(
            "SELECT node, day, seq, hash, signature FROM audit_head ORDER BY day DESC, node LIMIT @limit",
            new { limit },
            transaction,
            cancellationToken: cancellationToken));
        return [.. rows.Select(ToHead)];
    }

    /// <summary>All chains of which there is an entry or a head, the oldest first.</summary>
    internal static async Task<IReadOnlyList<AuditChain>> ListChainsAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync<(string Node, string Day)>(new CommandDefinition(
            "SELECT node, day FROM audit_head UNION SELECT node, day FROM audit_entry ORDER BY 2, 1",
            cancellationToken: cancellationToken));
        return [.. rows.Select(row => new AuditChain(row.Node, row.Day))];
    }

    /// <summary>The entries of a chain after a place, in order.</summary>
    internal static async Task<IReadOnlyList<AuditRow>> ListAsync(DbConnection connection, AuditChain chain, long afterSeq, int limit, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync<(string Node, string Day, long Seq, long At, string Entry, byte[] Hash)>(new CommandDefinition(
            "SELECT node, day, seq, at, entry, hash FROM audit_entry WHERE node = @node AND day = @day AND seq > @afterSeq ORDER BY seq LIMIT @limit",
            new { node = chain.Node, day = chain.Day, afterSeq, limit },
            cancellationToken: cancellationToken));
        return [.. rows.Select(ToRow)];
    }

    /// <summary>The entries of a span of time after a place, in the order of time, node and place in the chain.</summary>
    internal static async Task<IReadOnlyList<AuditRow>> ListByTimeAsync(
        DbConnection connection, long since, long until, AuditRow? after, int limit, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync<(string Node, string Day, long Seq, long At, string Entry, byte[] Hash)>(new CommandDefinition(
            """
            SELECT node, day, seq, at, entry, hash FROM audit_entry
            WHERE at >= @since AND at < @until
              AND (at > @at OR (at = @at AND (node > @node OR (node = @node AND (day > @day OR (day = @day AND seq > @seq))))))
            ORDER BY at, node, day, seq LIMIT @limit
            """,
            new
            {
                since = Math.Max(since, after?.At ?? since),
                until,
                at = after?.At ?? long.MinValue,
                node = after?.Chain.Node ?? "",
                day = after?.Chain.Day ?? "",
                seq = after?.Seq ?? 0,
                limit,
            },
            cancellationToken: cancellationToken));
        return [.. rows.Select(ToRow)];
    }

    /// <summary>Whether there is an entry or a head of a day before this one.</summary>
    internal static async Task<bool> HasBeforeAsync(DbConnection connection, string day, CancellationToken cancellationToken) =>
        await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            """
            SELECT CASE WHEN EXISTS (SELECT 1 FROM audit_head WHERE day < @day) OR EXISTS (SELECT 1 FROM audit_entry WHERE at < @at AND day < @day)
              THEN 1 ELSE 0 END
            """,
            new { day, at = Beginning(day) },
            cancellationToken: cancellationToken)) == 1;

    /// <summary>Deletes entries of days before this one, at most <paramref name="limit"/>. Returns their number.</summary>
    internal static Task<int> DeleteBeforeAsync(DbConnection connection, DbTransaction transaction, string day, int limit, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            """
            DELETE FROM audit_entry WHERE (node, day, seq) IN (
              SELECT node, day, seq FROM audit_entry WHERE at < @at AND day < @day ORDER BY at LIMIT @limit)
            """,
            new { day, at = Beginning(day), limit },
            transaction,
            cancellationToken: cancellationToken));

    /// <summary>Deletes the heads of days before this one. Returns their number.</summary>
    internal static Task<int> DeleteHeadsBeforeAsync(DbConnection connection, DbTransaction transaction, string day, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            "DELETE FROM audit_head WHERE day < @day", new { day }, transaction, cancellationToken: cancellationToken));

    /// <summary>Sets until where the audit was removed; it never goes back.</summary>
    internal static Task<int> SetCutAsync(DbConnection connection, DbTransaction transaction, AuditCut cut, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO audit_cut (id, day, signature) VALUES (1, @day, @signature)
            ON CONFLICT (id) DO UPDATE SET day = excluded.day, signature = excluded.signature WHERE audit_cut.day < excluded.day
            """,
            new { day = cut.Day, signature = cut.Signature },
            transaction,
            cancellationToken: cancellationToken));

    /// <summary>Until where the audit was removed; null: nothing was.</summary>
    internal static async Task<AuditCut?> FindCutAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync<(string Day, byte[] Signature)>(new CommandDefinition(
            "SELECT day, signature FROM audit_cut", cancellationToken: cancellationToken));
        return rows.Select(row => new AuditCut(row.Day, row.Signature)).SingleOrDefault();
    }

    private static long Beginning(string day) =>
        DateTimeOffset.ParseExact(day, AuditEncoding.DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).ToUnixTimeMilliseconds();

    private static AuditHeadRow ToHead((string Node, string Day, long Seq, byte[] Hash, byte[] Signature) row) =>
        new(new AuditHead(new AuditChain(row.Node, row.Day), row.Seq, Convert.ToHexStringLower(row.Hash)), row.Signature);

    private static AuditRow ToRow((string Node, string Day, long Seq, long At, string Entry, byte[] Hash) row) =>
        new(new AuditChain(row.Node, row.Day), row.Seq, row.At, row.Entry, Convert.ToHexStringLower(row.Hash));
}
