
namespace Platform.Grains.Scopes.Import;

/// <summary>What an import makes of the hierarchy.</summary>
internal sealed class HierarchyPlan
{
    private readonly ScopeHierarchyState _before;
    private readonly DateTimeOffset _now;
    private readonly long _epoch;
    private readonly SortedDictionary<string, ScopeState> _scopes = new(StringComparer.Ordinal);
    private readonly HashSet<ScopePath> _closed = [];

    private HierarchyPlan(ScopeHierarchyState before, DateTimeOffset now)
    {
        _before = before;
        _now = now;
        _epoch = before.LastEpoch + 1;
        foreach (var scope in before.Scopes)
        {
            _scopes.Add(scope.Path, scope);
        }
    }

    /// <summary>The hierarchy afterwards.</summary>
    internal ScopeHierarchyState After { get; private set; } = new();

    internal HashSet<ScopePath> Removed { get; } = [];

    internal List<ImportProblem> Problems { get; } = [];

    internal List<ImportChange> Changes { get; } = [];

    internal bool Contains(ScopePath path) => _scopes.ContainsKey(path.Value);

    /// <summary>Works out the changes; it changes nothing.</summary>
    internal static HierarchyPlan Make(ScopeHierarchyState before, IReadOnlyList<ImportedScope> imported, DateTimeOffset now)
    {
        var plan = new HierarchyPlan(before, now);
        var seen = new Dictionary<ScopePath, ImportPlace>();
        foreach (var scope in imported)
        {
            if (!seen.TryAdd(scope.Path, scope.Place))
            {
                plan.Problems.Add(new ImportProblem(scope.Place, $"'{scope.Path}' stands in this file before, in line {seen[scope.Path].Line}"));
            }
            else if (scope.Remove)
            {
                plan.Remove(scope);
            }
            else
            {
                plan.Upsert(scope);
            }
        }

        plan.CheckStructure(imported, seen);
        plan.Finish();
        return plan;
    }

    private void Remove(ImportedScope scope)
    {
        if (_scopes.Remove(scope.Path.Value))
        {
            Removed.Add(scope.Path);
            Changes.Add(new ImportChange(ImportChangeKind.Removed, scope.Path, null, null));
        }
    }

    private void Upsert(ImportedScope scope)
    {
        var isNew = !_scopes.TryGetValue(scope.Path.Value, out var old);
        old ??= new ScopeState { Path = scope.Path.Value, Epoch = _epoch };
        var next = old with
        {
            DisplayName = scope.DisplayName is { } name ? NameOrDefault(name.Value, scope.Path) : old.DisplayName,
            Description = scope.Description is { } description ? description.Value : old.Description,
            Visibility = scope.Visibility is { } visibility ? visibility.Value : old.Visibility,
            Anonymous = scope.Anonymous is { } anonymous && !anonymous.Value.SequenceEqual(old.Anonymous, StringComparer.Ordinal) ? anonymous.Value : old.Anonymous,
            Suspended = scope.Suspended is { } suspended ? suspended.Value : old.Suspended,
            EndsAt = scope.EndsAt is { } endsAt ? endsAt.Value : old.EndsAt,
            StartsAt = scope.StartsAt is { } startsAt ? startsAt.Value : old.StartsAt,
            Admission = scope.Admission is { } admission ? admission.Value : old.Admission,
            Archived = scope.Archived is { } archived ? archived.Value : old.Archived,
        };
        if (!isNew && next == old)
        {
            return;
        }

        if (next.StartsAt >= next.EndsAt)
        {
            Problems.Add(new ImportProblem(scope.Place, $"'{scope.Path}' would end before it begins"));
        }

        // Who was in a scope when it closed is not in it again when it opens: sessions in it, and below it, lose it for good.
        if (!isNew && ((next.Suspended && !old.Suspended) || (next.Archived && !old.Archived) || HasEnded(next) != HasEnded(old) || (next.StartsAt > _now) != (old.StartsAt > _now)))
        {
            _closed.Add(scope.Path);
        }

        _scopes[scope.Path.Value] = next;
        Changes.Add(new ImportChange(isNew ? ImportChangeKind.Added : ImportChangeKind.Changed, scope.Path, null, Describe(next)));
    }

    private void CheckStructure(IReadOnlyList<ImportedScope> imported, Dictionary<ScopePath, ImportPlace> seen)
    {
        foreach (var scope in imported)
        {
            if (!scope.Remove && scope.Path.Parent is { } parent && !Contains(parent))
            {
                Problems.Add(new ImportProblem(scope.Place, seen.ContainsKey(parent)
                    ? $"the scope above, '{parent}', is removed by this file"
                    : $"the scope above, '{parent}', neither exists nor stands in this file"));
            }
        }

        if (Removed.Count == 0)
        {
            return;
        }

        foreach (var path in _scopes.Keys.Select(path => new ScopePath(path)))
        {
            if (path.Parent is { } parent && Removed.Contains(parent) && !seen.ContainsKey(path))
            {
                Problems.Add(new ImportProblem(seen[parent], $"'{parent}' cannot be removed: '{path}' lies below it"));
            }
        }
    }

    private void Finish()
    {
        if (Changes.Count == 0)
        {
            After = _before;
            return;
        }

        var after = _before with { LastEpoch = _epoch, Scopes = [.. _scopes.Values] };
        After = ScopeHierarchyChanges.Revoke(after, _closed, _epoch);
    }

    private bool HasEnded(ScopeState scope) => scope.EndsAt <= _now;

    private static string? NameOrDefault(string? name, ScopePath path) => name == path.Name ? null : name;

    private static string Describe(ScopeState scope) =>
        scope.Visibility.ToString().ToLowerInvariant()
        + (scope.Anonymous.IsEmpty ? "" : $", anonymous {string.Join(' ', scope.Anonymous)}")
        + $", {scope.Admission.ToString().ToLowerInvariant()}"
        + (scope.Suspended ? ", suspended" : "")
        + (scope.Archived ? ", archived" : "")
        + (scope.StartsAt is { } start ? $", starts {ImportTime.Write(start)}" : "")
        + (scope.EndsAt is { } end ? $", ends {ImportTime.Write(end)}" : "");
}
