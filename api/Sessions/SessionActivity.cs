using System.Collections.Concurrent;
using Platform.Grains.Cluster;
using Platform.Grains.Sessions;
using Platform.Storage;

namespace Platform.Api.Sessions;

/// <summary>
/// Moves a session's last use forward, at most every tenth of its idle time-out. The row has no version and is only ever updated,
/// so that a late write of it cannot bring an ended session back.
/// </summary>
internal sealed class SessionActivity(IActivityStore store, TimeProvider time)
{
    private readonly ConcurrentDictionary<SessionKey, bool> _underWay = new();

    /// <summary>Records the use where that is due.</summary>
    public ValueTask TouchAsync(LiveSession live, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var idle = live.Session.IdleTimeout;

        // Requests that arrive together would all find it due; one write is enough.
        return now - live.SeenAt < idle / 10 || !_underWay.TryAdd(live.Session.Key, true)
            ? ValueTask.CompletedTask
            : WriteAsync(live.Session.Key, now, now - idle, cancellationToken);
    }

    private async ValueTask WriteAsync(SessionKey key, DateTimeOffset now, DateTimeOffset notBefore, CancellationToken cancellationToken)
    {
        try
        {
            await store.TouchAsync(new StateKey(StateNames.Session, key.Value), now, notBefore, cancellationToken);
        }
        finally
        {
            _underWay.TryRemove(key, out _);
        }
    }
}
