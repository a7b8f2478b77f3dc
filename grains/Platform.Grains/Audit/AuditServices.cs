using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Platform.Grains.Cluster;
using Platform.Storage;

namespace Platform.Grains.Audit;

/// <summary>Registers the audit.</summary>
public static class AuditServices
{
    /// <summary>
    /// Adds <see cref="IAuditLog"/>, <see cref="AuditReader"/>, <see cref="AuditList"/>, <see cref="AuditVerifier"/> and what removes old
    /// entries. They need the storage and data protection.
    /// </summary>
    public static IServiceCollection AddAudit(this IServiceCollection services)
    {
        services.AddOptions<AuditOptions>().BindConfiguration(AuditOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AuditOptions>, AuditOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<AuditLog>();
        services.TryAddSingleton<IAuditLog>(provider => provider.GetRequiredService<AuditLog>());
        services.TryAddSingleton(provider => new AuditSigner(
            provider.GetRequiredService<IStateStore>(), provider.GetRequiredService<IDatabase>(), provider.GetRequiredService<IDataProtectionProvider>()));
        services.TryAddSingleton<AuditReader>();
        services.TryAddSingleton<AuditList>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IExpiredRows, AuditRetention>());
        services.TryAddSingleton(provider => new AuditVerifier(provider.GetRequiredService<IDatabase>(), provider.GetRequiredService<AuditSigner>()));
        return services;
    }

    private sealed class AuditOptionsValidator : IValidateOptions<AuditOptions>
    {
        public ValidateOptionsResult Validate(string? name, AuditOptions options)
        {
            var faults = options.FindFaults().ToList();
            return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
        }
    }
}
