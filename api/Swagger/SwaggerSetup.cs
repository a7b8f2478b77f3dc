namespace Platform.Api.Swagger;

/// <summary>Swagger UI.</summary>
internal static class SwaggerSetup
{
    /// <summary>Registers it.</summary>
    public static void AddSwagger(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<SwaggerOptions>().Bind(builder.Configuration.GetSection(SwaggerOptions.Section));
        builder.Services.AddSingleton<SwaggerEndpoints>();
    }

    /// <summary>Maps it.</summary>
    public static void MapSwagger(this IEndpointRouteBuilder routes) => SwaggerEndpoints.Map(routes);
}
