using Platform.Grains.Cluster;
using Platform.Grains.Scopes;
using Platform.Storage;

namespace Platform.Grains.Runs;

/// <summary>What scopes say of their runs, in rows of their own, and what follows for a scope from its row and those above it.</summary>
internal static class RunTermsRows
{
    /// <summary>The key of a scope's row.</summary>
    public static StateKey KeyOf(ScopePath scope) => new(StateNames.RunScope, scope.Value);

    /// <summary>The terms of a scope within a transaction, which rests on them.</summary>
    public static async Task<RunTerms> ReadAsync(StateTransaction transaction, ScopePath scope, RunOptions options, CancellationToken cancellationToken)
    {
        var line = new List<RunScopeState>();
        foreach (var path in scope.UpToRoot())
        {
            var state = await transaction.FindAsync<RunScopeState>(StateNames.RunScope, path.Value, cancellationToken);
            transaction.RestOn(StateNames.RunScope, path.Value);
            if (state is not null)
            {
                line.Add(state);
            }
        }

        return Combine(line, options);
    }

    /// <summary>The terms of a scope at one instant after the call.</summary>
    public static async ValueTask<RunTerms> ReadAsync(IStateStore store, ScopePath scope, RunOptions options, CancellationToken cancellationToken)
    {
        var answers = await store.ProbeAsync(scope.UpToRoot().Select(path => new StateProbe(KeyOf(path), 0)).ToArray(), cancellationToken);
        return Combine(
            [.. answers.Where(answer => answer.Version != 0).Select(answer => StateSerializer.Deserialize<RunScopeState>(answer.Payload.Span))], options);
    }

    /// <summary>Images add up on the way down; limits only become narrower; who may start runs the nearest scope says.</summary>
    private static RunTerms Combine(List<RunScopeState> line, RunOptions options)
    {
        var most = new RunLimits(
            Least(options.MaxMemoryBytes, state => state.MemoryBytes),
            Least(options.MaxCpus, state => state.Cpus),
            Least(options.MaxTime, state => state.Time));
        return new RunTerms(
            [.. line.SelectMany(state => state.Images).Where(options.MayList).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            line.Select(state => state.ForMembers).FirstOrDefault(said => said is not null) ?? false,
            Least(options.RunningPerScope, state => state.Running),
            most,
            new RunLimits(
                Math.Min(options.MemoryBytes, most.MemoryBytes),
                Math.Min(options.Cpus, most.Cpus),
                options.Time < most.Time ? options.Time : most.Time));

        T Least<T>(T ofOperator, Func<RunScopeState, T?> value)
            where T : struct, IComparable<T> => line.Select(value).OfType<T>().Append(ofOperator).Min();
    }
}
