using Platform.Grains.Cluster;

namespace Platform.Grains.Scopes;

/// <inheritdoc cref="IScopeHierarchyGrain"/>
[GrainType("scopes")]
internal sealed class ScopeHierarchyGrain(
    [PersistentState(StateNames.Scopes, StateNames.Storage)] IPersistentState<ScopeHierarchyState> stored)
    : StatefulGrain<ScopeHierarchyState>(StateNames.Scopes, stored), IScopeHierarchyGrain
{
    public Task<ScopeSnapshot?> FindAsync(ScopePath path) => Task.FromResult(
        ScopeHierarchyChanges.IndexOf(State, path) is var index and >= 0 ? State.Scopes[index].ToSnapshot() : null);
}
