using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Platform.Engine.Discovery;
using Platform.Engine.Hosting;
using Platform.Engine.Reminders;

namespace Platform.Engine;

/// <summary>Registers the engine.</summary>
public static class EngineServices
{
    /// <summary>
    /// Hosts the grain classes of these assemblies in this process. Needs an <c>IStateStore</c>, and an <c>IDatabase</c> where grains have
    /// reminders. Grains can be called as soon as the provider exists; reminders fire while the host runs.
    /// </summary>
    public static IServiceCollection AddEmbeddedEngine(this IServiceCollection services, Action<EngineOptions>? configure, params Assembly[] grainAssemblies)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<EngineOptions>().Configure(options => configure?.Invoke(options)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<EngineOptions>, EngineOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.AddLogging();
        services.AddMetrics();
        services.TryAddSingleton<EngineMetrics>();
        services.TryAddSingleton(_ => GrainCatalogue.Of(grainAssemblies));
        services.TryAddSingleton<EmbeddedEngine>();
        services.TryAddSingleton<IGrainFactory>(provider => provider.GetRequiredService<EmbeddedEngine>().Factory);
        services.TryAddSingleton<ReminderPoller>();
        services.AddHostedService<EngineService>();
        return services;
    }
}
