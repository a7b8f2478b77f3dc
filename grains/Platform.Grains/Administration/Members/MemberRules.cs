using System.Collections.Immutable;
using Platform.Grains.Administration.Scopes;
using Platform.Grains.Cluster;
using Platform.Grains.OAuth;
using Platform.Grains.Scopes;
using Platform.Grains.Users;

namespace Platform.Grains.Administration.Members;

/// <summary>What holds for everyone's place in a scope, whoever changes it.</summary>
internal static class MemberRules
{
    /// <summary>How many requests of one user may wait at a time.</summary>
    public const int MaxRequests = 50;

    public static AdministrationRefusal NoSuchMember { get; } = new(RefusalKind.NotFound, "no-such-member", "There is no such member.");

    public static AdministrationRefusal NoSuchRequest { get; } = new(RefusalKind.NotFound, "no-such-request", "There is no such request that waits.");

    public static AdministrationRefusal SuspendedMember { get; } =
        AdministrationRefusal.Conflict("membership-suspended", "The membership is suspended; a manager has to end the suspension first.");

    /// <summary>Reads roles in their one spelling, without <c>member</c>, which every membership implies.</summary>
    public static AdministrationRefusal? Read(ImmutableArray<string> roles, ScopePath scope, out ImmutableArray<string> read)
    {
        read = [];
        if (roles.IsDefault || roles.Length > 2 * Roles.All.Count)
        {
            return AdministrationRefusal.Invalid("roles", "The roles are a list.");
        }

        var spelled = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var role in roles)
        {
            if (role is null || !Roles.All.TryGetValue(role, out var one))
            {
                return AdministrationRefusal.Invalid("roles", $"A role is one of {string.Join(", ", Roles.All.Values.Order(StringComparer.Ordinal))}.");
            }

            if (!Roles.FitsAt(one, scope.Kind))
            {
                return AdministrationRefusal.Invalid("roles", $"{one} is not held in a scope of this kind.");
            }

            spelled.Add(one);
        }

        spelled.Remove(Roles.Member);
        read = [.. spelled];
        return null;
    }

    /// <summary>Why the actor may not give these roles, or take them; null: they may.</summary>
    public static AdministrationRefusal? RefusalOfRoles(ScopeAct act, IEnumerable<string> roles, ScopePath scope) =>
        roles.FirstOrDefault(role => !act.Authority.MayGive(role, scope)) is { } role
            ? new AdministrationRefusal(RefusalKind.Forbidden, "not-yours-to-give", $"You may not give or take the role {role} in {scope}: you do not hold all that it allows.", "roles")
            : null;

    /// <summary>All of a user's memberships of a scope, whatever gives them.</summary>
    public static ImmutableArray<MembershipState> Of(MembershipsState state, ScopePath scope) => [.. state.Items.Where(item => item.Scope == scope.Value)];

    /// <summary>Shows a member; without memberships where there are none.</summary>
    public static AdministeredMember Show(KnownUser user, MembershipsState state, ScopePath scope) => Show(user, scope, Of(state, scope));

    /// <summary>Shows a member.</summary>
    public static AdministeredMember Show(KnownUser user, ScopePath scope, ImmutableArray<MembershipState> items) =>
        new(user, scope, [.. items.Select(item => item.ToMembership())], EntityTag.Of(items));

    /// <summary>
    /// Why a change would leave an infrastructure without anyone who manages it for good; null: it would not. The operator may, and can name
    /// another. The commit rests on who remains.
    /// </summary>
    public static async Task<AdministrationRefusal?> RefusalOfLastManagerAsync(
        ScopeAct act, MemberTable table, UserKey user, ScopePath scope, MembershipsState before, MembershipsState after, CancellationToken cancellationToken)
    {
        if (scope.Kind != ScopeKind.Infrastructure || act.Actor.Subject is null || !Manages(before, scope, act.Now, forGood: false) || Manages(after, scope, act.Now, forGood: true))
        {
            return null;
        }

        foreach (var other in await table.HoldersAsync(scope, Roles.InfrastructureManager, cancellationToken))
        {
            if (other == user || other.Directory == ClientId.MemberDirectory)
            {
                continue;
            }

            var state = await act.MembershipsAsync(other, cancellationToken);
            var person = await act.Transaction.FindAsync<UserState>(StateNames.User, other.ToString(), cancellationToken);
            if (person is { Disabled: false } && Manages(state, scope, act.Now, forGood: true))
            {
                act.Transaction.RestOn(StateNames.Memberships, other.ToString());
                act.Transaction.RestOn(StateNames.User, other.ToString());
                return null;
            }
        }

        return AdministrationRefusal.Conflict(
            "last-manager", $"Nobody else manages {scope} for good; the operator can take this role at the command line of the machine.");
    }

    private static bool Manages(MembershipsState state, ScopePath scope, DateTimeOffset now, bool forGood)
    {
        var items = Of(state, scope);
        return !items.Any(item => item.Suspended)
            && items.Any(item => item.Roles.Contains(Roles.InfrastructureManager) && (item.Until is null || (!forGood && item.Until > now)));
    }
}
