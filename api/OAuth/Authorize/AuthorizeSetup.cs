using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Platform.Api.OAuth.Credentials;

namespace Platform.Api.OAuth.Authorize;

/// <summary>Authorization requests: the endpoint, pushed requests, and the pages in between.</summary>
internal static class AuthorizeSetup
{
    /// <summary>Registers them.</summary>
    public static void AddAuthorize(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<AuthorizeOptions>().Bind(builder.Configuration.GetSection(AuthorizeOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AuthorizeOptions>, AuthorizeOptionsValidation>();
        services.TryAddSingleton<DpopProofs>();
        services.AddSingleton<KeptRequests>();
        services.AddSingleton<AuthorizeSteps>();
        services.AddSingleton<AuthorizeAnswer>();
        services.AddSingleton<ConsentPage>();
        services.AddSingleton<AccountPage>();
        services.AddSingleton<AuthorizeEndpoint>();
        services.AddSingleton<PushedRequestEndpoint>();
    }

    /// <summary>Maps them.</summary>
    public static void MapAuthorize(this IEndpointRouteBuilder routes)
    {
        AuthorizeEndpoint.Map(routes);
        PushedRequestEndpoint.Map(routes);
    }
}
