using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Platform.Grains;
using Platform.Grains.Cluster;

namespace Platform.Silo;

/// <summary>Hosts the grains on the embedded engine.</summary>
public static class PlatformEngine
{
    /// <summary>The engine's name, as the build property <c>Engine</c> spells it.</summary>
    public const string Name = "Embedded";

    /// <summary>
    /// Adds storage, the shared key ring, the grains and what hosts them: afterwards <see cref="IPlatformGrains"/> can be asked for. The
    /// engine's limits are in the section <c>Engine</c>.
    /// </summary>
    public static IHostApplicationBuilder AddPlatformEngine(this IHostApplicationBuilder builder)
    {
        builder.AddFoundations();
        builder.Services.AddOptions<ClusterNodeOptions>().Validate(
            options => options.Role == NodeRole.Silo,
            "Cluster:Role is Client, but the embedded engine has no silo tier: each node hosts its grains over the common database.");
        builder.Services.AddEmbeddedEngine(
            options => builder.Configuration.GetSection(EngineOptions.Section).Bind(options),
            PlatformGrainsServiceCollectionExtensions.GrainAssembly);
        builder.Services.AddSingleton<IEngineFaults, EmbeddedEngineFaults>();
        return builder;
    }
}
