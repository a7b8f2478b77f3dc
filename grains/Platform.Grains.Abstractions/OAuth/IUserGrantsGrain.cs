using System.Collections.Immutable;
using Platform.Grains.Cluster;
using Platform.Grains.Scopes;

namespace Platform.Grains.OAuth;

/// <summary>What one user gave to clients, and the tokens that they made for old services; keyed by the user's key.</summary>
[Alias("platform.IUserGrantsGrain")]
public interface IUserGrantsGrain : IExpiringGrain
{
    /// <summary>All grants and personal tokens.</summary>
    [Alias("FindAsync"), Idempotent]
    Task<UserGrantsSnapshot> FindAsync();

    /// <summary>Gives a client these OAuth scopes, beside those that it has.</summary>
    /// <param name="client">The client.</param>
    /// <param name="oauthScopes">What it gets; empty: a grant that the user can withdraw, without consent remembered.</param>
    /// <param name="context">The context that they are given for; null: none in particular.</param>
    /// <returns>The grant with its epoch.</returns>
    [Alias("GiveAsync"), Idempotent]
    Task<GrantSnapshot> GiveAsync(ClientId client, ImmutableArray<string> oauthScopes, ScopePath? context);

    /// <summary>Takes all back from a client, which ends all its tokens of this user with the same write.</summary>
    /// <returns>False where there was nothing.</returns>
    [Alias("WithdrawAsync"), Idempotent]
    Task<bool> WithdrawAsync(ClientId client);

    /// <summary>Makes a personal token. It counts from the moment that it is listed.</summary>
    /// <returns>False where the user has as many as they may.</returns>
    [Alias("AddPersonalTokenAsync"), Idempotent]
    Task<bool> AddPersonalTokenAsync(PersonalToken token, int limit);

    /// <summary>Ends a personal token.</summary>
    /// <returns>False where there is none of this handle.</returns>
    [Alias("EndPersonalTokenAsync"), Idempotent]
    Task<bool> EndPersonalTokenAsync(string handle);
}

/// <summary>Where the user of a personal token is found; keyed by the hash of the token.</summary>
[Alias("platform.IPersonalTokenGrain")]
public interface IPersonalTokenGrain : IExpiringGrain
{
    /// <summary>Notes whose token it is. Called by the user's grants grain alone, before it lists the token.</summary>
    [Alias("StartAsync"), Idempotent]
    Task StartAsync(Users.UserKey user, DateTimeOffset endsAt);

    /// <summary>Forgets it.</summary>
    [Alias("EndAsync"), Idempotent]
    Task EndAsync();
}

/// <summary>What a user gave to clients, and their personal tokens.</summary>
/// <param name="Grants">Ordered by client.</param>
/// <param name="PersonalTokens">Oldest first; some may be over.</param>
[GenerateSerializer, Immutable, Alias("platform.UserGrantsSnapshot")]
public sealed record UserGrantsSnapshot(
    [property: Id(0)] ImmutableArray<GrantSnapshot> Grants,
    [property: Id(1)] ImmutableArray<PersonalToken> PersonalTokens)
{
    /// <summary>Of a user who gave nothing yet.</summary>
    public static UserGrantsSnapshot Empty { get; } = new([], []);

    /// <summary>What a client was given; null: nothing.</summary>
    public GrantSnapshot? Find(ClientId client) => Grants.FirstOrDefault(grant => grant.Client == client);
}

/// <summary>What a user gave to one client.</summary>
/// <param name="Client">The client.</param>
/// <param name="Epoch">Another after each withdrawal: tokens made under an older one are over.</param>
/// <param name="Consents">What the user agreed to, per context.</param>
/// <param name="GivenAt">When it was given first (UTC).</param>
[GenerateSerializer, Immutable, Alias("platform.GrantSnapshot")]
public sealed record GrantSnapshot(
    [property: Id(0)] ClientId Client,
    [property: Id(1)] long Epoch,
    [property: Id(2)] ImmutableArray<ConsentSnapshot> Consents,
    [property: Id(3)] DateTimeOffset GivenAt)
{
    /// <summary>Whether the user agreed to all of these OAuth scopes for this context before.</summary>
    public bool Covers(IEnumerable<string> oauthScopes, ScopePath? context) =>
        Consents.FirstOrDefault(consent => consent.Context == context) is { } consent && oauthScopes.All(consent.OAuthScopes.Contains);
}

/// <summary>What a user agreed to for one context.</summary>
/// <param name="Context">The context; null: none in particular.</param>
/// <param name="OAuthScopes">The OAuth scopes, ordered.</param>
[GenerateSerializer, Immutable, Alias("platform.ConsentSnapshot")]
public sealed record ConsentSnapshot([property: Id(0)] ScopePath? Context, [property: Id(1)] ImmutableArray<string> OAuthScopes);

/// <summary>A token that a user made for services that know nothing newer (gCube's <c>gcube-token</c>).</summary>
/// <param name="Key">The hash of it.</param>
/// <param name="Handle">Its public name.</param>
/// <param name="Name">What its user calls it.</param>
/// <param name="Context">The scope it is for.</param>
/// <param name="ContextEpoch">The scope's revocation epoch when it was made.</param>
/// <param name="UserEpoch">The user's revocation epoch when it was made.</param>
/// <param name="CreatedAt">When it was made (UTC).</param>
/// <param name="EndsAt">When it is over (UTC).</param>
[GenerateSerializer, Immutable, Alias("platform.PersonalToken")]
public sealed record PersonalToken(
    [property: Id(0)] SecretKey Key,
    [property: Id(1)] string Handle,
    [property: Id(2)] string Name,
    [property: Id(3)] ScopePath Context,
    [property: Id(4)] long ContextEpoch,
    [property: Id(5)] long UserEpoch,
    [property: Id(6)] DateTimeOffset CreatedAt,
    [property: Id(7)] DateTimeOffset EndsAt);
