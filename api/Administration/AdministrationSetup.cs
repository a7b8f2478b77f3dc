using Platform.Api.Administration.Http;
using Platform.Api.Administration.Rights;

namespace Platform.Api.Administration;

/// <summary>Administration: the infrastructure, its people and their logins, by REST.</summary>
internal static class AdministrationSetup
{
    /// <summary>Registers it.</summary>
    public static void AddAdministration(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<IdempotentAnswers>();
    }

    /// <summary>Maps it.</summary>
    public static void MapAdministration(this IEndpointRouteBuilder routes)
    {
        var administrators = AdministrationRoutes.ForAdministrators(routes);
        RightsEndpoints.Map(administrators);
    }
}
