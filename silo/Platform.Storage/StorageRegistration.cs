using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Platform.Storage.PostgreSql;
using Platform.Storage.Sqlite;

namespace Platform.Storage;

/// <summary>Adds storage to a host.</summary>
public static class StorageRegistration
{
    /// <summary>
    /// Adds <see cref="IStateStore"/>, <see cref="IActivityStore"/> and <see cref="IDatabase"/> over the configured database. Its schema
    /// is brought up to date as the host starts, before anything else that starts with it.
    /// </summary>
    public static IServiceCollection AddPlatformStorage(this IServiceCollection services, IConfiguration configuration)
    {
        if (services.Any(service => service.ServiceType == typeof(StorageStart)))
        {
            return services;
        }

        services.AddOptions<StorageOptions>().Bind(configuration.GetSection(StorageOptions.Section)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<StorageOptions>, StorageOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IStorageBackend>(provider =>
            provider.GetRequiredService<IOptions<StorageOptions>>().Value.IsPostgreSql
                ? ActivatorUtilities.CreateInstance<PostgreSqlBackend>(provider)
                : ActivatorUtilities.CreateInstance<SqliteBackend>(provider));
        services.AddSingleton(provider => provider.GetRequiredService<IStorageBackend>().States);
        services.AddSingleton(provider => provider.GetRequiredService<IStorageBackend>().Activity);
        services.AddSingleton(provider => provider.GetRequiredService<IStorageBackend>().Database);
        services.AddSingleton(provider => new StorageStart(
            provider.GetRequiredService<IStorageBackend>(),
            provider.GetRequiredService<IOptions<StorageOptions>>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<StorageStart>>()));
        services.AddHostedService(provider => provider.GetRequiredService<StorageStart>());
        return services;
    }
}
