using Platform.Grains.Cluster;
using Platform.Grains.OAuth;
using Platform.Grains.Scopes;
using Platform.Storage;

namespace Platform.Grains.Sessions;

/// <inheritdoc cref="ISessionGrain"/>
[GrainType("session")]
internal sealed class SessionGrain(
    [PersistentState(StateNames.Session, StateNames.Storage)] IPersistentState<SessionState> stored,
    IActivityStore activity,
    TimeProvider time) : StatefulGrain<SessionState>(StateNames.Session, stored), ISessionGrain
{
    private StateKey ActivityKey => new(StateNames.Session, Key);

    public async Task StartAsync(SessionStart start)
    {
        if (Exists)
        {
            // A repeated call: ids are random, so a row under this key is this very session.
            return;
        }

        // The activity row comes first: the sweeper finds by it what a crash between the two writes leaves behind.
        await activity.StartAsync(ActivityKey, start.StartedAt, start.EndsAt, CancellationToken.None);
        await WriteAsync(new SessionState
        {
            Handle = start.Handle,
            User = start.User.ToString(),
            UserEpoch = start.UserEpoch,
            StartedAt = start.StartedAt,
            EndsAt = start.EndsAt,
            IdleTimeout = start.IdleTimeout,
        });
    }

    public Task<SessionSnapshot?> FindAsync() => Task.FromResult(IsAlive ? State.ToSnapshot(new SessionKey(Key)) : null);

    public async Task<bool> EnterScopeAsync(ScopePath scope, long scopeEpoch)
    {
        if (!IsAlive)
        {
            return false;
        }

        if (State.Scope != scope.Value || State.ScopeEpoch != scopeEpoch)
        {
            await WriteAsync(State with { Scope = scope.Value, ScopeEpoch = scopeEpoch });
        }

        return true;
    }

    public async Task<bool> EndAsync()
    {
        var ended = Exists;
        if (ended)
        {
            await DeleteRowAsync();
        }

        // Also where the row was gone: an earlier call may have been cut off between these writes, and the sweeper calls again while
        // there is an activity row. Clients come first, so that none is left untold.
        await GrainFactory.GetGrain<ISessionClientsGrain>(Key).LogOutAsync();
        await activity.EndAsync(ActivityKey, CancellationToken.None);
        await GrainFactory.GetGrain<ISessionAttributesGrain>(Key).ClearAsync();
        return ended;
    }

    private bool IsAlive => Exists && State.EndsAt > time.GetUtcNow();
}
