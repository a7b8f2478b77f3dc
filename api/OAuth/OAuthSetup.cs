using Microsoft.Extensions.Options;
using Platform.Api.Http.Outward;
using Platform.Api.OAuth.Authorize;
using Platform.Api.OAuth.Clients;
using Platform.Api.OAuth.Cors;
using Platform.Api.OAuth.Credentials;
using Platform.Api.OAuth.Keys;
using Platform.Api.OAuth.PersonalTokens;
using Platform.Api.OAuth.Registration;
using Platform.Api.OAuth.Tokens;
using Platform.Api.OAuth.Tokens.Grants;

namespace Platform.Api.OAuth;

/// <summary>The authorization server.</summary>
internal static class OAuthSetup
{
    /// <summary>Registers it.</summary>
    public static void AddOAuth(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<OAuthOptions>().Bind(builder.Configuration.GetSection(OAuthOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<OAuthOptions>, OAuthOptionsValidation>();
        services.AddSingleton<Issuer>();
        services.AddClients();
        services.AddKeys();
        services.AddTokens();
        builder.AddAuthorize();
        services.AddCredentials();
    }

    /// <summary>Maps it.</summary>
    public static void MapOAuth(this IEndpointRouteBuilder routes)
    {
        routes.MapAuthorize();
        TokenEndpoint.Map(routes);
        IntrospectionEndpoint.Map(routes);
        RevocationEndpoint.Map(routes);
        TokenInfoEndpoint.Map(routes);
        UserInfoEndpoint.Map(routes);
        RegistrationEndpoint.Map(routes);
        JwksEndpoint.Map(routes);
        DiscoveryEndpoints.Map(routes);
        PersonalTokenEndpoints.Map(routes);
        OAuthCors.Map(routes);
    }

    private static void AddClients(this IServiceCollection services)
    {
        services.AddSingleton<OutwardFetch>();
        services.AddSingleton<ClientKeys>();
        services.AddSingleton<ClientSecrets>();
        services.AddSingleton<ClientAssertions>();
        services.AddSingleton<ClientAuthenticator>();
        services.AddSingleton<ClientRateLimit>();
        services.AddSingleton<RefusalRate>();
        services.AddSingleton<RegistrationGate>();
        services.AddSingleton<ClientMetadata>();
        services.AddSingleton<RegistrationEndpoint>();
    }

    private static void AddKeys(this IServiceCollection services)
    {
        services.AddSingleton<SigningKeys>();
        services.AddSingleton<JwtSigner>();
        services.AddSingleton<IJwtSigner>(provider => provider.GetRequiredService<JwtSigner>());
        services.AddSingleton<JwksEndpoint>();
        services.AddSingleton<DiscoveryEndpoints>();
    }

    private static void AddTokens(this IServiceCollection services)
    {
        services.AddSingleton<ISubjects, Subjects>();
        services.AddSingleton<AccessTokens>();
        services.AddSingleton<RefreshTokens>();
        services.AddSingleton<TokenLifetimes>();
        services.AddSingleton<IdTokens>();
        services.AddSingleton<TokenIssuer>();
        services.AddSingleton<ITokenIssuer>(provider => provider.GetRequiredService<TokenIssuer>());
        services.AddSingleton<AuthorizedAccess>();
        services.AddSingleton<ITokenGrant, AuthorizationCodeGrant>();
        services.AddSingleton<ITokenGrant, RefreshTokenGrant>();
        services.AddSingleton<ITokenGrant, ClientCredentialsGrant>();
        services.AddSingleton<ITokenGrant, DeviceCodeGrant>();
        services.AddSingleton<ITokenGrant, TokenExchangeGrant>();
        services.AddSingleton<ITokenGrant, PasswordGrant>();
        services.AddSingleton<TokenEndpoint>();
        services.AddSingleton<IntrospectionEndpoint>();
        services.AddSingleton<RevocationEndpoint>();
        services.AddSingleton<TokenInfoEndpoint>();
        services.AddSingleton<UserInfoEndpoint>();
    }

    private static void AddCredentials(this IServiceCollection services)
    {
        services.AddSingleton<DpopProofs>();
        services.AddSingleton<TokenCheck>();
        services.AddSingleton<PersonalTokenCheck>();
        services.AddSingleton<PersonalTokenEndpoints>();
    }
}
