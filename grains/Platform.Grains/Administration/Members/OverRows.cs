using Platform.Grains.Administration.Scopes;
using Platform.Grains.Cluster;
using Platform.Grains.Scopes;
using Platform.Storage;

namespace Platform.Grains.Administration.Members;

/// <summary>
/// Deletes invitations that are over, and memberships that have been over for long; a suspended one is kept, since without it the user could
/// join anew.
/// </summary>
internal sealed class OverRows(IStateStore store, IActivityStore activity, MemberTable table) : IExpiredRows
{
    private const int Batch = 500;

    private static readonly TimeSpan MembershipsAreKept = TimeSpan.FromDays(90);

    public async Task<int> PurgeAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        await PurgeInvitationsAsync(now, cancellationToken) + await PurgeMembershipsAsync(now, cancellationToken);

    private async Task<int> PurgeInvitationsAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var keys = await activity.FindOverAsync(StateNames.Invitation, DateTimeOffset.MinValue, now, Batch, cancellationToken);
        foreach (var key in keys)
        {
            await StateTransaction.RunAsync(
                store,
                async (transaction, token) =>
                {
                    if (await transaction.FindAsync<InvitationState>(StateNames.Invitation, key, token) is not null)
                    {
                        transaction.Remove(StateNames.Invitation, key);
                    }

                    return key;
                },
                cancellationToken);
            await activity.EndAsync(new StateKey(StateNames.Invitation, key), cancellationToken);
        }

        return keys.Count;
    }

    private async Task<int> PurgeMembershipsAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var since = now - MembershipsAreKept;
        var purged = 0;
        foreach (var user in await table.OverSinceAsync(since, Batch, cancellationToken))
        {
            purged += await StateTransaction.RunAsync(store, (transaction, token) => PurgeAsync(transaction, user, since, now, token), cancellationToken);
        }

        return purged;
    }

    private static async Task<int> PurgeAsync(
        StateTransaction transaction, string user, DateTimeOffset since, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await transaction.FindAsync<MembershipsState>(StateNames.Memberships, user, cancellationToken) is not { } state)
        {
            return 0;
        }

        var kept = state.With(state.Items.Where(item => item.Suspended || !(item.Until <= since))) with
        {
            Requests = state.Requests.RemoveAll(request => request.RejectedAt + ScopeAct.RejectedRequestsAreKept <= now),
        };
        if (kept.Items.Length < state.Items.Length)
        {
            transaction.Set(StateNames.Memberships, user, kept);
        }

        return state.Items.Length - kept.Items.Length;
    }
}
