using Platform.Grains.Sessions;
using Platform.Grains.Users;

namespace Platform.Api.Users;

/// <summary>
/// Stands before every yes for a session: a user who was disabled in, or removed from, a directory loses their live sessions
/// within the re-check interval.
/// </summary>
internal interface IDirectoryRecheck
{
    /// <summary>
    /// Confirms with the session's directory that its user is still there and enabled, where this node has not done so within the
    /// interval; memberships that the directory's groups give are brought up to date by the way. While a directory is down, live
    /// sessions go on.
    /// </summary>
    /// <returns>False where the user is gone or disabled; all their sessions have ended.</returns>
    ValueTask<bool> ConfirmAsync(LiveSession session, CancellationToken cancellationToken);

    /// <summary>The same for a user who calls with a token.</summary>
    ValueTask<bool> ConfirmAsync(UserKey user, CancellationToken cancellationToken);
}
