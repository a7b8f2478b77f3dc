using Platform.Api.Administration.Pages.Clients;
using Platform.Api.Administration.Pages.Members;
using Platform.Api.Administration.Pages.Operations;
using Platform.Api.Administration.Pages.People;
using Platform.Api.Administration.Pages.Policies;
using Platform.Api.Administration.Pages.Runs;
using Platform.Api.Administration.Pages.Scopes;
using Platform.Api.Administration.Pages.Sessions;
using Platform.Api.Administration.Pages.Start;
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
        services.AddSingleton<ScopeDesk>();
        services.AddSingleton<StartPages>();
        services.AddSingleton<ScopeTreePages>();
        services.AddSingleton<ScopePages>();
        services.AddSingleton<TermsPages>();
        services.AddSingleton<ScopeRunPages>();
        services.AddSingleton<DefinitionPages>();
        services.AddSingleton<MemberPages>();
        services.AddSingleton<RequestPages>();
        services.AddSingleton<InvitationPages>();
        services.AddSingleton<PersonPages>();
        services.AddSingleton<SessionPages>();
        services.AddSingleton<ClientPages>();
        services.AddSingleton<KeyPages>();
        services.AddSingleton<AuditPages>();
        services.AddSingleton<NodePages>();
        services.AddSingleton<PolicyPages>();
    }

    /// <summary>Maps it.</summary>
    public static void MapConsolePages(this IEndpointRouteBuilder routes)
    {
        StartPages.Map(routes);
        ScopeTreePages.Map(routes);
        ScopePages.Map(routes);
        TermsPages.Map(routes);
        ScopeRunPages.Map(routes);
        DefinitionPages.Map(routes);
        MemberPages.Map(routes);
        RequestPages.Map(routes);
        InvitationPages.Map(routes);
        PersonPages.Map(routes);
        SessionPages.Map(routes);
        ClientPages.Map(routes);
        KeyPages.Map(routes);
        AuditPages.Map(routes);
        NodePages.Map(routes);
        PolicyPages.Map(routes);
    }
}
