namespace Platform.Grains.Scopes;

/// <summary>What one user, or a caller without a session, finds and may enter in the hierarchy of one instant.</summary>
/// <param name="scopes">The hierarchy.</param>
/// <param name="memberships">The user's memberships.</param>
/// <param name="now">The instant (UTC).</param>
public sealed class ScopeAccess(IScopeCatalogue scopes, MembershipIndex memberships, DateTimeOffset now)
{
    /// <summary>The hierarchy that this access is to.</summary>
    public IScopeCatalogue Scopes => scopes;

    /// <summary>The access of a caller without a session.</summary>
    public static ScopeAccess Anonymous(IScopeCatalogue scopes, DateTimeOffset now) => new(scopes, MembershipIndex.Empty, now);

    /// <summary>Whether the user is a member of the scope itself.</summary>
    public bool IsMember(ScopePath path) => memberships.Contains(path, now);

    /// <summary>Whether the user manages the scope, by a role in it or by one above that covers what lies below.</summary>
    public bool Manages(ScopePath path)
    {
        if (memberships.HasRole(path, Roles.Manages, now))
        {
            return true;
        }

        for (var above = path.Parent; above is { } scope; above = scope.Parent)
        {
            if (memberships.HasRole(scope, Roles.CoversBelow, now))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the scope is there, and neither it nor what is above it is suspended or over.</summary>
    public bool IsOpen(ScopePath path) => scopes.IsOpen(path, now);

    /// <summary>Whether the user may make the scope the current one: it is open, and they are a member or manage it.</summary>
    public bool MayEnter(ScopePath path) => IsOpen(path) && (IsMember(path) || Manages(path));

    /// <summary>Whether the scope is in the user's lists: suspended and ended ones never are.</summary>
    public bool Lists(ScopeSnapshot scope) =>
        scopes.IsOpen(scope.Path, now)
        && scope.Visibility switch
        {
            ScopeVisibility.Public => true,
            ScopeVisibility.Members => IsMember(scope.Path) || Manages(scope.Path),
            _ => Manages(scope.Path),
        };

    /// <summary>The scopes in the user's lists, ordered by name and then by path (ordinal).</summary>
    public IEnumerable<ScopeSnapshot> Listed() => scopes.ByName.Where(Lists);

    /// <summary>The open scopes that the user is a member of, ordered by name and then by path (ordinal).</summary>
    public IEnumerable<ScopeSnapshot> Joined() => memberships.All
        .Select(membership => membership.Scope)
        .Distinct()
        .Where(path => IsMember(path) && MayEnter(path))
        .Select(path => scopes.Find(path)!)
        .OrderBy(scope => scope.DisplayName, StringComparer.Ordinal)
        .ThenBy(scope => scope.Path);

    /// <summary>
    /// The user's roles in a scope, ordered: those held in it, those from above that cover it, and <c>member</c>. Empty where they may not enter.
    /// </summary>
    public IReadOnlyList<string> RolesIn(ScopePath path) => IsOpen(path) ? RolesHeldIn(path) : [];

    /// <summary>The same, whether the scope is open or not: what is denied to holders of a role stays denied to them while it is suspended.</summary>
    public IReadOnlyList<string> RolesHeldIn(ScopePath path)
    {
        if (!IsMember(path) && !Manages(path))
        {
            return [];
        }

        var roles = new SortedSet<string>(memberships.RolesIn(path, now), StringComparer.Ordinal) { Roles.Member };
        for (var above = path.Parent; above is { } scope; above = scope.Parent)
        {
            roles.UnionWith(memberships.RolesIn(scope, now).Where(Roles.CoversBelow));
        }

        return [.. roles];
    }
}
