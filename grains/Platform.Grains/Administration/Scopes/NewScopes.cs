using Platform.Grains.Audit;
using Platform.Grains.Cluster;
using Platform.Grains.Scopes;

namespace Platform.Grains.Administration.Scopes;

/// <summary>Makes scopes, whether someone makes one at once or approves its definition.</summary>
internal static class NewScopes
{
    /// <summary>Why no scope can be made at a path; null: one can.</summary>
    public static async Task<AdministrationRefusal?> RefusalOfPathAsync(ScopeAct act, ScopePath path, CancellationToken cancellationToken)
    {
        if (act.Authority.Scopes.Find(path) is not null)
        {
            return AdministrationRefusal.Conflict("path-taken", $"There is a scope {path} already.");
        }

        var defined = await act.Transaction.FindAsync<ScopeDefinitionState>(StateNames.ScopeDefinition, path.Value, cancellationToken);
        act.Transaction.RestOn(StateNames.ScopeDefinition, path.Value);
        return defined is null
            ? null
            : AdministrationRefusal.Conflict("path-defined", $"A definition of {path} waits, or was rejected: approve it, or have it withdrawn.");
    }

    /// <summary>Makes a scope, above all epochs that any scope had: no session of a scope that had the path before is in it.</summary>
    public static async Task<AdministeredScope> MakeAsync(ScopeAct act, ScopeState scope, string detail, CancellationToken cancellationToken)
    {
        var hierarchy = await act.HierarchyAsync(cancellationToken);
        var after = ScopeHierarchyChanges.Add(hierarchy, scope);
        act.Set(after);
        act.Record(AuditActions.ChangeScope, new ScopePath(scope.Path), detail);
        var authority = act.Authority.With(new ScopeCatalogue(after));
        return ScopeViews.Show(authority, authority.Scopes.Find(new ScopePath(scope.Path))!, act.Now, 0);
    }
}
