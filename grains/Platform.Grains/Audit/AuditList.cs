using System.Data.Common;
using Platform.Grains.Administration;
using Platform.Grains.Administration.Lists;
using Platform.Storage;

namespace Platform.Grains.Audit;

/// <summary>Which entries of the audit are searched for; what is null does not restrict.</summary>
public sealed record AuditSearch
{
    /// <summary>By whom: exactly what stands in the entries, a user key or <c>console:name</c>.</summary>
    public string? Actor { get; init; }

    /// <summary>On what: exactly what stands in the entries.</summary>
    public string? Object { get; init; }

    /// <summary>By this user or on this user, as <c>directory:id</c>.</summary>
    public string? About { get; init; }

    /// <summary>In one of these scopes.</summary>
    public ScopeSelection? Scopes { get; init; }

    /// <summary>The act, one of <see cref="AuditActions"/>; with <c>*</c> at its end: all that begin so.</summary>
    public string? Action { get; init; }

    /// <summary>How it ended: <see cref="AuditEntry.Ok"/>, or a refusal's code.</summary>
    public string? Outcome { get; init; }

    /// <summary>Only what was refused, or only what was not.</summary>
    public bool? Refused { get; init; }

    /// <summary>Appended then or later.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Appended before then.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>A text in the actor, the object, the address or the detail, in any letter case.</summary>
    public string? Text { get; init; }

    /// <summary>The scopes whose audit the actor may read: other entries are left out; null: they may read all.</summary>
    public ScopeSelection? VisibleIn { get; init; }
}

/// <summary>
/// Searches the audit of the whole cluster through its index. What is found is the entry itself; whether entries are missing, only
/// <see cref="AuditVerifier"/> can tell.
/// </summary>
public sealed class AuditList(IDatabase database)
{
    private static readonly ListQuery NewestFirst = new(
        "audit",
        "audit_index i",
        [new("i.at", IsNumber: true), new("i.node"), new("i.day"), new("i.seq", IsNumber: true)],
        "e.entry",
        "join audit_entry e on e.node = page.k1 and e.day = page.k2 and e.seq = page.k3",
        Descending: true);

    private static readonly ListQuery OldestFirst = NewestFirst with { Descending = false };

    /// <summary>A page of the entries that are searched for, the newest first.</summary>
    public Task<AdministrationResult<Page<AuditRecord>>> FindAsync(AuditSearch search, PageRequest page, CancellationToken cancellationToken) =>
        NewestFirst.RunAsync(database, Conditions(search), page, Read, cancellationToken);

    /// <summary>All entries that are searched for, in the order of time: what is exported (<see cref="AuditLines"/>).</summary>
    public IAsyncEnumerable<AuditRecord> ExportAsync(AuditSearch search, CancellationToken cancellationToken) =>
        OldestFirst.AllAsync(database, () => Conditions(search), Read, cancellationToken);

    private static ListConditions Conditions(AuditSearch search)
    {
        var conditions = new ListConditions();
        conditions.AddEqual("i.subject", search.Actor);
        conditions.AddEqual("i.object", search.Object);
        if (search.About is { } about)
        {
            conditions.Add($"(i.subject = {conditions.Bind(about)} or i.object = {conditions.Bind(about)})");
        }

        conditions.AddScopes("i.scope", search.Scopes);
        conditions.AddScopes("i.scope", search.VisibleIn);
        if (search.Action is [.. var prefix, '*'])
        {
            conditions.AddPrefix("i.action", prefix);
        }
        else
        {
            conditions.AddEqual("i.action", search.Action);
        }

        conditions.AddEqual("i.outcome", search.Outcome);
        if (search.Refused is { } refused)
        {
            conditions.Add($"i.outcome {(refused ? "<>" : "=")} {conditions.Bind(AuditEntry.Ok)}");
        }

        if (search.Since is { } since)
        {
            conditions.Add($"i.at >= {conditions.Bind(since.ToUnixTimeMilliseconds())}");
        }

        if (search.Until is { } until)
        {
            conditions.Add($"i.at < {conditions.Bind(until.ToUnixTimeMilliseconds())}");
        }

        conditions.AddText("i.search", search.Text);
        return conditions;
    }

    private static AuditRecord? Read(DbDataReader row) =>
        AuditEncoding.TryDecode(row.GetString(NewestFirst.FirstColumn), out var record) ? record : null;
}
