using Platform.Grains.Cluster;
using Platform.Grains.Scopes;
using Platform.Grains.Users;
using Platform.Storage;

namespace Platform.Grains.Administration.Bulk;

/// <summary>Exports the local users, without their passwords, to what imports to the same.</summary>
public sealed class UserExporter
{
    private const int PageSize = 500;
    private static readonly string[] Columns = [UserRows.UserName, UserRows.DisplayName, UserRows.Mail, UserRows.Disabled];

    private readonly IStateStore _store;
    private readonly AuthorityReader _authority;

    internal UserExporter(IStateStore store, AuthorityReader authority)
    {
        _store = store;
        _authority = authority;
    }

    /// <summary>Exports.</summary>
    /// <param name="actor">Who does it.</param>
    /// <param name="format">How the file is written.</param>
    /// <param name="open">Opens what it is written to, where the actor may.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Why not; null: it was written.</returns>
    public async Task<AdministrationRefusal?> ExportAsync(AdministrationActor actor, BulkFormat format, Func<Stream> open, CancellationToken cancellationToken)
    {
        if (!(await _authority.ReadAsync(actor, cancellationToken)).AllowsAnywhere(Permission.ManageUsers))
        {
            return AdministrationRefusal.Forbidden("Users are exported by who manages users at an infrastructure.");
        }

        var writer = new BulkWriter(open(), format, Columns);
        const string First = UserKey.Local + ":";
        for (var after = First; ;)
        {
            var page = await _store.ListAsync(StateNames.User, after, PageSize, cancellationToken);
            foreach (var row in page.Where(row => row.Key.Key.StartsWith(First, StringComparison.Ordinal)))
            {
                var user = StateSerializer.Deserialize<UserState>(row.Payload.Span);
                await writer.WriteAsync([user.UserName, user.DisplayName, user.Mail, user.Disabled], cancellationToken);
            }

            if (page.Count < PageSize || !page[^1].Key.Key.StartsWith(First, StringComparison.Ordinal))
            {
                break;
            }

            after = page[^1].Key.Key;
        }

        await writer.EndAsync(cancellationToken);
        return null;
    }
}
