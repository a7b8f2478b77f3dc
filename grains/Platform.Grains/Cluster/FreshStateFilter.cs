using Platform.Storage;

namespace Platform.Grains.Cluster;

/// <summary>
/// Before each turn: is the state in memory the one in the database? Several nodes may hold an activation of one grain (always on
/// the embedded engine; on the other while a node is paused or cut off), and a call must not answer from what another has replaced.
/// </summary>
internal sealed class FreshStateFilter(IStateStore store) : IIncomingGrainCallFilter
{
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        var grain = context.Grain as IRefreshableGrain;
        try
        {
            if (grain is not null)
            {
                await grain.RefreshAsync(store);
            }

            await context.Invoke();
        }
        catch (Exception failure) when (failure is StorageUnavailableException or StateUnavailableException)
        {
            // A node that is cut off from its database must not keep the grain from nodes that are not.
            grain?.GiveUp();

            // This type crosses between processes; its inner exception would not.
            throw new StateUnavailableException(failure.Message);
        }
    }
}
