using Microsoft.Extensions.DependencyInjection;
using Platform.Grains.Administration.Members;
using Platform.Grains.Administration.Scopes;
using Platform.Grains.Audit;
using Platform.Storage;

namespace Platform.Grains.Administration.Bulk;

/// <summary>Registers imports and exports of users and members.</summary>
internal static class BulkServices
{
    /// <summary>Adds them.</summary>
    public static IServiceCollection AddBulk(this IServiceCollection services)
    {
        services.AddSingleton(provider => new UserImporter(
            provider.GetRequiredService<IStateStore>(), provider.GetRequiredService<IAuditLog>(), provider.GetRequiredService<MemberTable>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new MemberImporter(
            provider.GetRequiredService<IStateStore>(), provider.GetRequiredService<IAuditLog>(), provider.GetRequiredService<MemberTable>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new MemberSets(provider.GetRequiredService<ScopeActs>(), provider.GetRequiredService<MemberTable>()));
        services.AddSingleton(provider => new UserExporter(provider.GetRequiredService<IStateStore>(), provider.GetRequiredService<AuthorityReader>()));
        services.AddSingleton(provider => new MemberExporter(provider.GetRequiredService<IStateStore>(), provider.GetRequiredService<AuthorityReader>()));
        return services;
    }
}
