using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Platform.Grains.Administration;
using Platform.Grains.Administration.Lists;
using Platform.Grains.Administration.Scopes;
using Platform.Grains.Administration.Users;
using Platform.Grains.Administration.Bulk;
using Platform.Grains.Audit;
using Platform.Grains.Cluster;
using Platform.Grains.OAuth;
using Platform.Grains.Policies;
using Platform.Grains.Policies.Check;
using Platform.Grains.Resources;
using Platform.Grains.Runs;
using Platform.Grains.Scopes.Import;
using Platform.Grains.Sessions;
using Platform.Grains.Users;
using Platform.Storage;

namespace Platform.Grains;

/// <summary>Registers what the grains need, and what is asked instead of them.</summary>
public static class PlatformGrainsServiceCollectionExtensions
{
    /// <summary>The cost that one generation of decoded rows may have, in bytes of payload.</summary>
    private const long FactCacheBytes = 64L * 1024 * 1024;

    /// <summary>The assembly that holds the grain classes.</summary>
    public static Assembly GrainAssembly => typeof(PlatformGrainsServiceCollectionExtensions).Assembly;

    /// <summary>Registers the grains' own services; the engine and the storage are registered apart.</summary>
    public static IServiceCollection AddPlatformGrains(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<SweeperOptions>()
            .Bind(configuration.GetSection(SweeperOptions.Section))
            .Configure(options =>
            {
                // One setting serves both, so that no session is swept that could still be used.
                var idle = configuration.GetValue<TimeSpan?>("Sessions:IdleTimeout");
                options.SessionIdleTimeout = idle > options.SessionIdleTimeout ? idle.Value : options.SessionIdleTimeout;
            })
            .Validate(options => options.Interval >= TimeSpan.FromMinutes(1), "Sweeper:Interval must be at least 1 minute (reminders are no finer).")
            .ValidateOnStart();
        services.AddSingleton<IIncomingGrainCallFilter, FreshStateFilter>();
        services.AddSingleton<IPlatformGrains, PlatformGrains>();
        services.AddSingleton<FactDecoder>();
        services.AddSingleton(new FactCache(FactCacheBytes));
        services.AddSingleton<FactReader>();
        services.AddSingleton<AuthorityReader>();
        services.AddSingleton<ISessionCheck, SessionCheck>();
        services.AddSingleton<IPolicyCheck, PolicyCheck>();
        services.AddSingleton<PolicySetAdministration>();
        services.AddSingleton<PolicyHistory>();
        services.AddSingleton<IResourceReader, ResourceReader>();
        services.AddAudit();
        services.AddSingleton(provider => new NodeRegistry(
            provider.GetRequiredService<IDatabase>(), provider.GetRequiredService<AuditLog>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IExpiredRows>(provider => provider.GetRequiredService<NodeRegistry>());
        services.AddUserAdministration();
        services.AddScopeAdministration(configuration);
        services.AddSingleton<ScopeImporter>();
        services.AddSingleton<ScopeExporter>();
        services.AddLoginThrottle(configuration);
        services.AddOAuthGrains(configuration);
        services.AddRunGrains(configuration);
        services.AddLists();
        services.AddBulk();
        return services;
    }
}
