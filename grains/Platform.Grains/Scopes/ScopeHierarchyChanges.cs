namespace Platform.Grains.Scopes;

/// <summary>Changes of the hierarchy that take rights away, the same whether a grain or an import makes them.</summary>
internal static class ScopeHierarchyChanges
{
    /// <summary>
    /// Suspends or reopens the scope at an index. Suspending gives it and what lies below it a new epoch, so that sessions in them
    /// lose them for good (invariant 2).
    /// </summary>
    public static ScopeHierarchyState SetSuspended(ScopeHierarchyState state, int index, bool suspended)
    {
        var target = new ScopePath(state.Scopes[index].Path);
        if (!suspended)
        {
            return state with { Scopes = state.Scopes.SetItem(index, state.Scopes[index] with { Suspended = false }) };
        }

        var scopes = state.Scopes.SetItem(index, state.Scopes[index] with { Suspended = true });
        return Revoke(state with { Scopes = scopes }, new HashSet<ScopePath> { target }, state.LastEpoch + 1);
    }

    /// <summary>Adds a scope in its place, with an epoch that no scope had.</summary>
    public static ScopeHierarchyState Add(ScopeHierarchyState state, ScopeState scope)
    {
        var epoch = state.LastEpoch + 1;
        var index = 0;
        while (index < state.Scopes.Length && string.CompareOrdinal(state.Scopes[index].Path, scope.Path) < 0)
        {
            index++;
        }

        return state with { LastEpoch = epoch, Scopes = state.Scopes.Insert(index, scope with { Epoch = epoch }) };
    }

    /// <summary>Where a scope is among all; -1: there is none.</summary>
    public static int IndexOf(ScopeHierarchyState state, ScopePath path)
    {
        for (var i = 0; i < state.Scopes.Length; i++)
        {
            if (state.Scopes[i].Path == path.Value)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Gives the scope at an index, and it alone, a new epoch: whoever is in it is so no longer.</summary>
    public static ScopeHierarchyState RevokePresence(ScopeHierarchyState state, int index) => state with
    {
        LastEpoch = state.LastEpoch + 1,
        Scopes = state.Scopes.SetItem(index, state.Scopes[index] with { Epoch = state.LastEpoch + 1 }),
    };

    /// <summary>Gives scopes and what lies below them a new epoch.</summary>
    public static ScopeHierarchyState Revoke(ScopeHierarchyState state, IReadOnlySet<ScopePath> closed, long epoch)
    {
        var scopes = state.Scopes.ToBuilder();
        for (var i = 0; closed.Count > 0 && i < scopes.Count; i++)
        {
            if (new ScopePath(scopes[i].Path).UpToRoot().Any(closed.Contains))
            {
                scopes[i] = scopes[i] with { Epoch = epoch };
            }
        }

        return state with { LastEpoch = epoch, Scopes = scopes.ToImmutable() };
    }
}
