using Platform.Grains.Cluster;
using Platform.Grains.Scopes;
using Platform.Grains.Scopes.Import;
using Platform.Grains.Users;
using Platform.Storage;

namespace Platform.Grains.Administration.Bulk;

/// <summary>Exports the memberships that were given on the platform, of the scopes whose members the actor may see, to what imports to the same.</summary>
public sealed class MemberExporter
{
    private const int PageSize = 500;

    private readonly IStateStore _store;
    private readonly AuthorityReader _authority;

    internal MemberExporter(IStateStore store, AuthorityReader authority)
    {
        _store = store;
        _authority = authority;
    }

    /// <summary>Exports.</summary>
    /// <param name="actor">Who does it.</param>
    /// <param name="below">Only of this scope and what lies below it; null: of all.</param>
    /// <param name="format">How the file is written.</param>
    /// <param name="open">Opens what it is written to, where the actor may.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Why not; null: it was written.</returns>
    public async Task<AdministrationRefusal?> ExportAsync(
        AdministrationActor actor, ScopePath? below, BulkFormat format, Func<Stream> open, CancellationToken cancellationToken)
    {
        var authority = await _authority.ReadAsync(actor, cancellationToken);
        var scopes = authority.Scopes.ByName
            .Select(scope => scope.Path)
            .Where(path => (below?.Covers(path) ?? true) && authority.Allows(Permission.ViewMembers, path))
            .Select(path => path.Value)
            .ToHashSet(StringComparer.Ordinal);
        if (scopes.Count == 0)
        {
            return below is { } scope
                ? authority.Refuse(scope, "Members are exported by who may see them.")
                : AdministrationRefusal.Forbidden("Members are exported by who may see them.");
        }

        var writer = new BulkWriter(open(), format, MemberRows.Columns);
        string? after = null;
        while (true)
        {
            var page = await _store.ListAsync(StateNames.Memberships, after, PageSize, cancellationToken);
            await WriteAsync(writer, page, scopes, cancellationToken);
            if (page.Count < PageSize)
            {
                break;
            }

            after = page[^1].Key.Key;
        }

        await writer.EndAsync(cancellationToken);
        return null;
    }

    private async Task WriteAsync(BulkWriter writer, IReadOnlyList<StateRow> page, HashSet<string> scopes, CancellationToken cancellationToken)
    {
        var members = page
            .Select(row => (User: row.Key.Key, Items: StateSerializer.Deserialize<MembershipsState>(row.Payload.Span).Items.Where(item => item.Source is null && scopes.Contains(item.Scope)).ToList()))
            .Where(member => member.Items.Count > 0)
            .ToList();
        var users = members.Count == 0
            ? []
            : await _store.ProbeAsync(members.Select(member => new StateProbe(new StateKey(StateNames.User, member.User), 0)).ToArray(), cancellationToken);
        for (var i = 0; i < members.Count; i++)
        {
            // A local user by their name, which is the same on another machine; others by their key.
            var name = users[i].Version > 0 && UserKey.Parse(members[i].User).Directory == UserKey.Local
                ? StateSerializer.Deserialize<UserState>(users[i].Payload.Span).UserName
                : members[i].User;
            foreach (var item in members[i].Items)
            {
                await writer.WriteAsync([item.Scope, name, item.Roles, item.Until is { } until ? ImportTime.Write(until) : null, item.Suspended], cancellationToken);
            }
        }
    }
}
