namespace Platform.Grains.Scopes;

/// <inheritdoc cref="IScopeCatalogue"/>
internal sealed class ScopeCatalogue : IScopeCatalogue
{
    private readonly Dictionary<ScopePath, ScopeSnapshot> _byPath;
    private readonly DateTimeOffset[] _ends;

    public ScopeCatalogue(ScopeHierarchyState state)
    {
        var scopes = state.Scopes.Select(scope => scope.ToSnapshot()).ToArray();
        Array.Sort(scopes, CompareByName);
        ByName = scopes;
        _byPath = scopes.ToDictionary(scope => scope.Path);
        _ends = [.. scopes.Select(scope => scope.EndsAt).OfType<DateTimeOffset>().Order()];
    }

    public static ScopeCatalogue Empty { get; } = new(new ScopeHierarchyState());

    public IReadOnlyList<ScopeSnapshot> ByName { get; }

    public ScopeSnapshot? Find(ScopePath path) => _byPath.GetValueOrDefault(path);

    public bool IsOpen(ScopePath path, DateTimeOffset now)
    {
        for (ScopePath? at = path; at is { } scope; at = scope.Parent)
        {
            if (!_byPath.TryGetValue(scope, out var found) || found.Suspended || found.EndsAt <= now)
            {
                return false;
            }
        }

        return true;
    }

    public DateTimeOffset NextEnd(DateTimeOffset now)
    {
        foreach (var end in _ends)
        {
            if (end > now)
            {
                return end;
            }
        }

        return DateTimeOffset.MaxValue;
    }

    private static int CompareByName(ScopeSnapshot left, ScopeSnapshot right)
    {
        var byName = string.CompareOrdinal(left.DisplayName, right.DisplayName);
        return byName != 0 ? byName : left.Path.CompareTo(right.Path);
    }
}
