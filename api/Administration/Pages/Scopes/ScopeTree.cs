using Platform.Api.Http.Pages.Components;
using Platform.Grains.Scopes;

namespace Platform.Api.Administration.Pages.Scopes;

/// <summary>A scope in the tree.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="Below">How many scopes lie right below it.</param>
/// <param name="Branch">Those of them that are shown; null: it is closed.</param>
public sealed record ScopeNode(ScopeSnapshot Scope, int Below, ScopeBranch? Branch);

/// <summary>One page of what lies right below a scope.</summary>
/// <param name="Nodes">The scopes, ordered by name.</param>
/// <param name="Rest">How many follow after it.</param>
/// <param name="Next">Where the next page begins; null: there is none.</param>
public sealed record ScopeBranch(IReadOnlyList<ScopeNode> Nodes, int Rest, int? Next);

/// <summary>The page of the tree, or of what was searched for in it.</summary>
/// <param name="Top">The tree, from what the caller administers down to what is open; empty where something was searched for.</param>
/// <param name="Found">What was found; null: nothing was searched for.</param>
/// <param name="Total">How many were found.</param>
/// <param name="Next">Where the next page of what was found begins; null: there is none.</param>
/// <param name="Now">The instant that states are of.</param>
/// <param name="Query">The query.</param>
public sealed record ScopeTreeModel(
    ScopeBranch Top, IReadOnlyList<ScopeSnapshot>? Found, int Total, string? Next, DateTimeOffset Now, PageQuery Query);

/// <summary>
/// Cuts out of the hierarchy what a page of the tree shows: one level of one branch at a time, so that ten thousand scopes are as quick as ten.
/// </summary>
internal sealed class ScopeTree(ScopeAccess access)
{
    /// <summary>How many scopes of one level a page shows.</summary>
    public const int PageSize = 100;

    private readonly ILookup<ScopePath, ScopeSnapshot> _below = access.Scopes.ByName
        .Where(scope => scope.Path.Depth > 1)
        .ToLookup(scope => scope.Path.Parent!.Value);

    /// <summary>The tree, with the way to a scope open.</summary>
    /// <param name="open">The scope whose branch is open; null: the uppermost where it is the only one.</param>
    /// <param name="from">Where the page of that branch begins.</param>
    public ScopeBranch Top(ScopePath? open, int from)
    {
        var roots = access.AdministeredFrom().Select(access.Scopes.Find).OfType<ScopeSnapshot>().ToList();
        return Level(roots, null, open ?? (roots.Count == 1 ? roots[0].Path : null), from);
    }

    /// <summary>Whether the caller finds a scope in their tree.</summary>
    public static bool Holds(ScopeAccess access, ScopePath path) => access.AdministeredFrom().Any(top => top == path)
        || Enum.GetValues<Permission>().Any(permission => access.Allows(permission, path));

    /// <summary>What of the caller's tree has some words in its name or path.</summary>
    public static IEnumerable<ScopeSnapshot> Search(ScopeAccess access, string sought)
    {
        var tops = access.AdministeredFrom().ToList();
        return access.Scopes.ByName.Where(scope =>
            (scope.DisplayName.Contains(sought, StringComparison.OrdinalIgnoreCase) || scope.Path.Value.Contains(sought, StringComparison.OrdinalIgnoreCase))
            && tops.Any(top => top.Covers(scope.Path)) && Holds(access, scope.Path));
    }

    private ScopeBranch Level(List<ScopeSnapshot> scopes, ScopePath? above, ScopePath? open, int from)
    {
        var start = above == open ? Math.Clamp(from, 0, scopes.Count) : 0;
        var shown = scopes.Skip(start).Take(PageSize).ToList();

        // The way to what is open is shown, on whichever page of its level it lies.
        if (open is { } path && scopes.Find(scope => scope.Path.Covers(path)) is { } way && !shown.Contains(way))
        {
            shown.Insert(0, way);
        }

        var nodes = shown.Select(scope => new ScopeNode(
            scope,
            _below[scope.Path].Count(),
            open is { } to && scope.Path.Covers(to) ? Level([.. _below[scope.Path]], scope.Path, open, from) : null)).ToList();
        var rest = Math.Max(0, scopes.Count - start - PageSize);
        return new ScopeBranch(nodes, rest, rest > 0 ? start + PageSize : null);
    }
}
