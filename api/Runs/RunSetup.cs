using Microsoft.Extensions.Options;
using Platform.Api.Runs.Containers;
using Platform.Api.Runs.Machine;
using Platform.Api.Runs.Pages;
using Platform.Grains.Runs;

namespace Platform.Api.Runs;

/// <summary>Runs of algorithms in containers.</summary>
internal static class RunSetup
{
    /// <summary>Registers them; a node that names a container engine starts containers, too.</summary>
    public static void AddRuns(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        var section = builder.Configuration.GetSection(RunOptions.Section);
        services.AddOptions<RunClientOptions>().Bind(section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<RunClientOptions>, RunClientOptionsValidation>();
        services.AddOptions<MachineOptions>().Bind(section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<MachineOptions>, MachineOptionsValidation>();
        services.AddSingleton<RunTokens>();
        services.AddSingleton<RunInputs>();
        services.AddSingleton<RunStarts>();
        services.AddSingleton<RunViews>();
        services.AddSingleton<RunEndpoints>();
        services.AddSingleton<RunLogEndpoint>();
        services.AddSingleton<RunPages>();
        if (section.Get<MachineOptions>() is { IsMachine: true })
        {
            services.AddMachine();
        }
    }

    /// <summary>Maps them.</summary>
    public static void MapRuns(this IEndpointRouteBuilder routes)
    {
        RunEndpoints.Map(routes);
        RunPages.Map(routes);
    }

    private static void AddMachine(this IServiceCollection services)
    {
        services.AddSingleton(provider => new EngineConnection(provider.GetRequiredService<IOptions<MachineOptions>>().Value.Socket));
        services.AddSingleton<IContainerRuntime, DockerEngine>();
        services.AddSingleton<RunFolder>();
        services.AddSingleton<RunContainers>();
        services.AddSingleton<RunLogWriter>();
        services.AddSingleton<RunWatch>();
        services.AddSingleton<RunPreparation>();
        services.AddSingleton<RunExecution>();

        // Stopped in the opposite order: the last that is heard of a machine is that it leaves.
        services.AddSingleton<MachineBeat>();
        services.AddHostedService(provider => provider.GetRequiredService<MachineBeat>());
        services.AddHostedService<MachineWorker>();
    }
}
