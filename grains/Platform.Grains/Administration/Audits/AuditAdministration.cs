using Platform.Grains.Audit;
using Platform.Grains.Scopes;

namespace Platform.Grains.Administration.Audits;

/// <summary>Entries that are read while they are sent.</summary>
public sealed record AuditExport(IAsyncEnumerable<AuditRecord> Entries);

/// <summary>The audit, as far as the actor may read it: all of it at an infrastructure, and what belongs to scopes of theirs otherwise.</summary>
public sealed class AuditAdministration
{
    private static readonly AdministrationRefusal NotAllowed = AdministrationRefusal.Forbidden("The audit is read by managers alone.");

    private readonly AuditList _list;
    private readonly AuthorityReader _authorities;

    internal AuditAdministration(AuditList list, AuthorityReader authorities)
    {
        _list = list;
        _authorities = authorities;
    }

    /// <summary>A page of the entries, the newest first.</summary>
    public async Task<AdministrationResult<Page<AuditRecord>>> FindAsync(
        AdministrationActor actor, AuditSearch search, PageRequest page, CancellationToken cancellationToken) =>
        await LimitAsync(actor, search, cancellationToken) is { } limited ? await _list.FindAsync(limited, page, cancellationToken) : NotAllowed;

    /// <summary>All entries, in the order of time.</summary>
    public async Task<AdministrationResult<AuditExport>> ExportAsync(
        AdministrationActor actor, AuditSearch search, CancellationToken cancellationToken) =>
        await LimitAsync(actor, search, cancellationToken) is { } limited ? new AuditExport(_list.ExportAsync(limited, cancellationToken)) : NotAllowed;

    private async Task<AuditSearch?> LimitAsync(AdministrationActor actor, AuditSearch search, CancellationToken cancellationToken)
    {
        var authority = await _authorities.ReadAsync(actor, cancellationToken);
        if (authority.AllowsAnywhere(Permission.ReadAudit))
        {
            return search;
        }

        return authority.ScopesWith(Permission.ReadAudit) is { } seen && !(seen.Exact.IsEmpty && seen.Subtrees.IsEmpty) ? search with { VisibleIn = seen } : null;
    }
}
