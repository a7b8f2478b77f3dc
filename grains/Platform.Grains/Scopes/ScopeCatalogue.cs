namespace Platform.Grains.Scopes;

/// <inheritdoc cref="IScopeCatalogue"/>
internal sealed class ScopeCatalogue : IScopeCatalogue
{
    private readonly Dictionary<ScopePath, ScopeSnapshot> _byPath;
    private readonly DateTimeOffset[] _changes;

    public ScopeCatalogue(ScopeHierarchyState state)
    {
        var scopes = state.Scopes.Select(scope => scope.ToSnapshot()).ToArray();
        Array.Sort(scopes, CompareByName);
        ByName = scopes;
        _byPath = scopes.ToDictionary(scope => scope.Path);
        _changes = [.. scopes.SelectMany(scope => new[] { scope.StartsAt, scope.EndsAt }).OfType<DateTimeOffset>().Order()];
        WithTerms = [.. scopes.Where(scope => scope.Terms is { Required: true }).OrderBy(scope => scope.Path)];
    }

    public static ScopeCatalogue Empty { get; } = new(new ScopeHierarchyState());

    public IReadOnlyList<ScopeSnapshot> ByName { get; }

    public IReadOnlyList<ScopeSnapshot> WithTerms { get; }

    public ScopeSnapshot? Find(ScopePath path) => _byPath.GetValueOrDefault(path);

    public bool IsOpen(ScopePath path, DateTimeOffset now)
    {
        for (ScopePath? at = path; at is { } scope; at = scope.Parent)
        {
            if (!_byPath.TryGetValue(scope, out var found) || !found.IsOpen(now))
            {
                return false;
            }
        }

        return true;
    }

    public DateTimeOffset NextChange(DateTimeOffset now)
    {
        foreach (var change in _changes)
        {
            if (change > now)
            {
                return change;
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
