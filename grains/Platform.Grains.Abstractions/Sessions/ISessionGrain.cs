using Platform.Grains.Cluster;
using Platform.Grains.Scopes;
using Platform.Grains.Users;

namespace Platform.Grains.Sessions;

/// <summary>One login of a user. Without a row there is no session: an id that a client invented never becomes one.</summary>
[Alias("platform.ISessionGrain")]
public interface ISessionGrain : IGrainWithStringKey
{
    /// <summary>Makes the session. Called by the user's grain alone, which has listed it before.</summary>
    [Alias("StartAsync"), Idempotent]
    Task StartAsync(SessionStart start);

    /// <summary>The session; null where there is none, or it is over.</summary>
    [Alias("FindAsync"), Idempotent]
    Task<SessionSnapshot?> FindAsync();

    /// <summary>Sets the current scope. The caller has checked that the user may enter it; every later use checks again.</summary>
    /// <param name="scope">The scope.</param>
    /// <param name="scopeEpoch">The scope's revocation epoch at that check.</param>
    /// <returns>False where the session is over.</returns>
    [Alias("EnterScopeAsync"), Idempotent]
    Task<bool> EnterScopeAsync(ScopePath scope, long scopeEpoch);

    /// <summary>Ends the session everywhere: its row and what hangs on it are deleted before the answer.</summary>
    /// <returns>False where it was over already.</returns>
    [Alias("EndAsync"), Idempotent]
    Task<bool> EndAsync();
}

/// <summary>What a session begins with.</summary>
/// <param name="User">Whose it is.</param>
/// <param name="UserEpoch">The user's revocation epoch; a later one ends the session.</param>
/// <param name="Handle">A public name for the session, unrelated to its id.</param>
/// <param name="StartedAt">When (UTC).</param>
/// <param name="EndsAt">The absolute end (UTC).</param>
/// <param name="IdleTimeout">How long it lives without use.</param>
[GenerateSerializer, Immutable, Alias("platform.SessionStart")]
public sealed record SessionStart(
    [property: Id(0)] UserKey User,
    [property: Id(1)] long UserEpoch,
    [property: Id(2)] string Handle,
    [property: Id(3)] DateTimeOffset StartedAt,
    [property: Id(4)] DateTimeOffset EndsAt,
    [property: Id(5)] TimeSpan IdleTimeout);

/// <summary>A session as its grain hands it out.</summary>
/// <param name="Key">The hash of its id.</param>
/// <param name="Handle">A public name for the session, unrelated to its id.</param>
/// <param name="User">Whose it is.</param>
/// <param name="UserEpoch">The user's revocation epoch when it began.</param>
/// <param name="Scope">The current scope; null before one was entered.</param>
/// <param name="ScopeEpoch">The scope's revocation epoch when it was entered.</param>
/// <param name="StartedAt">When it began (UTC).</param>
/// <param name="EndsAt">The absolute end (UTC).</param>
/// <param name="IdleTimeout">How long it lives without use.</param>
[GenerateSerializer, Immutable, Alias("platform.SessionSnapshot")]
public sealed record SessionSnapshot(
    [property: Id(0)] SessionKey Key,
    [property: Id(1)] string Handle,
    [property: Id(2)] UserKey User,
    [property: Id(3)] long UserEpoch,
    [property: Id(4)] ScopePath? Scope,
    [property: Id(5)] long ScopeEpoch,
    [property: Id(6)] DateTimeOffset StartedAt,
    [property: Id(7)] DateTimeOffset EndsAt,
    [property: Id(8)] TimeSpan IdleTimeout);
