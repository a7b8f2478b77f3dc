using System.Collections.Immutable;

namespace Platform.Grains.OAuth;

/// <summary>How a client proves who it is at the token endpoint (OpenID Connect Core §9).</summary>
[Alias("platform.ClientAuthentication")]
public enum ClientAuthentication
{
    /// <summary><c>none</c>: a public client.</summary>
    None,

    /// <summary><c>client_secret_basic</c>.</summary>
    SecretBasic,

    /// <summary><c>client_secret_post</c>.</summary>
    SecretPost,

    /// <summary><c>private_key_jwt</c>.</summary>
    PrivateKeyJwt,
}

/// <summary>How a client came to be.</summary>
[Alias("platform.ClientOrigin")]
public enum ClientOrigin
{
    /// <summary>From a file that an operator imported.</summary>
    Imported,

    /// <summary>By dynamic registration (RFC 7591).</summary>
    Registered,

    /// <summary>By an administrator.</summary>
    Administered,
}

/// <summary>How a secret is kept.</summary>
[Alias("platform.SecretHashing")]
public enum SecretHashing
{
    /// <summary>SHA-256 in lower-case hexadecimal: the platform generated it, with 256 random bits.</summary>
    Sha256,

    /// <summary>The password hash with its parameters: a person chose it.</summary>
    Password,
}

/// <summary>A client's secret, as it is kept.</summary>
/// <param name="Hashing">How.</param>
/// <param name="Hash">The hash.</param>
/// <param name="EndsAt">When it stops being accepted (UTC); null: not.</param>
[GenerateSerializer, Immutable, Alias("platform.ClientSecret")]
public sealed record ClientSecret([property: Id(0)] SecretHashing Hashing, [property: Id(1)] string Hash, [property: Id(2)] DateTimeOffset? EndsAt);

/// <summary>What a client is: the metadata of RFC 7591 §2 and OpenID Connect Registration §2, and what an operator sets beside them.</summary>
[GenerateSerializer, Immutable, Alias("platform.ClientDefinition")]
public sealed record ClientDefinition
{
    /// <summary>The name that people read on the consent page.</summary>
    [Id(0)] public string Name { get; init; } = "";

    /// <summary>Its home page; null: none.</summary>
    [Id(1)] public string? ClientUri { get; init; }

    /// <summary>Its privacy policy; null: none.</summary>
    [Id(2)] public string? PolicyUri { get; init; }

    /// <summary>Its terms of service; null: none.</summary>
    [Id(3)] public string? TosUri { get; init; }

    /// <summary>Its logo's address, recorded and handed back, never loaded by our pages; null: none.</summary>
    [Id(4)] public string? LogoUri { get; init; }

    /// <summary>Mail addresses of those responsible.</summary>
    [Id(5)] public ImmutableArray<string> Contacts { get; init; } = [];

    /// <summary>Where codes are sent; matched exactly, loopback ports aside (RFC 8252 §7.3).</summary>
    [Id(6)] public ImmutableArray<string> RedirectUris { get; init; } = [];

    /// <summary>Where the browser may go after a logout (RP-Initiated Logout §2).</summary>
    [Id(7)] public ImmutableArray<string> PostLogoutRedirectUris { get; init; } = [];

    /// <summary>The grants it may use, by their <c>grant_type</c>.</summary>
    [Id(8)] public ImmutableArray<string> GrantTypes { get; init; } = ["authorization_code"];

    /// <summary>The OAuth scopes it may ask for; <c>d4s-context:*</c> stands for every context. Empty: none.</summary>
    [Id(9)] public ImmutableArray<string> OAuthScopes { get; init; } = [];

    /// <summary>How it proves who it is.</summary>
    [Id(10)] public ClientAuthentication Authentication { get; init; } = ClientAuthentication.SecretBasic;

    /// <summary>Its secrets; several while one replaces another.</summary>
    [Id(11)] public ImmutableArray<ClientSecret> Secrets { get; init; } = [];

    /// <summary>Its public keys as a JWK set (RFC 7517), a JSON text; null: none.</summary>
    [Id(12)] public string? Jwks { get; init; }

    /// <summary>Where its public keys are; null: nowhere.</summary>
    [Id(13)] public string? JwksUri { get; init; }

    /// <summary>Whether PKCE is required of this confidential client; off, a nonce is accepted instead. Public clients need it always.</summary>
    [Id(14)] public bool RequirePkce { get; init; } = true;

    /// <summary>Whether its authorization requests have to be pushed (RFC 9126 §6).</summary>
    [Id(15)] public bool RequirePushedRequests { get; init; }

    /// <summary>Whether its tokens are bound to a DPoP key (RFC 9449 §5.2).</summary>
    [Id(16)] public bool DpopBound { get; init; }

    /// <summary>Whether an administrator marked it as legacy, so that it may use the <c>password</c> grant.</summary>
    [Id(17)] public bool Legacy { get; init; }

    /// <summary>Whether it belongs to the infrastructure, so that no consent is asked for.</summary>
    [Id(18)] public bool Trusted { get; init; }

    /// <summary>Audiences that it may ask for beside the platform itself (RFC 8707 <c>resource</c>, RFC 8693 <c>audience</c>).</summary>
    [Id(19)] public ImmutableArray<string> Audiences { get; init; } = [];

    /// <summary>How long its access tokens live; null: the platform's default.</summary>
    [Id(20)] public TimeSpan? AccessTokenLifetime { get; init; }

    /// <summary>How long its ID tokens live; null: the platform's default.</summary>
    [Id(21)] public TimeSpan? IdTokenLifetime { get; init; }

    /// <summary>After how long without use its refresh tokens are over; null: the platform's default.</summary>
    [Id(22)] public TimeSpan? RefreshTokenIdleLifetime { get; init; }

    /// <summary>After how long its refresh tokens are over in any case; null: the platform's default.</summary>
    [Id(23)] public TimeSpan? RefreshTokenLifetime { get; init; }

    /// <summary>The algorithm of its ID tokens and access tokens: <c>ES256</c> or <c>RS256</c>.</summary>
    [Id(24)] public string SigningAlgorithm { get; init; } = "ES256";

    /// <summary>Whether its subjects are pairwise (OpenID Connect Core §8.1).</summary>
    [Id(25)] public bool PairwiseSubjects { get; init; }

    /// <summary>The host that pairwise subjects are made for; null: that of its redirect URIs.</summary>
    [Id(26)] public string? Sector { get; init; }

    /// <summary>Where logouts are told to it (Back-Channel Logout §2.2); null: nowhere.</summary>
    [Id(27)] public string? BackchannelLogoutUri { get; init; }

    /// <summary>Whether a logout token has to carry <c>sid</c>.</summary>
    [Id(28)] public bool BackchannelLogoutSessionRequired { get; init; }

    /// <summary>Web origins whose scripts may call token, userinfo, revocation and discovery, beside those of its redirect URIs.</summary>
    [Id(29)] public ImmutableArray<string> Origins { get; init; } = [];

    /// <summary>The authentication age that counts where a request names none (<c>default_max_age</c>); null: any.</summary>
    [Id(30)] public TimeSpan? DefaultMaxAge { get; init; }

    /// <summary>Whether its ID tokens carry <c>auth_time</c> always.</summary>
    [Id(31)] public bool RequireAuthTime { get; init; }

    /// <summary>Token requests a second that it may make; null: the platform's default.</summary>
    [Id(32)] public int? RequestsPerSecond { get; init; }

    /// <summary>Token requests that it may make at once; null: the platform's default.</summary>
    [Id(33)] public int? RequestBurst { get; init; }

    /// <summary>Whether it runs on people's devices: <c>native</c>, else <c>web</c> (OpenID Connect Registration §2).</summary>
    [Id(34)] public bool Native { get; init; }

    /// <summary>SHA-256 of the token that manages the registration (RFC 7592), lower-case hexadecimal; null: nobody manages it so.</summary>
    [Id(35)] public string? RegistrationTokenHash { get; init; }

    /// <summary>Whether refresh tokens of this confidential client are replaced at each use; those of public clients are always.</summary>
    [Id(36)] public bool RotateRefreshTokens { get; init; } = true;

    /// <summary>Further metadata of its registration that is handed back as it came, a JSON object; null: none.</summary>
    [Id(37)] public string? OtherMetadata { get; init; }

    /// <summary>The context classes that count where a request names none (<c>default_acr_values</c>).</summary>
    [Id(38)] public ImmutableArray<string> DefaultAcrValues { get; init; } = [];
}

/// <summary>A client as its grain hands it out.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Definition">What it is.</param>
/// <param name="Origin">How it came to be.</param>
/// <param name="Suspended">Whether it is refused everywhere.</param>
/// <param name="Epoch">The revocation epoch: tokens made under an older one are over.</param>
/// <param name="CreatedAt">When it was made (UTC).</param>
[GenerateSerializer, Immutable, Alias("platform.ClientSnapshot")]
public sealed record ClientSnapshot(
    [property: Id(0)] ClientId Id,
    [property: Id(1)] ClientDefinition Definition,
    [property: Id(2)] ClientOrigin Origin,
    [property: Id(3)] bool Suspended,
    [property: Id(4)] long Epoch,
    [property: Id(5)] DateTimeOffset CreatedAt)
{
    /// <summary>The users who look after it.</summary>
    [Id(6)] public ImmutableArray<Users.UserKey> Owners { get; init; } = [];

    /// <summary>Whether it has no way to prove who it is.</summary>
    public bool IsPublic => Definition.Authentication == ClientAuthentication.None;

    /// <summary>Whether it may use a grant.</summary>
    public bool MayUse(string grantType) => Definition.GrantTypes.Contains(grantType);
}
