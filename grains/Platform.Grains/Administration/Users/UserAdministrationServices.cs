using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Platform.Grains.Administration.Audits;
using Platform.Grains.Administration.Clients;
using Platform.Grains.Administration.Idempotency;
using Platform.Grains.Administration.Keys;
using Platform.Grains.Administration.Lists;
using Platform.Grains.Administration.Members;
using Platform.Grains.Administration.Nodes;
using Platform.Grains.Administration.Sessions;
using Platform.Grains.Audit;
using Platform.Grains.Cluster;
using Platform.Grains.Runs;
using Platform.Grains.OAuth.Keys;
using Platform.Grains.Users;
using Platform.Storage;

namespace Platform.Grains.Administration.Users;

/// <summary>Registers the administration of users, sessions, clients and keys, and what makes requests take effect once.</summary>
internal static class UserAdministrationServices
{
    /// <summary>Adds it; <see cref="IPasswords"/> and <see cref="IClientRules"/> are those of whoever administers, silos have none.</summary>
    public static IServiceCollection AddUserAdministration(this IServiceCollection services)
    {
        services.AddSingleton<IdempotencyTable>();
        services.AddSingleton<IIdempotencyKeys>(provider => provider.GetRequiredService<IdempotencyTable>());
        services.AddSingleton<IExpiredRows>(provider => provider.GetRequiredService<IdempotencyTable>());
        services.AddSingleton<EndedSessions>();
        services.AddSingleton(provider => new UserAdministration(
            Get<IStateStore>(provider), Get<UserList>(provider), Get<AuthorityReader>(provider), Get<IPasswords>(provider), Get<EndedSessions>(provider), Get<MemberTable>(provider), Get<IAuditLog>(provider), Get<TimeProvider>(provider)));
        services.AddSingleton(provider => new OwnAccount(
            Get<IStateStore>(provider), Get<IPasswords>(provider), Get<LoginThrottle>(provider), Get<EndedSessions>(provider), Get<IAuditLog>(provider), Get<TimeProvider>(provider)));
        services.AddSingleton(provider => new SessionAdministration(
            Get<IStateStore>(provider), Get<SessionList>(provider), Get<AuthorityReader>(provider), Get<EndedSessions>(provider), Get<IAuditLog>(provider), Get<TimeProvider>(provider)));
        services.AddSingleton(provider => new ClientAdministration(
            Get<IStateStore>(provider), Get<ClientList>(provider), Get<IClientRules>(provider), Get<AuthorityReader>(provider), Get<IAuditLog>(provider), Get<TimeProvider>(provider)));
        services.AddSingleton(provider => new KeyAdministration(
            Get<IStateStore>(provider), Get<KeyCipher>(provider), Get<IOptions<KeyRingOptions>>(provider), Get<IAuditLog>(provider), Get<TimeProvider>(provider)));
        services.AddSingleton(provider => new AuditAdministration(Get<AuditList>(provider), Get<AuthorityReader>(provider)));
        services.AddSingleton(provider => new NodeAdministration(
            Get<NodeRegistry>(provider), Get<RunMachines>(provider), Get<AuthorityReader>(provider)));
        return services;
    }

    private static T Get<T>(IServiceProvider provider)
        where T : notnull => provider.GetRequiredService<T>();
}
