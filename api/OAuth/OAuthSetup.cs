using Microsoft.Extensions.Options;
using Platform.Api.OAuth.Authorize;
using Platform.Api.OAuth.Clients;
using Platform.Api.OAuth.Keys;
using Platform.Api.OAuth.Tokens;

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
    }

    /// <summary>Maps it.</summary>
    public static void MapOAuth(this IEndpointRouteBuilder routes)
    {
        routes.MapAuthorize();
    }

    private static void AddClients(this IServiceCollection services)
    {
        services.AddSingleton<OutwardFetch>();
        services.AddSingleton<ClientKeys>();
        services.AddSingleton<ClientSecrets>();
        services.AddSingleton<ClientAssertions>();
        services.AddSingleton<ClientAuthenticator>();
        services.AddSingleton<ClientRateLimit>();
    }

    private static void AddKeys(this IServiceCollection services)
    {
        services.AddSingleton<SigningKeys>();
        services.AddSingleton<JwtSigner>();
        services.AddSingleton<IJwtSigner>(provider => provider.GetRequiredService<JwtSigner>());
    }

    private static void AddTokens(this IServiceCollection services)
    {
        services.AddSingleton<ISubjects, Subjects>();
        services.AddSingleton<AccessTokens>();
        services.AddSingleton<RefreshTokens>();
        services.AddSingleton<IdTokens>();
        services.AddSingleton<TokenIssuer>();
        services.AddSingleton<ITokenIssuer>(provider => provider.GetRequiredService<TokenIssuer>());
    }
}
