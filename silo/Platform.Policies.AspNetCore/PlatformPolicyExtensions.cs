using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Platform.Policies.AspNetCore;

/// <summary>Protects an ASP.NET Core service by policies that the platform holds.</summary>
public static class PlatformPolicyExtensions
{
    /// <summary>Registers what <see cref="UsePlatformPolicies"/> needs.</summary>
    public static IServiceCollection AddPlatformPolicies(this IServiceCollection services, Action<PlatformPolicyOptions> configure)
    {
        services.AddOptions<PlatformPolicyOptions>().Configure(configure).ValidateOnStart();
        services.AddSingleton<IValidateOptions<PlatformPolicyOptions>, PlatformPolicyOptionsValidation>();
        services.AddSingleton<PlatformQuestions>();
        return services;
    }

    /// <summary>From here on no request passes unless the platform lets it. Put it first: what runs before it is not protected.</summary>
    public static IApplicationBuilder UsePlatformPolicies(this IApplicationBuilder app) => app.UseMiddleware<PlatformPolicyMiddleware>();
}
