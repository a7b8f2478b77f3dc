using Dapper;
using Platform.Grains.Cluster;
using Platform.Grains.Scopes;
using Platform.Storage;

namespace Platform.Grains.Runs;

/// <summary>What a scope's path is in of runs: its settings and its runs. It goes with the scope, within the scope's transaction.</summary>
/// <remarks>
/// Runs that are not over hang on the scope's epoch, and end by that: those that moved in the record at the new path, while of those that were removed
/// nothing is left but what their machines clean up.
/// </remarks>
public sealed class RunRows(IDatabase database)
{
    /// <summary>Removes all of it, so that a scope that is made anew under the path starts without.</summary>
    internal async Task RemoveAsync(StateTransaction transaction, ScopePath scope, CancellationToken cancellationToken)
    {
        await transaction.FindAsync<RunScopeState>(StateNames.RunScope, scope.Value, cancellationToken);
        transaction.Remove(StateNames.RunScope, scope.Value);
        foreach (var key in await ListAsync(scope, cancellationToken))
        {
            await transaction.FindAsync<RunState>(StateNames.Run, key, cancellationToken);
            transaction.Remove(StateNames.Run, key);
        }
    }

    /// <summary>Moves all of it to another path.</summary>
    internal async Task MoveAsync(StateTransaction transaction, ScopePath from, ScopePath to, CancellationToken cancellationToken)
    {
        if (await transaction.FindAsync<RunScopeState>(StateNames.RunScope, from.Value, cancellationToken) is { } settings)
        {
            await transaction.FindAsync<RunScopeState>(StateNames.RunScope, to.Value, cancellationToken);
            transaction.Set(StateNames.RunScope, to.Value, settings);
            transaction.Remove(StateNames.RunScope, from.Value);
        }

        foreach (var key in await ListAsync(from, cancellationToken))
        {
            if (await transaction.FindAsync<RunState>(StateNames.Run, key, cancellationToken) is { } run)
            {
                transaction.Set(StateNames.Run, key, run with { Authorization = run.Authorization with { Context = to.Value } });
            }
        }
    }

    private async Task<List<string>> ListAsync(ScopePath scope, CancellationToken cancellationToken) => await database.ReadAsync(
        async (connection, token) => (await connection.QueryAsync<string>(new CommandDefinition(
            "SELECT key FROM run_index WHERE scope = @scope", new { scope = scope.Value }, cancellationToken: token))).AsList(),
        cancellationToken);
}
