using Microsoft.Extensions.DependencyInjection;
using Platform.Grains.Administration.Members;

namespace Platform.Grains.Administration.Scopes;

/// <summary>Registers the administration of scopes and their members.</summary>
internal static class ScopeAdministrationServices
{
    /// <summary>Adds it.</summary>
    public static IServiceCollection AddScopeAdministration(this IServiceCollection services)
    {
        services.AddSingleton<ScopeAdministration>();
        services.AddSingleton<DefinitionAdministration>();
        services.AddSingleton<TermsAdministration>();
        services.AddSingleton<MemberAdministration>();
        services.AddSingleton<InvitationAdministration>();
        services.AddSingleton<Admissions>();
        services.AddSingleton<Notices>();
        return services;
    }
}
