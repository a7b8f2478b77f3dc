using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Platform.Grains.Cluster;

namespace Platform.Grains.Runs;

/// <summary>Registers what runs rest on beside their grains.</summary>
internal static class RunServices
{
    /// <summary>Adds the queue, the lists, the logs, the machines and the upkeep.</summary>
    public static IServiceCollection AddRunGrains(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<RunOptions>().Bind(configuration.GetSection(RunOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<RunOptions>, RunOptionsValidator>();
        services.AddSingleton<IRunQueue, RunQueue>();
        services.AddSingleton<RunList>();
        services.AddSingleton<RunRows>();
        services.AddSingleton<RunLogs>();
        services.AddSingleton<RunWritings>();
        services.AddSingleton<RunMachines>();
        services.AddSingleton<RunUpkeep>();
        services.AddSingleton<IExpiredRows>(provider => provider.GetRequiredService<RunMachines>());
        services.AddSingleton<IExpiredRows>(provider => provider.GetRequiredService<RunUpkeep>());
        return services;
    }
}
