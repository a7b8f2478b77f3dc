namespace Platform.Api.Scopes;

/// <summary>The lists of scopes, the way into one, and the start page.</summary>
internal static class ScopeSetup
{
    /// <summary>Registers them.</summary>
    public static void AddScopes(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<ScopeEndpoints>();
        services.AddSingleton<LoginScopeEndpoints>();
        services.AddSingleton<HomePage>();
    }

    /// <summary>Maps them.</summary>
    public static void MapScopes(this IEndpointRouteBuilder routes)
    {
        HomePage.Map(routes);
        ScopeEndpoints.Map(routes);
        LoginScopeEndpoints.Map(routes);
    }
}
