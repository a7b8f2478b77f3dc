using System.Runtime.CompilerServices;
using Platform.Storage;

namespace Platform.Grains.Audit;

/// <summary>Which entries are wanted; what is null does not restrict.</summary>
/// <param name="Since">Appended then or later.</param>
/// <param name="Until">Appended before then.</param>
/// <param name="Subjects">By one of these, or on one of them.</param>
/// <param name="Action">This act.</param>
public sealed record AuditFilter(DateTimeOffset? Since, DateTimeOffset? Until, IReadOnlyCollection<string>? Subjects, string? Action)
{
    internal bool Takes(AuditEntry entry) =>
        (Action is null || entry.Action == Action)
        && (Subjects is null || Names(entry.Subject) || Names(entry.Object));

    private bool Names(string? who) => who is not null && Subjects!.Contains(who);
}

/// <summary>Reads the audit of the whole cluster.</summary>
public sealed class AuditReader(IDatabase database)
{
    private const int PageSize = 1000;

    /// <summary>The entries that the filter takes, in the order of time. Entries that cannot be read are left to <see cref="AuditVerifier"/>.</summary>
    public async IAsyncEnumerable<AuditRecord> ListAsync(AuditFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var since = filter.Since?.ToUnixTimeMilliseconds() ?? long.MinValue;
        var until = filter.Until?.ToUnixTimeMilliseconds() ?? long.MaxValue;
        AuditRow? last = null;
        while (true)
        {
            var after = last;
            var page = await database.ReadAsync(
                (connection, token) => AuditTables.ListByTimeAsync(connection, since, until, after, PageSize, token), cancellationToken);
            foreach (var row in page)
            {
                if (AuditEncoding.TryDecode(row.Entry, out var record) && filter.Takes(record.Entry))
                {
                    yield return record;
                }
            }

            if (page.Count < PageSize)
            {
                yield break;
            }

            last = page[^1];
        }
    }
}
