namespace Platform.Api.Scim;

/// <summary>SCIM: users and scopes for identity management systems.</summary>
internal static class ScimSetup
{
    /// <summary>Registers it.</summary>
    public static void AddScim(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ScimAddress>();
        builder.Services.AddSingleton<ScimUsers>();
        builder.Services.AddSingleton<ScimGroups>();
        builder.Services.AddSingleton<ScimEndpoints>();
    }

    /// <summary>Maps it.</summary>
    public static void MapScim(this IEndpointRouteBuilder routes) => ScimEndpoints.Map(routes);
}
