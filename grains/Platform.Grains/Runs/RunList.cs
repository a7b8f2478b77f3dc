using System.Data.Common;
using Platform.Grains.Administration;
using Platform.Grains.Administration.Lists;
using Platform.Grains.Cluster;
using Platform.Storage;

namespace Platform.Grains.Runs;

/// <summary>Lists runs, the newest first. What the caller may see is decided by the caller.</summary>
public sealed class RunList(IDatabase database)
{
    private static readonly ListQuery Query = new(
        "runs",
        "run_index r",
        [new("r.sequence", IsNumber: true), new("r.key")],
        "state.payload",
        $"join grain_state state on state.type = '{StateNames.Run}' and state.key = page.k1",
        Descending: true);

    /// <summary>A page of the runs that the filter takes.</summary>
    public Task<AdministrationResult<Page<RunSnapshot>>> FindAsync(RunFilter filter, PageRequest page, CancellationToken cancellationToken)
    {
        var conditions = new ListConditions();
        conditions.AddEqual("r.scope", filter.Scope?.Value);
        conditions.AddEqual("r.user_key", filter.User?.ToString());
        if (filter.Active is { } active)
        {
            conditions.Add($"r.phase {(active ? "<>" : "=")} {conditions.Bind(nameof(RunPhase.Ended))}");
        }

        return Query.RunAsync(database, conditions, page, Read, cancellationToken);
    }

    private static RunSnapshot Read(DbDataReader row) =>
        StateSerializer.Deserialize<RunState>(row.GetFieldValue<byte[]>(Query.FirstColumn)).ToSnapshot(RunId.FromGrainKey(row.GetString(1)));
}
