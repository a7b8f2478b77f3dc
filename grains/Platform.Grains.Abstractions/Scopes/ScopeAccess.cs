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

    /// <summary>Whether the user has a membership, over or not, of a scope that lies below this one.</summary>
    public bool BelongsBelow(ScopePath path) => memberships.All.Any(membership => path.Covers(membership.Scope));

    /// <summary>Whether the user manages the scope, by a role in it or by one above that covers what lies below.</summary>
    public bool Manages(ScopePath path) => HoldsRole(path, Roles.Manages);

    /// <summary>Whether the user may do something in the scope, by a role in it or by one above that covers what lies below (<see cref="RolePermissions"/>).</summary>
    public bool Allows(Permission permission, ScopePath path) => HoldsRole(path, role => RolePermissions.Allows(role, permission));

    /// <summary>Whether the user may do all of these in the scope by roles that hold in what lies below it, too.</summary>
    public bool HoldsBelow(IEnumerable<Permission> permissions, ScopePath path) => permissions.All(
        permission => HoldsRole(path, role => Roles.CoversBelow(role) && RolePermissions.Allows(role, permission)));

    /// <summary>Whether the user may do something at one of the infrastructures, and so for all: users and clients belong to none in particular.</summary>
    public bool AllowsAnywhere(Permission permission) =>
        memberships.All.Any(membership => membership.Scope.Kind == ScopeKind.Infrastructure && Allows(permission, membership.Scope));

    /// <summary>Whether the user may do anything in any scope that members may not: they find something in the console.</summary>
    public bool AllowsAnything() => AdministeredFrom().Any();

    /// <summary>The scopes that the user may do something in by a role held there, and not by one from above, ordered by path.</summary>
    public IEnumerable<ScopePath> AdministeredFrom() => memberships.All
        .Select(membership => membership.Scope)
        .Distinct()
        .Where(scope => memberships.HasRole(scope, role => RolePermissions.Of(role).Count > 0, now))
        .Where(scope => !(scope.Parent is { } parent && HoldsRole(parent, Roles.CoversBelow)))
        .OrderBy(scope => scope);

    /// <summary>Whether the scope is there, and neither it nor what is above it is suspended or over.</summary>
    public bool IsOpen(ScopePath path) => scopes.IsOpen(path, now);

    /// <summary>Whether the user may make the scope the current one: it is open, they are a member or manage it, and have signed what it asks.</summary>
    public bool MayEnter(ScopePath path) => IsOpen(path) && (IsMember(path) || Manages(path)) && TermsHoldUntil(path) > now;

    /// <summary>The scopes, from the top, whose acceptable-use policy the user should sign for this one; some may still be in their grace.</summary>
    public IEnumerable<ScopeSnapshot> TermsDueFor(ScopePath path) => scopes.WithTerms
        .Where(scope => scope.Path.Covers(path) && scope.Terms!.AreDue(memberships.SignatureOf(scope.Path), now));

    /// <summary>The first instant at which what this access says may change without a change of what it rests on.</summary>
    public DateTimeOffset NextChange()
    {
        var next = memberships.NextEnd(now);
        var scope = scopes.NextChange(now);
        next = scope < next ? scope : next;
        foreach (var asking in scopes.WithTerms)
        {
            // Whether there is grace depends on the scope that is entered; both instants count.
            var signature = memberships.SignatureOf(asking.Path);
            next = Sooner(next, asking.Terms!.HoldsUntil(signature, null));
        }

        return next;
    }


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
    public IReadOnlyList<string> RolesIn(ScopePath path) => MayEnter(path) ? RolesHeldIn(path) : [];

    /// <summary>The same, whether they may enter or not: what is denied to holders of a role stays denied to them while it is suspended.</summary>
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

    private bool HoldsRole(ScopePath path, Func<string, bool> condition)
    {
        if (memberships.HasRole(path, condition, now))
        {
            return true;
        }

        for (var above = path.Parent; above is { } scope; above = scope.Parent)
        {
            if (memberships.HasRole(scope, role => Roles.CoversBelow(role) && condition(role), now))
            {
                return true;
            }
        }

        return false;
    }

    private DateTimeOffset TermsHoldUntil(ScopePath path)
    {
        var until = DateTimeOffset.MaxValue;
        for (ScopePath? at = path; at is { } scope; at = scope.Parent)
        {
            if (scopes.Find(scope) is { Terms: { } terms })
            {
                var holds = terms.HoldsUntil(memberships.SignatureOf(scope), memberships.MemberSince(path, now));
                until = holds < until ? holds : until;
            }
        }

        return until;
    }

    private DateTimeOffset Sooner(DateTimeOffset next, DateTimeOffset instant) => instant > now && instant < next ? instant : next;
}
