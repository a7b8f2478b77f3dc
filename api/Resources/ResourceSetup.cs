using Microsoft.Extensions.Options;

namespace Platform.Api.Resources;

/// <summary>JSON documents in scopes.</summary>
internal static class ResourceSetup
{
    /// <summary>Registers them.</summary>
    public static void AddResources(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<ResourceOptions>().Bind(builder.Configuration.GetSection(ResourceOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ResourceOptions>, ResourceOptionsValidation>();
        services.AddSingleton<ResourceViews>();
        services.AddSingleton<ResourceListing>();
        services.AddSingleton<ResourceEndpoints>();
        services.AddSingleton<ResourceChanges>();
    }

    /// <summary>Maps them.</summary>
    public static void MapResources(this IEndpointRouteBuilder routes) => ResourceEndpoints.Map(routes);
}
