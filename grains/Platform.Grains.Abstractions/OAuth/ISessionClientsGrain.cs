using System.Collections.Immutable;
using Platform.Grains.Cluster;
using Platform.Grains.Users;

namespace Platform.Grains.OAuth;

/// <summary>
/// The clients that have to be told when a session ends (OpenID Connect Back-Channel Logout), keyed like the session. It outlives the
/// session until they have been told, so that a node that dies loses no logout.
/// </summary>
[Alias("platform.ISessionClientsGrain")]
public interface ISessionClientsGrain : IGrainWithStringKey
{
    /// <summary>Lists a client, before it is given anything of the session.</summary>
    [Alias("AddAsync"), Idempotent]
    Task AddAsync(ClientId client, LoginDescription login);

    /// <summary>The session has ended: from now on the clients are due to be told. Called by the session's grain.</summary>
    /// <returns>Whether there is anybody to tell.</returns>
    [Alias("LogOutAsync"), Idempotent]
    Task<bool> LogOutAsync();

    /// <summary>Takes on telling them. For a while nobody else is given the same; what is not settled by then is due again, a few times.</summary>
    /// <returns>Whom to tell; null where nobody is due.</returns>
    [Alias("ClaimAsync"), Idempotent]
    Task<LogoutNotice?> ClaimAsync();

    /// <summary>Takes those off that were told, or are not there to be told.</summary>
    [Alias("SettleAsync"), Idempotent]
    Task SettleAsync(ImmutableArray<ClientId> told);
}

/// <summary>A login as clients know it.</summary>
/// <param name="Handle">The session's public name, the <c>sid</c>.</param>
/// <param name="User">Whose it is.</param>
/// <param name="EndsAt">The session's absolute end (UTC).</param>
[GenerateSerializer, Immutable, Alias("platform.LoginDescription")]
public sealed record LoginDescription([property: Id(0)] string Handle, [property: Id(1)] UserKey User, [property: Id(2)] DateTimeOffset EndsAt);

/// <summary>Who has to be told of which logout.</summary>
/// <param name="Handle">The session's public name, the <c>sid</c>.</param>
/// <param name="User">Whose it was.</param>
/// <param name="Clients">The clients.</param>
/// <param name="LastAttempt">Whether it is given out for the last time.</param>
[GenerateSerializer, Immutable, Alias("platform.LogoutNotice")]
public sealed record LogoutNotice(
    [property: Id(0)] string Handle, [property: Id(1)] UserKey User, [property: Id(2)] ImmutableArray<ClientId> Clients, [property: Id(3)] bool LastAttempt);
