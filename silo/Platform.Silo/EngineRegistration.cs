using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Platform.Grains;
using Platform.Storage;

namespace Platform.Silo;

/// <summary>What every engine runs on.</summary>
internal static class EngineRegistration
{
    /// <summary>Adds storage, the shared key ring and the grains' own services, in the order in which they start.</summary>
    public static void AddFoundations(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<ClusterNodeOptions>().Bind(builder.Configuration.GetSection(ClusterNodeOptions.Section)).ValidateOnStart();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ClusterNodeOptions>, ClusterNodeOptionsValidator>());
        builder.Services
            .AddPlatformStorage(builder.Configuration)
            .AddSharedDataProtection(builder.Configuration)
            .AddPlatformGrains(builder.Configuration)
            .AddHostedService<SweeperStart>()
            .AddHostedService<NodeHeartbeat>();
    }
}
