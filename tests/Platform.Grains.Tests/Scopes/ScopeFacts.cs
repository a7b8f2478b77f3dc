using Platform.Grains.Administration;
using Platform.Grains.Administration.Scopes;
using Platform.Grains.Cluster;
using Platform.Grains.Scopes;
using Platform.Grains.Tests.Hosts;
using Platform.Grains.Users;

namespace Platform.Grains.Tests.Scopes;

/// <summary>Memberships and closed scopes for tests that are about what hangs on them.</summary>
internal static class ScopeFacts
{
    private static readonly AdministrationActor Operator = AdministrationActor.Operator("root");

    /// <summary>Gives or replaces a membership of the platform's own, of a scope that there may be or not.</summary>
    public static Task AdmitAsync(this GrainNodes nodes, UserKey user, Membership membership) => ChangeAsync(nodes, user, state => state.WithOwn(membership));

    /// <summary>Takes it away.</summary>
    public static Task ExpelAsync(this GrainNodes nodes, UserKey user, ScopePath scope) => ChangeAsync(nodes, user, state => state.WithoutOwn(scope));

    /// <summary>Closes a scope.</summary>
    public static async Task SuspendAsync(this GrainNodes nodes, ScopePath scope) =>
        Assert.True((await nodes.Get<ScopeAdministration>(0).SuspendAsync(Operator, scope, null, CancellationToken.None)).IsDone);

    /// <summary>Opens it again.</summary>
    public static async Task ReopenAsync(this GrainNodes nodes, ScopePath scope) =>
        Assert.True((await nodes.Get<ScopeAdministration>(0).ReopenAsync(Operator, scope, null, CancellationToken.None)).IsDone);

    private static Task ChangeAsync(GrainNodes nodes, UserKey user, Func<MembershipsState, MembershipsState> change) => StateTransaction.RunAsync(
        nodes.States(0),
        async (transaction, token) =>
        {
            var state = await transaction.FindAsync<MembershipsState>(StateNames.Memberships, user.ToString(), token) ?? new MembershipsState();
            transaction.Set(StateNames.Memberships, user.ToString(), change(state));
            return true;
        },
        CancellationToken.None);
}
