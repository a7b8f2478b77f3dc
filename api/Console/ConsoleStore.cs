using Platform.Api.Administration;
using Platform.Api.Http;
using Platform.Api.OAuth;
using Platform.Api.Policies;
using Platform.Api.Users;
using Platform.Grains;
using Platform.Storage;
using Platform.Storage.DataProtection;
using Platform.Storage.Sqlite;

namespace Platform.Api.Console;

/// <summary>
/// The store as a command has it: opened in this process where nobody else has it for themselves, and otherwise through the server that
/// has the SQLite file open, never beside it. No engine is started: commands write the grains' rows in transactions of their own.
/// </summary>
internal sealed class ConsoleStore : IAsyncDisposable
{
    private readonly ServiceProvider? _services;

    private ConsoleStore(ServiceProvider? services, string? controlSocket)
    {
        _services = services;
        ControlSocket = controlSocket;
    }

    /// <summary>The services of this process on the store; null where another process has it.</summary>
    public IServiceProvider? Services => _services;

    /// <summary>Where the process that has it takes commands; null where it is this one.</summary>
    public string? ControlSocket { get; }

    /// <summary>Opens it. What is in the way is told in plain words.</summary>
    /// <param name="start">The settings.</param>
    /// <param name="signs">Whether the command signs or checks signatures, and so needs the key ring.</param>
    /// <param name="output">Where it is told what is in the way.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null where it could not be opened.</returns>
    public static async Task<ConsoleStore?> OpenAsync(ServerStart start, bool signs, IConsoleOutput output, CancellationToken cancellationToken)
    {
        var services = BuildServices(start);
        try
        {
            await services.GetRequiredService<StorageStart>().EnsureReadyAsync(cancellationToken);
            if (signs)
            {
                await services.GetRequiredService<KeyRingStart>().EnsureReadyAsync(cancellationToken);
            }

            return new ConsoleStore(services, null);
        }
        catch (StoreOwnedException e) when (e.Owner?.ControlSocket is { } socket)
        {
            await services.DisposeAsync();
            return new ConsoleStore(null, socket);
        }
        catch (Exception e) when (ConsoleFailures.Explain(e) is { } explanation)
        {
            await services.DisposeAsync();
            await output.WriteErrorLineAsync(e is StoreOwnedException
                ? $"{e.Message} That process takes no commands: it is a command too, or a server that is starting or has no control socket. Nothing was done."
                : explanation);
            return null;
        }
        catch
        {
            await services.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _services?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static ServiceProvider BuildServices(ServerStart start)
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
        services.AddOptions<FrontOptions>().Bind(configuration);
        services.AddSingleton<Issuer>();
        services.AddRouting();
        services.AddAdministration();
        return services.BuildServiceProvider();
    }
}
