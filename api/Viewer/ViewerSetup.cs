using Microsoft.Extensions.Options;

namespace Platform.Api.Viewer;

/// <summary>The viewer.</summary>
internal static class ViewerSetup
{
    /// <summary>Registers it.</summary>
    public static void AddViewer(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<ViewerOptions>().Bind(builder.Configuration.GetSection(ViewerOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ViewerOptions>, ViewerOptionsValidation>();
        services.AddSingleton<AccessTokenCookie>();
        services.AddSingleton<ViewerToken>();
        services.AddSingleton<ViewerApi>();
        services.AddSingleton<ViewerPages>();
        services.AddSingleton<ViewerEndpoints>();
    }

    /// <summary>Maps it.</summary>
    public static void MapViewer(this IEndpointRouteBuilder routes) => ViewerEndpoints.Map(routes);
}
