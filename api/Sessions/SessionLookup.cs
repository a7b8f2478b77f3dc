using Platform.Api.Users;
using Platform.Grains.Policies;
using Platform.Grains.Sessions;

namespace Platform.Api.Sessions;

/// <summary>
/// Finds a session that is alive and whose user their directory still knows, and notes its use. The one way to take a session for valid,
/// whatever its id or key came with.
/// </summary>
internal sealed class SessionLookup(ISessionCheck sessions, IDirectoryRecheck directories, SessionActivity activity)
{
    /// <summary>The live session; null where there is none. Throws where the database does not answer.</summary>
    /// <param name="key">Which.</param>
    /// <param name="question">What is asked of the policies at the same instant; null: nothing.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<LiveSession?> FindAsync(SessionKey key, PolicyQuestion? question, CancellationToken cancellationToken)
    {
        if (await sessions.FindLiveAsync(key, question, cancellationToken) is not { } live)
        {
            return null;
        }

        var confirmation = directories.ConfirmAsync(live, cancellationToken);
        var asked = !confirmation.IsCompleted;
        if (!await confirmation)
        {
            return null;
        }

        // The directory may have taken away what the session was found with: the yes rests on what holds since (invariant 2).
        if (asked && (live = await sessions.FindLiveAsync(key, question, cancellationToken)) is null)
        {
            return null;
        }

        await activity.TouchAsync(live, cancellationToken);
        return live;
    }
}
