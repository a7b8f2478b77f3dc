using Platform.Api.Console.Control;
using Platform.Api.Policies;
using Platform.Api.Users;
using Platform.Grains;
using Platform.Storage;
using Platform.Storage.DataProtection;
using Platform.Storage.Sqlite;

namespace Platform.Api.Console;

/// <summary>
/// Runs a command: on the database itself where nobody else has it for themselves, and otherwise in the server that has the SQLite
/// store open, never beside it. No engine is started: commands write the grains' rows in transactions of their own.
/// </summary>
internal sealed class ConsoleRunner(ServerStart start, IConsoleOutput output)
{
    internal async Task<int> RunAsync(ConsoleRequest request, CancellationToken cancellationToken)
    {
        await using var services = BuildServices();
        try
        {
            await services.GetRequiredService<StorageStart>().EnsureReadyAsync(cancellationToken);
            if (request is not (ExportRequest or AuditRequest or ListPoliciesRequest or ShowPolicyRequest or PolicyHistoryRequest))
            {
                // These sign, or check signatures.
                await services.GetRequiredService<KeyRingStart>().EnsureReadyAsync(cancellationToken);
            }
        }
        catch (StoreOwnedException e) when (e.Owner?.ControlSocket is { } socket)
        {
            return await ControlClient.RunAsync(socket, request, output, cancellationToken);
        }
        catch (StoreOwnedException e)
        {
            await output.WriteErrorLineAsync($"{e.Message} That process takes no commands: it is a command too, or a server that is starting or has no control socket. Nothing was done.");
            return ExitCode.Failed;
        }
        catch (Exception e) when (ConsoleFailures.Explain(e) is { } explanation)
        {
            await output.WriteErrorLineAsync(explanation);
            return ExitCode.Failed;
        }

        return await new ConsoleCommands(services).RunAsync(request, output, cancellationToken);
    }

    private ServiceProvider BuildServices()
    {
        var configuration = start.BuildConfiguration();
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddLogging(logging => logging
            .AddConfiguration(configuration.GetSection("Logging"))
            .AddSimpleConsole()
            .AddFilter((_, level) => level >= LogLevel.Error));
        services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        services.AddPlatformStorage(configuration);
        services.AddSharedDataProtection(configuration);
        services.AddPlatformGrains(configuration);
        services.AddUsers(configuration);
        services.AddPolicyGroups(configuration);
        return services.BuildServiceProvider();
    }
}
