using System.Collections.Immutable;

namespace Platform.Grains.Scopes;

/// <summary>The memberships of one user, indexed by scope, whatever the time: each look-up leaves out those that are over.</summary>
public sealed class MembershipIndex
{
    private readonly Dictionary<ScopePath, ImmutableArray<Membership>> _byScope;

    /// <summary>Indexes memberships. Several of one scope (the platform's own, a directory's) add up.</summary>
    public MembershipIndex(ImmutableArray<Membership> memberships)
    {
        All = memberships;
        _byScope = memberships.GroupBy(membership => membership.Scope).ToDictionary(group => group.Key, group => group.ToImmutableArray());
    }

    /// <summary>No memberships.</summary>
    public static MembershipIndex Empty { get; } = new([]);

    /// <summary>All memberships, those that are over included.</summary>
    public ImmutableArray<Membership> All { get; }

    /// <summary>Whether there is a membership of the scope itself.</summary>
    public bool Contains(ScopePath scope, DateTimeOffset now)
    {
        foreach (var membership in In(scope))
        {
            if (!membership.IsOver(now))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a role in the scope itself meets the condition.</summary>
    public bool HasRole(ScopePath scope, Func<string, bool> condition, DateTimeOffset now)
    {
        foreach (var membership in In(scope))
        {
            if (!membership.IsOver(now) && membership.Roles.Any(condition))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The roles held in the scope itself.</summary>
    public IEnumerable<string> RolesIn(ScopePath scope, DateTimeOffset now) =>
        In(scope).Where(membership => !membership.IsOver(now)).SelectMany(membership => membership.Roles);

    /// <summary>The first end of a membership after <paramref name="now"/>.</summary>
    public DateTimeOffset NextEnd(DateTimeOffset now)
    {
        var next = DateTimeOffset.MaxValue;
        foreach (var membership in All)
        {
            if (membership.Until is { } until && until > now && until < next)
            {
                next = until;
            }
        }

        return next;
    }

    private ImmutableArray<Membership> In(ScopePath scope) => _byScope.GetValueOrDefault(scope, []);
}
