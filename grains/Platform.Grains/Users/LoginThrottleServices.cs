using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Platform.Grains.Cluster;

namespace Platform.Grains.Users;

/// <summary>Registers the throttle: nodes ask it, and the sweeper, wherever it runs, has its rows deleted.</summary>
internal static class LoginThrottleServices
{
    /// <summary>Adds <see cref="LoginThrottle"/>.</summary>
    public static IServiceCollection AddLoginThrottle(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<LoginThrottleOptions>().Bind(configuration.GetSection(LoginThrottleOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<LoginThrottleOptions>, LoginThrottleOptionsValidator>();
        services.AddSingleton<LoginThrottle>();
        services.AddSingleton<IExpiredRows>(provider => provider.GetRequiredService<LoginThrottle>());
        return services;
    }
}
