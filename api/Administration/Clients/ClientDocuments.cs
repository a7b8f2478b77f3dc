using System.Collections.Immutable;
using System.Text.Json;
using Platform.Api.Administration.Http;
using Platform.Api.OAuth.Registration;
using Platform.Grains.OAuth;

namespace Platform.Api.Administration.Clients;

/// <summary>What a request says of a client; what it leaves out stays as it is. Times are seconds.</summary>
internal record ClientBody
{
    public Given<string?> Name { get; init; }

    public Given<string?> ClientUri { get; init; }

    public Given<string?> PolicyUri { get; init; }

    public Given<string?> TosUri { get; init; }

    public Given<string?> LogoUri { get; init; }

    public Given<ImmutableArray<string>> Contacts { get; init; }

    public Given<ImmutableArray<string>> RedirectUris { get; init; }

    public Given<ImmutableArray<string>> PostLogoutRedirectUris { get; init; }

    public Given<ImmutableArray<string>> GrantTypes { get; init; }

    /// <summary>The OAuth scopes it may ask for.</summary>
    public Given<ImmutableArray<string>> OauthScopes { get; init; }

    /// <summary>As in metadata: <c>none</c>, <c>client_secret_basic</c>, <c>client_secret_post</c>, <c>private_key_jwt</c>.</summary>
    public Given<string?> Authentication { get; init; }

    /// <summary>A JWK set.</summary>
    public Given<JsonElement?> Jwks { get; init; }

    public Given<string?> JwksUri { get; init; }

    public Given<bool> RequirePkce { get; init; }

    public Given<bool> RequirePushedRequests { get; init; }

    public Given<bool> DpopBound { get; init; }

    public Given<bool> Legacy { get; init; }

    public Given<bool> Trusted { get; init; }

    public Given<ImmutableArray<string>> Audiences { get; init; }

    public Given<int?> AccessTokenSeconds { get; init; }

    public Given<int?> IdTokenSeconds { get; init; }

    public Given<int?> RefreshTokenIdleSeconds { get; init; }

    public Given<int?> RefreshTokenSeconds { get; init; }

    public Given<string?> SigningAlgorithm { get; init; }

    public Given<bool> PairwiseSubjects { get; init; }

    public Given<string?> BackchannelLogoutUri { get; init; }

    public Given<bool> BackchannelLogoutSessionRequired { get; init; }

    public Given<ImmutableArray<string>> Origins { get; init; }

    public Given<int?> RequestsPerSecond { get; init; }

    public Given<int?> RequestBurst { get; init; }

    public Given<bool> Native { get; init; }

    public Given<bool> RotateRefreshTokens { get; init; }

    /// <summary>The users who look after it, each <c>directory:id</c> or a local user name.</summary>
    public Given<ImmutableArray<string>> Owners { get; init; }

    /// <summary>Whether the way to authenticate is one that there is.</summary>
    public bool HasKnownAuthentication => !Authentication.IsGiven || ClientMetadata.FindMethod(Authentication.Value) is not null;

    /// <summary>A client with what the request says.</summary>
    public ClientDefinition Apply(ClientDefinition before) => before with
    {
        Name = Name.Or(before.Name) ?? "",
        ClientUri = ClientUri.Or(before.ClientUri),
        PolicyUri = PolicyUri.Or(before.PolicyUri),
        TosUri = TosUri.Or(before.TosUri),
        LogoUri = LogoUri.Or(before.LogoUri),
        Contacts = Contacts.Or(before.Contacts),
        RedirectUris = RedirectUris.Or(before.RedirectUris),
        PostLogoutRedirectUris = PostLogoutRedirectUris.Or(before.PostLogoutRedirectUris),
        GrantTypes = GrantTypes.Or(before.GrantTypes),
        OAuthScopes = OauthScopes.Or(before.OAuthScopes),
        Authentication = Authentication.IsGiven ? ClientMetadata.FindMethod(Authentication.Value) ?? before.Authentication : before.Authentication,
        Jwks = Jwks.IsGiven ? Jwks.Value?.GetRawText() : before.Jwks,
        JwksUri = JwksUri.Or(before.JwksUri),
        RequirePkce = RequirePkce.Or(before.RequirePkce),
        RequirePushedRequests = RequirePushedRequests.Or(before.RequirePushedRequests),
        DpopBound = DpopBound.Or(before.DpopBound),
        Legacy = Legacy.Or(before.Legacy),
        Trusted = Trusted.Or(before.Trusted),
        Audiences = Audiences.Or(before.Audiences),
        AccessTokenLifetime = Seconds(AccessTokenSeconds, before.AccessTokenLifetime),
        IdTokenLifetime = Seconds(IdTokenSeconds, before.IdTokenLifetime),
        RefreshTokenIdleLifetime = Seconds(RefreshTokenIdleSeconds, before.RefreshTokenIdleLifetime),
        RefreshTokenLifetime = Seconds(RefreshTokenSeconds, before.RefreshTokenLifetime),
        SigningAlgorithm = SigningAlgorithm.Or(before.SigningAlgorithm) ?? "",
        PairwiseSubjects = PairwiseSubjects.Or(before.PairwiseSubjects),
        BackchannelLogoutUri = BackchannelLogoutUri.Or(before.BackchannelLogoutUri),
        BackchannelLogoutSessionRequired = BackchannelLogoutSessionRequired.Or(before.BackchannelLogoutSessionRequired),
        Origins = Origins.Or(before.Origins),
        RequestsPerSecond = RequestsPerSecond.Or(before.RequestsPerSecond),
        RequestBurst = RequestBurst.Or(before.RequestBurst),
        Native = Native.Or(before.Native),
        RotateRefreshTokens = RotateRefreshTokens.Or(before.RotateRefreshTokens),
    };

    private static TimeSpan? Seconds(Given<int?> given, TimeSpan? before) => given.IsGiven ? given.Value is { } seconds ? TimeSpan.FromSeconds(seconds) : null : before;
}

/// <summary>A client that is to be made.</summary>
internal sealed record NewClientBody : ClientBody
{
    /// <summary>Its id; null: one is made up.</summary>
    public string? Id { get; init; }
}

/// <summary>How a secret is to be replaced.</summary>
internal sealed record RotateBody
{
    /// <summary>How long the earlier secrets stay valid; 0: they, and the client's tokens, end at once.</summary>
    public int OverlapSeconds { get; init; } = 86_400;
}

/// <summary>A client in a list.</summary>
internal sealed record ListedClientDocument(
    string Id, string Name, bool Suspended, string Origin, IReadOnlyList<string> GrantTypes, bool Trusted, IReadOnlyList<string> Owners, DateTimeOffset CreatedAt)
{
    public static ListedClientDocument Of(ClientSnapshot client) => new(
        client.Id.Value, client.Definition.Name, client.Suspended, ClientDocument.NameOf(client.Origin), client.Definition.GrantTypes, client.Definition.Trusted,
        [.. client.Owners.Select(owner => owner.ToString())], client.CreatedAt);
}

/// <summary>A client, without its secrets: only how many there are and when they end.</summary>
internal sealed record ClientDocument(string Id, bool Suspended, string Origin, DateTimeOffset CreatedAt, IReadOnlyList<string> Owners, IReadOnlyList<SecretDocument> Secrets)
{
    public required string Name { get; init; }

    public required string? ClientUri { get; init; }

    public required string? PolicyUri { get; init; }

    public required string? TosUri { get; init; }

    public required string? LogoUri { get; init; }

    public required IReadOnlyList<string> Contacts { get; init; }

    public required IReadOnlyList<string> RedirectUris { get; init; }

    public required IReadOnlyList<string> PostLogoutRedirectUris { get; init; }

    public required IReadOnlyList<string> GrantTypes { get; init; }

    public required IReadOnlyList<string> OauthScopes { get; init; }

    public required string Authentication { get; init; }

    public required JsonElement? Jwks { get; init; }

    public required string? JwksUri { get; init; }

    public required bool RequirePkce { get; init; }

    public required bool RequirePushedRequests { get; init; }

    public required bool DpopBound { get; init; }

    public required bool Legacy { get; init; }

    public required bool Trusted { get; init; }

    public required IReadOnlyList<string> Audiences { get; init; }

    public required long? AccessTokenSeconds { get; init; }

    public required long? IdTokenSeconds { get; init; }

    public required long? RefreshTokenIdleSeconds { get; init; }

    public required long? RefreshTokenSeconds { get; init; }

    public required string SigningAlgorithm { get; init; }

    public required bool PairwiseSubjects { get; init; }

    public required string? BackchannelLogoutUri { get; init; }

    public required bool BackchannelLogoutSessionRequired { get; init; }

    public required IReadOnlyList<string> Origins { get; init; }

    public required int? RequestsPerSecond { get; init; }

    public required int? RequestBurst { get; init; }

    public required bool Native { get; init; }

    public required bool RotateRefreshTokens { get; init; }

    public static ClientDocument Of(ClientSnapshot client)
    {
        var definition = client.Definition;
        return new(
            client.Id.Value,
            client.Suspended,
            NameOf(client.Origin),
            client.CreatedAt,
            [.. client.Owners.Select(owner => owner.ToString())],
            [.. definition.Secrets.Select(secret => new SecretDocument(secret.EndsAt))])
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
            OauthScopes = definition.OAuthScopes,
            Authentication = ClientMetadata.NameOf(definition.Authentication),
            Jwks = definition.Jwks is { } keys ? JsonElement.Parse(keys) : null,
            JwksUri = definition.JwksUri,
            RequirePkce = definition.RequirePkce,
            RequirePushedRequests = definition.RequirePushedRequests,
            DpopBound = definition.DpopBound,
            Legacy = definition.Legacy,
            Trusted = definition.Trusted,
            Audiences = definition.Audiences,
            AccessTokenSeconds = (long?)definition.AccessTokenLifetime?.TotalSeconds,
            IdTokenSeconds = (long?)definition.IdTokenLifetime?.TotalSeconds,
            RefreshTokenIdleSeconds = (long?)definition.RefreshTokenIdleLifetime?.TotalSeconds,
            RefreshTokenSeconds = (long?)definition.RefreshTokenLifetime?.TotalSeconds,
            SigningAlgorithm = definition.SigningAlgorithm,
            PairwiseSubjects = definition.PairwiseSubjects,
            BackchannelLogoutUri = definition.BackchannelLogoutUri,
            BackchannelLogoutSessionRequired = definition.BackchannelLogoutSessionRequired,
            Origins = definition.Origins,
            RequestsPerSecond = definition.RequestsPerSecond,
            RequestBurst = definition.RequestBurst,
            Native = definition.Native,
            RotateRefreshTokens = definition.RotateRefreshTokens,
        };
    }

    public static string NameOf(ClientOrigin origin) => JsonNamingPolicy.CamelCase.ConvertName(origin.ToString());
}

/// <summary>That a client has a secret.</summary>
/// <param name="EndsAt">When it stops being accepted; null: not.</param>
internal sealed record SecretDocument(DateTimeOffset? EndsAt);

/// <summary>A client with a secret that is shown this once.</summary>
/// <param name="Client">The client.</param>
/// <param name="Secret">The secret; null: it has none.</param>
internal sealed record ClientSecretDocument(ClientDocument Client, string? Secret)
{
    public override string ToString() => $"client {Client.Id}";
}
