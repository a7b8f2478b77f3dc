using Platform.Grains.Cluster;
using Platform.Storage;

namespace Platform.Grains.Administration.Lists;

/// <summary>A row that belongs to one scope, in a list.</summary>
/// <typeparam name="TState">Its persisted shape.</typeparam>
/// <param name="Key">Its key.</param>
/// <param name="State">What it says.</param>
internal sealed record ScopeRow<TState>(string Key, TState State);

/// <summary>Lists the rows that belong to scopes, by scope: definitions (<see cref="StateNames.ScopeDefinition"/>) and invitations (<see cref="StateNames.Invitation"/>).</summary>
internal sealed class ScopeRowList(IDatabase database)
{
    /// <summary>A page of the rows of a type in some of the scopes, by scope.</summary>
    /// <param name="type">The state's name.</param>
    /// <param name="scopes">Which scopes; null: all.</param>
    /// <param name="page">Which page.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<AdministrationResult<Page<ScopeRow<TState>>>> FindAsync<TState>(
        string type, ScopeSelection? scopes, PageRequest page, CancellationToken cancellationToken)
    {
        var query = new ListQuery(
            type,
            "scope_row_index i",
            [new("i.scope"), new("i.key")],
            "state.payload",
            "join grain_state state on state.type = page.type and state.key = page.k1",
            ", i.type as type");
        var conditions = new ListConditions();
        conditions.AddEqual("i.type", type);
        conditions.AddScopes("i.scope", scopes);
        return query.RunAsync(
            database,
            conditions,
            page,
            row => new ScopeRow<TState>(row.GetString(1), StateSerializer.Deserialize<TState>(row.GetFieldValue<byte[]>(query.FirstColumn))),
            cancellationToken);
    }
}
