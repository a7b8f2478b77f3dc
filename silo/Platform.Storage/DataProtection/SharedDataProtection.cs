using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Platform.Storage.DataProtection;

namespace Platform.Storage;

/// <summary>Adds the key ring that all nodes share.</summary>
public static class SharedDataProtection
{
    /// <summary>
    /// Adds data protection over the storage's database, its keys encrypted with the key-encryption key (invariant 4). Needs
    /// <see cref="StorageRegistration.AddPlatformStorage"/> before it; the ring is ready before the host listens.
    /// </summary>
    public static IServiceCollection AddSharedDataProtection(this IServiceCollection services, IConfiguration configuration)
    {
        if (services.Any(service => service.ServiceType == typeof(KeyRingStart)))
        {
            return services;
        }

        services.AddOptions<DataProtectionSettings>().Bind(configuration.GetSection(DataProtectionSettings.Section)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<DataProtectionSettings>, DataProtectionSettingsValidator>());
        services.AddSingleton<KeyFileCipher>();
        services.AddSingleton<KeyRingGuard>();
        services.AddSingleton(provider => new KeyRingStart(
            provider.GetRequiredService<StorageStart>(),
            provider.GetRequiredService<IDatabase>(),
            provider.GetRequiredService<IKeyManager>(),
            provider.GetRequiredService<IOptions<KeyManagementOptions>>(),
            provider.GetRequiredService<IOptions<DataProtectionSettings>>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddHostedService(provider => provider.GetRequiredService<KeyRingStart>());
        services.AddDataProtection().SetApplicationName("platform");
        services.AddOptions<KeyManagementOptions>().Configure<IServiceProvider>((options, provider) =>
        {
            options.XmlRepository = new DatabaseKeyRepository(provider.GetRequiredService<IDatabase>(), provider.GetRequiredService<KeyRingGuard>());
            var settings = provider.GetRequiredService<IOptions<DataProtectionSettings>>().Value;
            if (!settings.IsCertificate)
            {
                options.XmlEncryptor = new KeyFileXmlEncryptor(provider.GetRequiredService<KeyFileCipher>());
            }
        });
        AddCertificate(services, configuration);
        return services;
    }

    private static void AddCertificate(IServiceCollection services, IConfiguration configuration)
    {
        var settings = configuration.GetSection(DataProtectionSettings.Section).Get<DataProtectionSettings>();
        if (settings is { IsCertificate: true } && File.Exists(settings.KeyFile))
        {
            var certificate = Path.GetExtension(settings.KeyFile).Equals(".pem", StringComparison.OrdinalIgnoreCase)
                ? X509Certificate2.CreateFromPemFile(settings.KeyFile)
                : X509CertificateLoader.LoadPkcs12FromFile(settings.KeyFile, settings.KeyFilePassword);
            services.AddDataProtection().ProtectKeysWithCertificate(certificate).UnprotectKeysWithAnyCertificate(certificate);
        }
    }
}
