using Platform.Api.Account.Api;
using Platform.Api.Account.Reset;
using Platform.Api.Administration.Audit;
using Platform.Api.Administration.Bulk;
using Platform.Api.Administration.Clients;
using Platform.Api.Administration.Http;
using Platform.Api.Administration.Keys;
using Platform.Api.Administration.Members;
using Platform.Api.Administration.Nodes;
using Platform.Api.Administration.Rights;
using Platform.Api.Administration.Runs;
using Platform.Api.Administration.Scopes;
using Platform.Api.Administration.Sessions;
using Platform.Api.Administration.Users;
using Platform.Grains.Administration.Sessions;

namespace Platform.Api.Administration;

/// <summary>Administration: the infrastructure, its people and their logins, by REST.</summary>
internal static class AdministrationSetup
{
    /// <summary>Registers it in a node.</summary>
    public static void AddAdministration(this WebApplicationBuilder builder)
    {
        builder.Services.AddAdministration();
        builder.Services.AddSingleton<ISessionTidying, SessionTidying>();
    }

    /// <summary>Registers what its endpoints need, in a node or in the process of a command, which has no server and no engine.</summary>
    public static void AddAdministration(this IServiceCollection services)
    {
        services.AddSingleton<IdempotentAnswers>();
        services.AddSingleton<BulkEndpoints>();
    }

    /// <summary>Maps it, with what people do for themselves.</summary>
    public static void MapAdministration(this IEndpointRouteBuilder routes)
    {
        routes.MapAdministrators();
        var oneself = AdministrationRoutes.ForOneself(routes);
        AdmissionEndpoints.Map(oneself);
        ResetEndpoints.Map(routes);
    }

    /// <summary>Maps what administrators do, and the operator at the machine by commands.</summary>
    public static void MapAdministrators(this IEndpointRouteBuilder routes)
    {
        var administrators = AdministrationRoutes.ForAdministrators(routes);
        RightsEndpoints.Map(administrators);
        UserEndpoints.Map(administrators);
        SessionAdministrationEndpoints.Map(administrators);
        ClientEndpoints.Map(administrators);
        KeyEndpoints.Map(administrators);
        AuditEndpoints.Map(administrators);
        NodeEndpoints.Map(administrators);
        ScopeAdministrationEndpoints.Map(administrators);
        DefinitionEndpoints.Map(administrators);
        TermsEndpoints.Map(administrators);
        RunSettingsEndpoints.Map(administrators);
        MemberEndpoints.Map(administrators);
        InvitationEndpoints.Map(administrators);
        BulkEndpoints.Map(administrators);
    }
}
