using System.Collections.Immutable;

namespace Platform.Grains.Scopes;

/// <summary>The memberships of one user, indexed by scope, whatever the time: each look-up leaves out those that are over.</summary>
public sealed class MembershipIndex
{
    private readonly Dictionary<ScopePath, ImmutableArray<Membership>> _byScope;
    private readonly Dictionary<ScopePath, TermsSignature> _signatures;

    /// <summary>Indexes memberships. Several of one scope (the platform's own, a directory's) add up; where one is suspended, none counts.</summary>
    /// <param name="memberships">The memberships.</param>
    /// <param name="signatures">What the user signed; the newest for each scope.</param>
    public MembershipIndex(ImmutableArray<Membership> memberships, ImmutableArray<TermsSignature> signatures = default)
    {
        All = memberships;
        Signatures = signatures.IsDefault ? [] : signatures;
        _byScope = memberships
            .GroupBy(membership => membership.Scope)
            .Where(group => !group.Any(membership => membership.Suspended))
            .ToDictionary(group => group.Key, group => group.ToImmutableArray());
        _signatures = Signatures.ToDictionary(signature => signature.Scope);
    }

    /// <summary>No memberships.</summary>
    public static MembershipIndex Empty { get; } = new([]);

    /// <summary>All memberships, those that are over or suspended included.</summary>
    public ImmutableArray<Membership> All { get; }

    /// <summary>What the user signed, one for each scope.</summary>
    public ImmutableArray<TermsSignature> Signatures { get; }

    /// <summary>The user's signature under a scope's acceptable-use policy; null: none.</summary>
    public TermsSignature? SignatureOf(ScopePath scope) => _signatures.GetValueOrDefault(scope);

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

    /// <summary>Since when the user belongs to the scope or one above it; null: they do not, or it is not known since when.</summary>
    public DateTimeOffset? MemberSince(ScopePath scope, DateTimeOffset now)
    {
        DateTimeOffset? first = null;
        for (ScopePath? at = scope; at is { } path; at = path.Parent)
        {
            foreach (var membership in In(path))
            {
                if (membership.IsOver(now))
                {
                    continue;
                }

                if (membership.AcceptedAt is not { } since)
                {
                    return null;
                }

                first = first < since ? first : since;
            }
        }

        return first;
    }

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
