using Platform.Api.Administration.Pages.Scopes;
using Platform.Api.Http.Pages.Components;

namespace Platform.Api.Administration.Pages;

/// <summary>The console of administrators, at <c>/admin</c>.</summary>
internal static class ConsoleSetup
{
    /// <summary>Registers it.</summary>
    public static void AddConsolePages(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<ComponentPages>();
        services.AddSingleton<PageDesk>();
        services.AddSingleton<ConsoleDesk>();
        services.AddSingleton<ScopeTreePages>();
    }

    /// <summary>Maps it.</summary>
    public static void MapConsolePages(this IEndpointRouteBuilder routes)
    {
        ScopeTreePages.Map(routes);
    }
}
