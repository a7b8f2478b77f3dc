using Platform.Grains.Administration.Members;
using Platform.Grains.Administration.Scopes;
using Platform.Grains.Cluster;
using Platform.Grains.Scopes;

namespace Platform.Grains.Administration.Users;

/// <summary>
/// Keeps those who administer users from leaving an infrastructure without anyone who manages it: disabling or removing its last manager is as
/// final as taking their role. The operator may.
/// </summary>
internal static class LastManagers
{
    /// <summary>Why the user has to stay; null: they need not. The commit rests on who remains, and on what the user holds.</summary>
    public static async Task<AdministrationRefusal?> RefusalAsync(
        StateTransaction transaction, AdministrationActor actor, AdministeredRow row, MemberTable members, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (row.State.Disabled)
        {
            return null;
        }

        var act = new ScopeAct(transaction, actor, row.Authority, now);
        var held = await act.MembershipsAsync(row.Key, cancellationToken);
        transaction.RestOn(StateNames.Memberships, row.Key.ToString());
        foreach (var scope in held.Items.Select(item => new ScopePath(item.Scope)).Distinct())
        {
            if (await MemberRules.RefusalOfLastManagerAsync(act, members, row.Key, scope, held, new MembershipsState(), cancellationToken) is { } last)
            {
                return last;
            }
        }

        return null;
    }
}
