using Microsoft.Extensions.DependencyInjection;
using Platform.Grains.Administration.Idempotency;
using Platform.Grains.Cluster;

namespace Platform.Grains.Administration.Users;

/// <summary>Registers the administration of users, sessions, clients and keys, and what makes requests take effect once.</summary>
internal static class UserAdministrationServices
{
    /// <summary>Adds it.</summary>
    public static IServiceCollection AddUserAdministration(this IServiceCollection services)
    {
        services.AddSingleton<IdempotencyTable>();
        services.AddSingleton<IIdempotencyKeys>(provider => provider.GetRequiredService<IdempotencyTable>());
        services.AddSingleton<IExpiredRows>(provider => provider.GetRequiredService<IdempotencyTable>());
        return services;
    }
}
