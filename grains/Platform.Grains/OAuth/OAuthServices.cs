using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Platform.Grains.Cluster;
using Platform.Grains.OAuth.Check;
using Platform.Grains.OAuth.Keys;
using Platform.Grains.OAuth.UsedNames;

namespace Platform.Grains.OAuth;

/// <summary>Registers what the authorization server rests on beside its grains.</summary>
internal static class OAuthServices
{
    /// <summary>Adds <see cref="IOAuthCheck"/>, <see cref="IKeyRing"/> and <see cref="IUsedNames"/>. They need the storage and data protection.</summary>
    public static IServiceCollection AddOAuthGrains(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<KeyRingOptions>().Bind(configuration.GetSection(KeyRingOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<KeyRingOptions>, KeyRingOptionsValidator>();
        services.AddSingleton<IOAuthCheck, OAuthCheck>();
        services.AddSingleton<KeyCipher>();
        services.AddSingleton<IKeyRing, KeyRing>();
        services.AddSingleton<UsedNameTable>();
        services.AddSingleton<IUsedNames>(provider => provider.GetRequiredService<UsedNameTable>());
        services.AddSingleton<IExpiredRows>(provider => provider.GetRequiredService<UsedNameTable>());
        return services;
    }
}
