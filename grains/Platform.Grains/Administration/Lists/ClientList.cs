using Platform.Grains.Cluster;
using Platform.Grains.OAuth;
using Platform.Grains.OAuth.Clients;
using Platform.Grains.Users;
using Platform.Storage;

namespace Platform.Grains.Administration.Lists;

/// <summary>Which OAuth clients are wanted; what is null does not restrict.</summary>
public sealed record ClientFilter
{
    /// <summary>A text in the name or the id, in any letter case.</summary>
    public string? Text { get; init; }

    /// <summary>Whether they are suspended.</summary>
    public bool? Suspended { get; init; }

    /// <summary>Those that this user owns.</summary>
    public UserKey? Owner { get; init; }
}

/// <summary>Lists OAuth clients by name. Snapshots hold the hashes of secrets: they go no further than the caller.</summary>
public sealed class ClientList(IDatabase database)
{
    private static readonly ListQuery Query = new(
        "clients",
        "client_index c",
        [new("c.name"), new("c.key")],
        "state.payload",
        $"join grain_state state on state.type = '{StateNames.Client}' and state.key = page.k1");

    /// <summary>A page of the clients that the filter takes, by name.</summary>
    public Task<AdministrationResult<Page<ClientSnapshot>>> FindAsync(ClientFilter filter, PageRequest page, CancellationToken cancellationToken)
    {
        var conditions = new ListConditions();
        conditions.AddText("c.search", filter.Text);
        conditions.AddEqual("c.suspended", filter.Suspended);
        if (filter.Owner is { } owner)
        {
            conditions.Add($"c.key in (select o.client_key from client_owner_index o where o.owner = {conditions.Bind(owner.ToString())})");
        }

        return Query.RunAsync(
            database,
            conditions,
            page,
            row => StateSerializer.Deserialize<ClientState>(row.GetFieldValue<byte[]>(Query.FirstColumn)).ToSnapshot(ClientId.FromGrainKey(row.GetString(1))),
            cancellationToken);
    }
}
