using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Platform.Api.OAuth.Credentials;
using Platform.Api.OAuth.Devices;
using Platform.Api.OAuth.Grants;
using Platform.Api.OAuth.Logout;

namespace Platform.Api.OAuth.Authorize;

/// <summary>Where people decide: authorization requests, devices, logouts at a client's wish, and the list of what was given.</summary>
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
        services.AddSingleton<DevicePage>();
        services.AddSingleton<DeviceAuthorizationEndpoint>();
        services.AddSingleton<DeviceEndpoints>();
        services.AddSingleton<GrantEndpoints>();
        services.AddLogout();
    }

    /// <summary>Maps them.</summary>
    public static void MapAuthorize(this IEndpointRouteBuilder routes)
    {
        AuthorizeEndpoint.Map(routes);
        PushedRequestEndpoint.Map(routes);
        DeviceAuthorizationEndpoint.Map(routes);
        DeviceEndpoints.Map(routes);
        EndSessionEndpoint.Map(routes);
        GrantEndpoints.Map(routes);
    }
}
