using System.Collections.Immutable;
using Platform.Grains.Scopes;

namespace Platform.Grains.Administration.Scopes;

/// <summary>Shows scopes to those who administer them.</summary>
internal static class ScopeViews
{
    private static readonly ImmutableArray<Permission> All = [.. Enum.GetValues<Permission>()];

    /// <summary>A scope as the actor sees it.</summary>
    public static AdministeredScope Show(Authority authority, ScopeSnapshot scope, DateTimeOffset now, int? children = null)
    {
        var allowed = All.Where(permission => authority.Allows(permission, scope.Path)).ToImmutableArray();
        var open = authority.Scopes.IsOpen(scope.Path, now);
        return new AdministeredScope(
            scope,
            open,
            allowed,
            children ?? authority.Scopes.ByName.Count(other => other.Path.Parent == scope.Path && authority.Sees(other.Path)),
            EntityTag.Of(new Representation(scope with { Epoch = 0 }, open, allowed)));
    }

    /// <summary>Where a scope is in its life, as far as it says itself.</summary>
    public static ScopeLife LifeOf(ScopeSnapshot scope, DateTimeOffset now) => scope switch
    {
        { Archived: true } => ScopeLife.Archived,
        _ when scope.EndsAt <= now => ScopeLife.Ended,
        { Suspended: true } => ScopeLife.Suspended,
        _ when scope.StartsAt > now => ScopeLife.Planned,
        _ => ScopeLife.Open,
    };

    /// <summary>Whether a scope's path, name or description holds a text.</summary>
    public static bool Mentions(ScopeSnapshot scope, string text) =>
        scope.Path.Value.Contains(text, StringComparison.OrdinalIgnoreCase)
        || scope.DisplayName.Contains(text, StringComparison.OrdinalIgnoreCase)
        || scope.Description?.Contains(text, StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>What the entity tag of a scope rests on: all that is shown of it but what lies below it; epochs are not shown.</summary>
    private sealed record Representation(ScopeSnapshot Scope, bool Open, ImmutableArray<Permission> Allowed);
}
