using System.Collections.Immutable;

namespace Platform.Grains.Scopes;

/// <summary>What one user, or a caller without a session, finds and may enter in the hierarchy of one instant.</summary>
public sealed class ScopeAccess
{
    private readonly Dictionary<ScopePath, Membership> _memberships = [];
    private readonly IScopeCatalogue _scopes;
    private readonly DateTimeOffset _now;

    /// <summary>The access that these memberships give now; those past their end count for nothing.</summary>
    /// <param name="scopes">The hierarchy.</param>
    /// <param name="memberships">The memberships; two of one scope (the platform's own and a directory's) add up.</param>
    /// <param name="now">Now (UTC).</param>
    public ScopeAccess(IScopeCatalogue scopes, ImmutableArray<Membership> memberships, DateTimeOffset now)
    {
        _scopes = scopes;
        _now = now;
        foreach (var membership in memberships)
        {
            if (membership.Until is { } until && until <= now)
            {
                continue;
            }

            _memberships[membership.Scope] = _memberships.TryGetValue(membership.Scope, out var other)
                ? membership with { Roles = [.. other.Roles.Union(membership.Roles, StringComparer.Ordinal)] }
                : membership;
        }
    }

    /// <summary>The access of a caller without a session.</summary>
    public static ScopeAccess Anonymous(IScopeCatalogue scopes, DateTimeOffset now) => new(scopes, [], now);

    /// <summary>Whether the user is a member of the scope itself.</summary>
    public bool IsMember(ScopePath path) => _memberships.ContainsKey(path);

    /// <summary>Whether the user manages the scope, by a role in it or by one above it that covers what lies below.</summary>
    public bool Manages(ScopePath path)
    {
        if (_memberships.TryGetValue(path, out var own) && own.Roles.Any(Roles.Manages))
        {
            return true;
        }

        for (var above = path.Parent; above is { } scope; above = scope.Parent)
        {
            if (_memberships.TryGetValue(scope, out var membership) && membership.Roles.Any(Roles.CoversBelow))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the user may make the scope the current one: it is open, and they are a member or manage it.</summary>
    public bool MayEnter(ScopePath path) => _scopes.IsOpen(path, _now) && (IsMember(path) || Manages(path));

    /// <summary>Whether the scope is in the user's lists.</summary>
    public bool Lists(ScopeSnapshot scope) =>
        _scopes.IsOpen(scope.Path, _now)
        && scope.Visibility switch
        {
            ScopeVisibility.Public => true,
            ScopeVisibility.Members => IsMember(scope.Path) || Manages(scope.Path),
            _ => Manages(scope.Path),
        };

    /// <summary>The scopes in the user's lists, ordered by name and then by path (ordinal).</summary>
    public IEnumerable<ScopeSnapshot> Listed() => _scopes.ByName.Where(Lists);

    /// <summary>The user's roles in a scope, ordered: those held in it, those from above that cover it, and <c>member</c>. Empty where they may not enter.</summary>
    public IReadOnlyList<string> RolesIn(ScopePath path)
    {
        if (!MayEnter(path))
        {
            return [];
        }

        var roles = new SortedSet<string>(StringComparer.Ordinal) { Roles.Member };
        if (_memberships.TryGetValue(path, out var own))
        {
            roles.UnionWith(own.Roles);
        }

        for (var above = path.Parent; above is { } scope; above = scope.Parent)
        {
            if (_memberships.TryGetValue(scope, out var membership))
            {
                roles.UnionWith(membership.Roles.Where(Roles.CoversBelow));
            }
        }

        return [.. roles];
    }
}
