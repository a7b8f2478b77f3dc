using Microsoft.Extensions.DependencyInjection;

namespace Platform.Grains.Administration.Lists;

/// <summary>Registers the lists.</summary>
internal static class ListServices
{
    /// <summary>Adds them; they need the storage and the checks.</summary>
    public static IServiceCollection AddLists(this IServiceCollection services)
    {
        services.AddSingleton<UserList>();
        services.AddSingleton<MemberList>();
        services.AddSingleton<SessionList>();
        services.AddSingleton<ClientList>();
        services.AddSingleton<FamilyList>();
        return services;
    }
}
