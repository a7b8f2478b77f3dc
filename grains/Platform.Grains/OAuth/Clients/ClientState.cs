using System.Collections.Immutable;

namespace Platform.Grains.OAuth.Clients;

/// <summary>The persisted shape of a client.</summary>
internal sealed record ClientState
{
    /// <summary>The version of this shape.</summary>
    public int Version { get; init; } = 2;

    public ClientOrigin Origin { get; init; }

    public bool Suspended { get; init; }

    public long Epoch { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public ClientDefinitionState Definition { get; init; } = new();

    /// <summary>The keys of the users who look after it, ordered.</summary>
    public ImmutableArray<string> Owners { get; init; } = [];

    public ClientSnapshot ToSnapshot(ClientId id) =>
        new(id, Definition.ToDefinition(), Origin, Suspended, Epoch, CreatedAt) { Owners = [.. Owners.Select(Users.UserKey.Parse)] };
}

/// <summary>The persisted shape of a client's secret.</summary>
internal sealed record ClientSecretState
{
    public SecretHashing Hashing { get; init; }

    public string Hash { get; init; } = "";

    public DateTimeOffset? EndsAt { get; init; }
}

/// <summary>The persisted shape of what a client is.</summary>
internal sealed record ClientDefinitionState
{
    public string Name { get; init; } = "";

    public string? ClientUri { get; init; }

    public string? PolicyUri { get; init; }

    public string? TosUri { get; init; }

    public string? LogoUri { get; init; }

    public ImmutableArray<string> Contacts { get; init; } = [];

    public ImmutableArray<string> RedirectUris { get; init; } = [];

    public ImmutableArray<string> PostLogoutRedirectUris { get; init; } = [];

    public ImmutableArray<string> GrantTypes { get; init; } = [];

    public ImmutableArray<string> OAuthScopes { get; init; } = [];

    public ClientAuthentication Authentication { get; init; } = ClientAuthentication.SecretBasic;

    public ImmutableArray<ClientSecretState> Secrets { get; init; } = [];

    public string? Jwks { get; init; }

    public string? JwksUri { get; init; }

    public bool RequirePkce { get; init; } = true;

    public bool RequirePushedRequests { get; init; }

    public bool DpopBound { get; init; }

    public bool Legacy { get; init; }

    public bool Trusted { get; init; }

    public ImmutableArray<string> Audiences { get; init; } = [];

    public TimeSpan? AccessTokenLifetime { get; init; }

    public TimeSpan? IdTokenLifetime { get; init; }

    public TimeSpan? RefreshTokenIdleLifetime { get; init; }

    public TimeSpan? RefreshTokenLifetime { get; init; }

    public string SigningAlgorithm { get; init; } = "ES256";

    public bool PairwiseSubjects { get; init; }

    public string? Sector { get; init; }

    public string? BackchannelLogoutUri { get; init; }

    public bool BackchannelLogoutSessionRequired { get; init; }

    public ImmutableArray<string> Origins { get; init; } = [];

    public TimeSpan? DefaultMaxAge { get; init; }

    public bool RequireAuthTime { get; init; }

    public int? RequestsPerSecond { get; init; }

    public int? RequestBurst { get; init; }

    public bool Native { get; init; }

    public string? RegistrationTokenHash { get; init; }

    public bool RotateRefreshTokens { get; init; } = true;

    public string? OtherMetadata { get; init; }

    public ImmutableArray<string> DefaultAcrValues { get; init; } = [];

    public static ClientDefinitionState From(ClientDefinition definition) => new()
    {
        Name = definition.Name,
        ClientUri = definition.ClientUri,
        PolicyUri = definition.PolicyUri,
        TosUri = definition.TosUri,
        LogoUri = definition.LogoUri,
        Contacts = definition.Contacts,
        RedirectUris = definition.RedirectUris,
        PostLogoutRedirectUris = definition.PostLogoutRedirectUris,
        GrantTypes = definition.GrantTypes,
        OAuthScopes = definition.OAuthScopes,
        Authentication = definition.Authentication,
        Secrets = [.. definition.Secrets.Select(secret => new ClientSecretState { Hashing = secret.Hashing, Hash = secret.Hash, EndsAt = secret.EndsAt })],
        Jwks = definition.Jwks,
        JwksUri = definition.JwksUri,
        RequirePkce = definition.RequirePkce,
        RequirePushedRequests = definition.RequirePushedRequests,
        DpopBound = definition.DpopBound,
        Legacy = definition.Legacy,
        Trusted = definition.Trusted,
        Audiences = definition.Audiences,
        AccessTokenLifetime = definition.AccessTokenLifetime,
        IdTokenLifetime = definition.IdTokenLifetime,
        RefreshTokenIdleLifetime = definition.RefreshTokenIdleLifetime,
        RefreshTokenLifetime = definition.RefreshTokenLifetime,
        SigningAlgorithm = definition.SigningAlgorithm,
        PairwiseSubjects = definition.PairwiseSubjects,
        Sector = definition.Sector,
        BackchannelLogoutUri = definition.BackchannelLogoutUri,
        BackchannelLogoutSessionRequired = definition.BackchannelLogoutSessionRequired,
        Origins = definition.Origins,
        DefaultMaxAge = definition.DefaultMaxAge,
        RequireAuthTime = definition.RequireAuthTime,
        RequestsPerSecond = definition.RequestsPerSecond,
        RequestBurst = definition.RequestBurst,
        Native = definition.Native,
        RegistrationTokenHash = definition.RegistrationTokenHash,
        RotateRefreshTokens = definition.RotateRefreshTokens,
        OtherMetadata = definition.OtherMetadata,
        DefaultAcrValues = definition.DefaultAcrValues,
    };

    public ClientDefinition ToDefinition() => new()
    {
        Name = Name,
        ClientUri = ClientUri,
        PolicyUri = PolicyUri,
        TosUri = TosUri,
        LogoUri = LogoUri,
        Contacts = Contacts,
        RedirectUris = RedirectUris,
        PostLogoutRedirectUris = PostLogoutRedirectUris,
        GrantTypes = GrantTypes,
        OAuthScopes = OAuthScopes,
        Authentication = Authentication,
        Secrets = [.. Secrets.Select(secret => new ClientSecret(secret.Hashing, secret.Hash, secret.EndsAt))],
        Jwks = Jwks,
        JwksUri = JwksUri,
        RequirePkce = RequirePkce,
        RequirePushedRequests = RequirePushedRequests,
        DpopBound = DpopBound,
        Legacy = Legacy,
        Trusted = Trusted,
        Audiences = Audiences,
        AccessTokenLifetime = AccessTokenLifetime,
        IdTokenLifetime = IdTokenLifetime,
        RefreshTokenIdleLifetime = RefreshTokenIdleLifetime,
        RefreshTokenLifetime = RefreshTokenLifetime,
        SigningAlgorithm = SigningAlgorithm,
        PairwiseSubjects = PairwiseSubjects,
        Sector = Sector,
        BackchannelLogoutUri = BackchannelLogoutUri,
        BackchannelLogoutSessionRequired = BackchannelLogoutSessionRequired,
        Origins = Origins,
        DefaultMaxAge = DefaultMaxAge,
        RequireAuthTime = RequireAuthTime,
        RequestsPerSecond = RequestsPerSecond,
        RequestBurst = RequestBurst,
        Native = Native,
        RegistrationTokenHash = RegistrationTokenHash,
        RotateRefreshTokens = RotateRefreshTokens,
        OtherMetadata = OtherMetadata,
        DefaultAcrValues = DefaultAcrValues,
    };
}
