using Platform.Grains.Policies;
using Platform.Grains.Runs;
using Platform.Grains.Scopes;
using Platform.Grains.Sessions;
using Platform.Grains.Users;

namespace Platform.Grains.OAuth;

/// <summary>
/// The check that every yes to a client or a token rests on (invariant 2): one version query over all rows involved, begun after the
/// call and answered by the primary database. All methods throw where the database does not answer (invariant 7).
/// </summary>
public interface IOAuthCheck
{
    /// <summary>A client that is not suspended, with what a token request of it needs, of one instant; null where there is none.</summary>
    ValueTask<LiveClient?> FindClientAsync(ClientId id, CancellationToken cancellationToken);

    /// <summary>A client whether suspended or not; null where there is none. For pages that name it.</summary>
    ValueTask<ClientSnapshot?> DescribeClientAsync(ClientId id, CancellationToken cancellationToken);

    /// <summary>What an access token hangs on, where all of it holds now; null where anything of it is over.</summary>
    /// <param name="grounds">What the token says that it hangs on.</param>
    /// <param name="policies">What is asked of the policies at the same instant; null: nothing. It is answered where there is a live token.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask<LiveToken?> FindLiveAsync(TokenGrounds grounds, PolicyQuestion? policies, CancellationToken cancellationToken);

    /// <summary>An access token's grounds, for what asks nothing of the policies.</summary>
    ValueTask<LiveToken?> FindLiveAsync(TokenGrounds grounds, CancellationToken cancellationToken) => FindLiveAsync(grounds, null, cancellationToken);

    /// <summary>
    /// What an authorization (of a code, a device code, a refresh) hangs on, where all of it holds now; null where anything of it is over.
    /// </summary>
    ValueTask<LiveToken?> FindLiveAsync(AuthorizationSnapshot authorization, CancellationToken cancellationToken);

    /// <summary>What a personal token hangs on, where all of it holds now; null otherwise.</summary>
    /// <param name="personalToken">The token, hashed.</param>
    /// <param name="policies">What is asked of the policies at the same instant; null: nothing. It is answered where there is a live token.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask<LivePersonalToken?> FindLiveAsync(SecretKey personalToken, PolicyQuestion? policies, CancellationToken cancellationToken);

    /// <summary>A personal token's grounds, for what asks nothing of the policies.</summary>
    ValueTask<LivePersonalToken?> FindLiveAsync(SecretKey personalToken, CancellationToken cancellationToken) => FindLiveAsync(personalToken, null, cancellationToken);

    /// <summary>What a user gave to clients, now.</summary>
    ValueTask<UserGrantsSnapshot> ReadGrantsAsync(UserKey user, CancellationToken cancellationToken);
}

/// <summary>What an access token says that it hangs on, after its signature was verified.</summary>
/// <param name="TokenId">Its <c>jti</c>.</param>
/// <param name="Client">Its client.</param>
/// <param name="ClientEpoch">The client's revocation epoch when it was made.</param>
/// <param name="Family">Its family; null for a client's own token.</param>
/// <param name="Context">Its context; null: none.</param>
/// <param name="ContextEpoch">The context's revocation epoch when it was made; 0 without one.</param>
/// <param name="Run">The run that it was given to, in the place of a family; null: none.</param>
public sealed record TokenGrounds(
    string TokenId, ClientId Client, long ClientEpoch, FamilyId? Family, ScopePath? Context, long ContextEpoch, RunId? Run = null);

/// <summary>A client that was not suspended at one instant after the request arrived.</summary>
/// <param name="Client">The client.</param>
/// <param name="Access">What the client itself may do in which scope (memberships of <see cref="ClientId.AsMember"/>).</param>
public sealed record LiveClient(ClientSnapshot Client, ScopeAccess Access);

/// <summary>A token whose grounds all held at one instant after the request arrived.</summary>
/// <param name="Client">Its client.</param>
/// <param name="User">Its user, enabled; null for a client's own token.</param>
/// <param name="Session">The session that it ends with; null where there is none.</param>
/// <param name="Authorization">What the user let the client do; null for a client's own token.</param>
/// <param name="Family">The family; null for a client's own token, and where an authorization was asked about.</param>
/// <param name="Access">What its subject may do in which scope.</param>
/// <param name="Context">Its context, open, with its subject a member; null where it has none.</param>
/// <param name="Roles">The subject's roles in the context, ordered; empty without one.</param>
public sealed record LiveToken(
    ClientSnapshot Client,
    UserSnapshot? User,
    LiveSession? Session,
    AuthorizationSnapshot? Authorization,
    FamilySnapshot? Family,
    ScopeAccess Access,
    ScopeSnapshot? Context,
    IReadOnlyList<string> Roles)
{
    /// <summary>The run that the token was given to; null: none.</summary>
    public RunSnapshot? Run { get; init; }
}

/// <summary>A personal token whose grounds all held at one instant after the request arrived.</summary>
/// <param name="Token">The token.</param>
/// <param name="User">Its user, enabled.</param>
/// <param name="Access">What the user may do in which scope.</param>
/// <param name="Context">Its scope, open, with the user a member.</param>
/// <param name="Roles">The user's roles in it, ordered.</param>
public sealed record LivePersonalToken(
    PersonalToken Token,
    UserSnapshot User,
    ScopeAccess Access,
    ScopeSnapshot Context,
    IReadOnlyList<string> Roles);

/// <summary>The keys that sign and verify, read from the database after the call began, decrypted in memory alone.</summary>
public interface IKeyRing
{
    /// <summary>The ring as it is now; makes the first keys where there are none.</summary>
    /// <exception cref="KeyRingUnreadableException">The ring that there is cannot be decrypted.</exception>
    ValueTask<KeyRingSnapshot> ReadAsync(CancellationToken cancellationToken);
}

/// <summary>The ring of one instant.</summary>
/// <param name="Keys">All keys that are published, those that sign first.</param>
/// <param name="RefreshSecret">The key under which refresh tokens follow one another and are sealed, 32 bytes.</param>
/// <param name="PairwiseSecret">The key under which pairwise subjects are made, 32 bytes.</param>
public sealed record KeyRingSnapshot(IReadOnlyList<SigningKey> Keys, ReadOnlyMemory<byte> RefreshSecret, ReadOnlyMemory<byte> PairwiseSecret)
{
    /// <summary>The key that signs now.</summary>
    /// <param name="algorithm"><c>ES256</c> or <c>RS256</c>.</param>
    public SigningKey Signing(string algorithm) => Keys.First(key => key.Algorithm == algorithm && key.Signs);

    /// <summary>A published key; null where there is none of this id.</summary>
    public SigningKey? Find(string? keyId) => Keys.FirstOrDefault(key => key.Id == keyId);
}

/// <summary>A key of the ring.</summary>
/// <param name="Id">Its <c>kid</c>, the thumbprint of RFC 7638.</param>
/// <param name="Algorithm"><c>ES256</c> or <c>RS256</c>.</param>
/// <param name="PrivateKey">The key as PKCS #8, the private half included. Never leaves memory.</param>
/// <param name="Signs">Whether it is the one that signs; others are published before and after their time.</param>
/// <param name="PublishedAt">When it was first published (UTC).</param>
/// <param name="EndsAt">When the last token that it signed is over, and it goes (UTC).</param>
public sealed record SigningKey(string Id, string Algorithm, ReadOnlyMemory<byte> PrivateKey, bool Signs, DateTimeOffset PublishedAt, DateTimeOffset EndsAt);

/// <summary>Names that are used once in the whole cluster: the <c>jti</c> of client assertions and DPoP proofs (RFC 7523 §3, RFC 9449 §11.1).</summary>
public interface IUsedNames
{
    /// <summary>Uses a name.</summary>
    /// <param name="name">The name with its kind and owner; only its hash is kept.</param>
    /// <param name="endsAt">Until when it has to be remembered (UTC).</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False where it was used before.</returns>
    ValueTask<bool> TryUseAsync(string name, DateTimeOffset endsAt, CancellationToken cancellationToken);
}
