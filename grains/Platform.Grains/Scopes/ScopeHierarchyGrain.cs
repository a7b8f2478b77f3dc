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

    public Task<bool> SuspendAsync(ScopePath path) => SetSuspendedAsync(path, suspended: true);

    public Task<bool> ReopenAsync(ScopePath path) => SetSuspendedAsync(path, suspended: false);

    private async Task<bool> SetSuspendedAsync(ScopePath path, bool suspended)
    {
        var index = ScopeHierarchyChanges.IndexOf(State, path);
        if (index < 0)
        {
            return false;
        }

        if (State.Scopes[index].Suspended != suspended)
        {
            await WriteAsync(ScopeHierarchyChanges.SetSuspended(State, index, suspended));
        }

        return true;
    }
}
