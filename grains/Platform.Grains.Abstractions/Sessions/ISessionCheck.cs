using Platform.Grains.Policies;
using Platform.Grains.Scopes;
using Platform.Grains.Users;

namespace Platform.Grains.Sessions;

/// <summary>
/// The check that every yes rests on (invariant 2): one version query over the session, its user, the memberships and the
/// hierarchy, begun after the call and answered by the primary database.
/// </summary>
public interface ISessionCheck
{
    /// <summary>Checks a session. Throws where the database does not answer; never says yes then (invariant 7).</summary>
    /// <param name="key">The session.</param>
    /// <param name="policies">What is asked of the policies at the same instant; null: nothing. It is answered where the session is alive.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The live session with what it hangs on; null where the session is not, or no longer, alive.</returns>
    ValueTask<LiveSession?> FindLiveAsync(SessionKey key, PolicyQuestion? policies, CancellationToken cancellationToken);

    /// <summary>Checks a session for what asks nothing of the policies.</summary>
    ValueTask<LiveSession?> FindLiveAsync(SessionKey key, CancellationToken cancellationToken) => FindLiveAsync(key, null, cancellationToken);

    /// <summary>A user's sessions that are alive now, oldest first.</summary>
    ValueTask<IReadOnlyList<ListedSession>> ListLiveAsync(UserSnapshot user, CancellationToken cancellationToken);

    /// <summary>The hierarchy as it is now, for callers without a session.</summary>
    ValueTask<IScopeCatalogue> ReadScopesAsync(CancellationToken cancellationToken);
}

/// <summary>A session that was alive at one instant after the request arrived, and all the facts of that instant.</summary>
/// <param name="Session">The session.</param>
/// <param name="User">Its user, enabled.</param>
/// <param name="SeenAt">The last recorded use (UTC).</param>
/// <param name="Access">What the user may do in which scope.</param>
/// <param name="Scope">The session's current scope where the user may still be in it; null otherwise.</param>
/// <param name="Roles">The user's roles in that scope, ordered; <c>member</c> included.</param>
public sealed record LiveSession(
    SessionSnapshot Session,
    UserSnapshot User,
    DateTimeOffset SeenAt,
    ScopeAccess Access,
    ScopeSnapshot? Scope,
    IReadOnlyList<string> Roles);

/// <summary>A live session in its owner's list.</summary>
/// <param name="Entry">What the user's list says of it.</param>
/// <param name="SeenAt">The last recorded use (UTC).</param>
/// <param name="Scope">The scope it was last in; null before one was entered.</param>
public sealed record ListedSession(UserSession Entry, DateTimeOffset SeenAt, ScopePath? Scope);
