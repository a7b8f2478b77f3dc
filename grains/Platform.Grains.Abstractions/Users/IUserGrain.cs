using System.Collections.Immutable;
using Platform.Grains.Cluster;
using Platform.Grains.Sessions;

namespace Platform.Grains.Users;

/// <summary>One person as one directory knows them, with the list of their sessions.</summary>
[Alias("platform.IUserGrain")]
public interface IUserGrain : IGrainWithStringKey
{
    /// <summary>The user; null where this user has never been seen.</summary>
    [Alias("FindAsync"), Idempotent]
    Task<UserSnapshot?> FindAsync();

    /// <summary>The password hash of a local user; null where there is none. Only the local directory asks.</summary>
    [Alias("FindCredentialAsync"), Idempotent]
    Task<LocalCredential?> FindCredentialAsync();

    /// <summary>Replaces the password hash by one of the same password with today's work factor.</summary>
    /// <returns>False where the hash is no longer the one that was verified.</returns>
    [Alias("UpgradePasswordHashAsync"), Idempotent]
    Task<bool> UpgradePasswordHashAsync(string verifiedHash, string newHash);

    /// <summary>
    /// Takes note of a verified login and begins a session; over the limit the oldest session ends with the same write.
    /// Repeating it with the same key begins no second one.
    /// </summary>
    [Alias("StartSessionAsync"), Idempotent]
    Task<StartSessionResult> StartSessionAsync(StartSession command);

    /// <summary>Takes an ended session off the list.</summary>
    [Alias("ForgetSessionAsync"), Idempotent]
    Task ForgetSessionAsync(string handle);

    /// <summary>Ends all sessions with one write.</summary>
    [Alias("EndAllSessionsAsync"), Idempotent]
    Task EndAllSessionsAsync();

    /// <summary>Takes note of a verified login that begins no session.</summary>
    /// <returns>The user; null where they are disabled, or all sessions were ended since the login was verified.</returns>
    [Alias("AcceptLoginAsync"), Idempotent]
    Task<UserSnapshot?> AcceptLoginAsync(AcceptLogin command);
}

/// <summary>What the local directory verifies a password against.</summary>
/// <param name="PasswordHash">The hash with its parameters.</param>
/// <param name="Profile">The profile of the user.</param>
/// <param name="Disabled">Whether login is refused.</param>
/// <param name="Epoch">The revocation epoch that the password is verified under.</param>
[GenerateSerializer, Immutable, Alias("platform.LocalCredential")]
public sealed record LocalCredential(
    [property: Id(0)] string PasswordHash,
    [property: Id(1)] UserProfile Profile,
    [property: Id(2)] bool Disabled,
    [property: Id(3)] long Epoch);

/// <summary>What a directory says of a user.</summary>
/// <param name="UserName">The name, as the directory spells it.</param>
/// <param name="DisplayName">The full name.</param>
/// <param name="Mail">The mail address; null where there is none.</param>
[GenerateSerializer, Immutable, Alias("platform.UserProfile")]
public sealed record UserProfile([property: Id(0)] string UserName, [property: Id(1)] string DisplayName, [property: Id(2)] string? Mail);

/// <summary>A user as their grain hands them out, without any credential.</summary>
/// <param name="Key">Directory and immutable id.</param>
/// <param name="Profile">Name, full name, mail.</param>
/// <param name="Disabled">Whether login is refused.</param>
/// <param name="Epoch">The revocation epoch: sessions that began under an older one are over.</param>
/// <param name="Sessions">The sessions that may be alive, oldest first.</param>
/// <param name="KnownAddresses">Addresses that the user has logged in from, newest last; bounded.</param>
[GenerateSerializer, Immutable, Alias("platform.UserSnapshot")]
public sealed record UserSnapshot(
    [property: Id(0)] UserKey Key,
    [property: Id(1)] UserProfile Profile,
    [property: Id(2)] bool Disabled,
    [property: Id(3)] long Epoch,
    [property: Id(4)] ImmutableArray<UserSession> Sessions,
    [property: Id(5)] ImmutableArray<string> KnownAddresses);

/// <summary>A session in its user's list.</summary>
/// <param name="Key">The hash of its id.</param>
/// <param name="Handle">Its public name.</param>
/// <param name="StartedAt">When it began (UTC).</param>
/// <param name="EndsAt">The absolute end (UTC).</param>
/// <param name="Address">Where the login came from.</param>
/// <param name="UserAgent">What the client called itself, cut to 256 characters.</param>
[GenerateSerializer, Immutable, Alias("platform.UserSession")]
public sealed record UserSession(
    [property: Id(0)] SessionKey Key,
    [property: Id(1)] string Handle,
    [property: Id(2)] DateTimeOffset StartedAt,
    [property: Id(3)] DateTimeOffset EndsAt,
    [property: Id(4)] string Address,
    [property: Id(5)] string UserAgent);

/// <summary>A verified login.</summary>
/// <param name="Key">The hash of the new session's id.</param>
/// <param name="Profile">What the directory says now.</param>
/// <param name="Address">Where the login came from.</param>
/// <param name="UserAgent">What the client called itself.</param>
/// <param name="IdleTimeout">How long the session lives without use.</param>
/// <param name="Lifetime">How long it lives at the most.</param>
/// <param name="Limit">How many sessions the user may have.</param>
/// <param name="Epoch">The revocation epoch that the login was verified under; null where the directory keeps none.</param>
[GenerateSerializer, Immutable, Alias("platform.StartSession")]
public sealed record StartSession(
    [property: Id(0)] SessionKey Key,
    [property: Id(1)] UserProfile Profile,
    [property: Id(2)] string Address,
    [property: Id(3)] string UserAgent,
    [property: Id(4)] TimeSpan IdleTimeout,
    [property: Id(5)] TimeSpan Lifetime,
    [property: Id(6)] int Limit,
    [property: Id(7)] long? Epoch = null);

/// <summary>How <see cref="IUserGrain.StartSessionAsync"/> ended.</summary>
/// <param name="Session">The session; null where the user is disabled, or all sessions were ended since the login was verified.</param>
[GenerateSerializer, Immutable, Alias("platform.StartSessionResult")]
public sealed record StartSessionResult([property: Id(0)] SessionSnapshot? Session);

/// <summary>A verified login that begins no session.</summary>
/// <param name="Profile">What the directory says now.</param>
/// <param name="Address">Where the login came from.</param>
/// <param name="Epoch">The revocation epoch that the login was verified under; null where the directory keeps none.</param>
[GenerateSerializer, Immutable, Alias("platform.AcceptLogin")]
public sealed record AcceptLogin([property: Id(0)] UserProfile Profile, [property: Id(1)] string Address, [property: Id(2)] long? Epoch);
