using System.Collections.Immutable;
using Platform.Grains.Scopes;

namespace Platform.Grains.Administration.Lists;

/// <summary>Some of the scopes: what a list is restricted to, by what was asked for or by what the actor may see.</summary>
/// <param name="Exact">These scopes, without what lies below them.</param>
/// <param name="Subtrees">These scopes, with everything below them.</param>
public sealed record ScopeSelection(ImmutableArray<ScopePath> Exact, ImmutableArray<ScopePath> Subtrees)
{
    /// <summary>No scope.</summary>
    public static ScopeSelection None { get; } = new([], []);

    /// <summary>One scope.</summary>
    public static ScopeSelection Of(ScopePath scope) => new([scope], []);

    /// <summary>One scope with everything below it.</summary>
    public static ScopeSelection Below(ScopePath scope) => new([], [scope]);

    /// <summary>Those of them that another selection takes as well.</summary>
    public ScopeSelection Within(ScopeSelection other) => new(
        [.. Exact.Where(other.Contains), .. other.Exact.Where(Contains)],
        [
            .. Subtrees.Where(subtree => other.Subtrees.Any(wider => wider.Covers(subtree))),
            .. other.Subtrees.Where(subtree => Subtrees.Any(wider => wider.Covers(subtree))),
        ]);

    /// <summary>Whether a scope is one of them.</summary>
    public bool Contains(ScopePath scope) => Exact.Contains(scope) || Subtrees.Any(subtree => subtree.Covers(scope));
}
