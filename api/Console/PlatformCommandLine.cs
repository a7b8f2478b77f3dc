using System.CommandLine;
using Platform.Api.Administration.Clients;
using Platform.Api.Administration.Keys;
using Platform.Api.Administration.Members;
using Platform.Api.Administration.Scopes;
using Platform.Api.Administration.Sessions;
using Platform.Api.Administration.Users;
using Platform.Api.Audit;
using Platform.Api.Console.Administration;
using Platform.Api.Console.Administration.Local;
using Platform.Api.Console.Administration.Remote;
using Platform.Api.Demo;
using Platform.Api.Policies.Sets;

namespace Platform.Api.Console;

/// <summary>The command line: without a command the server, with one a task on its store.</summary>
internal sealed class PlatformCommandLine
{
    private readonly Func<ServerStart, Task> _runServer;
    private readonly ConsoleStreams _streams;
    private readonly WriterOutput _output;
    private readonly Option<bool> _demo = new("--demo") { Description = "The demo: loopback only, its data in data/demo. With a command: on the demo's store.", Recursive = true };
    private readonly Option<bool> _fresh = new("--fresh") { Description = "With --demo: begins with new data." };

    private PlatformCommandLine(Func<ServerStart, Task> runServer, ConsoleStreams streams)
    {
        _runServer = runServer;
        _streams = streams;
        _output = new WriterOutput(streams.Output, streams.Error);
    }

    /// <summary>Runs what the arguments say and returns the exit code.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="runServer">Runs the server until it is stopped.</param>
    /// <param name="streams">Where commands read and write; null: this process's streams.</param>
    internal static Task<int> RunAsync(string[] arguments, Func<ServerStart, Task> runServer, ConsoleStreams? streams = null) =>
        new PlatformCommandLine(runServer, streams ?? ConsoleStreams.OfProcess()).RunAsync(arguments);

    private async Task<int> RunAsync(string[] arguments)
    {
        var settings = SettingArguments.Take(arguments, out var rest, out var fault);
        if (fault is not null)
        {
            return await RefuseAsync([fault]);
        }

        var parsed = Build(settings).Parse(rest);
        if (parsed.Errors.Count > 0)
        {
            return await RefuseAsync(parsed.Errors.Select(error => error.Message));
        }

        try
        {
            return await InvokeAsync(parsed);
        }
        catch (OperationCanceledException)
        {
            await _output.WriteErrorLineAsync("Interrupted. Whether the command took effect is not known; it can be repeated.");
            return ExitCode.Failed;
        }
        catch (IOException e)
        {
            // For instance a pipe whose reader has gone.
            await _output.WriteErrorLineAsync(e.Message);
            return ExitCode.Failed;
        }
    }

    private Task<int> InvokeAsync(ParseResult parsed) =>
        parsed.InvokeAsync(new InvocationConfiguration
        {
            Output = _streams.Output,
            Error = _streams.Error,
            EnableDefaultExceptionHandler = false,

            // The server's own host takes the signals and drains its requests.
            ProcessTerminationTimeout = parsed.CommandResult.Command is RootCommand ? null : TimeSpan.FromSeconds(2),
        });

    private RootCommand Build(IReadOnlyDictionary<string, string?> settings)
    {
        var root = new RootCommand("Login, sessions and scopes for research infrastructures. Without a command: the server. Settings are given as --Section:Name=value or in the environment as Section__Name.")
        {
            _demo,
            _fresh,
        };
        RunRequest run = (parsed, request, output, token) => RunCommandAsync(settings, parsed.GetValue(_demo), request, output ?? _output, token);
        var commands = new CommandDefinitions(_streams, run);
        root.Add(commands.Import());
        root.Add(commands.Export());
        AddAdministration(root, settings, run);
        root.Validators.Add(result =>
        {
            if (result.GetValue(_fresh) && !result.GetValue(_demo))
            {
                result.AddError("--fresh goes with --demo: it deletes the demo's data.");
            }
        });
        root.SetAction((parsed, _) => RunServerAsync(settings, parsed.GetValue(_demo), parsed.GetValue(_fresh)));
        return root;
    }

    private void AddAdministration(RootCommand root, IReadOnlyDictionary<string, string?> settings, RunRequest run)
    {
        var commands = new AdminCommands(
            new AdminOptions(), (parsed, remote, token) => OpenAsync(settings, parsed.GetValue(_demo), remote, token), _output, _streams);
        root.Add(new UserCommandDefinitions(commands, run).User());
        root.Add(new ScopeCommandDefinitions(commands).Scope());
        root.Add(new MemberCommandDefinitions(commands).Member());
        root.Add(new ClientCommandDefinitions(commands).Client());
        root.Add(new SessionCommandDefinitions(commands).Session());
        root.Add(new KeyCommandDefinitions(commands).Key());
        root.Add(new PolicyCommandDefinitions(_streams, new RemotePolicies(commands, run).RunAsync, commands.Options).Policy());
        root.Add(new AuditCommandDefinitions(commands, run).Root());
        var remote = new RemoteCommandDefinitions(commands);
        root.Add(remote.Login());
        root.Add(remote.Logout());
    }

    /// <summary>The way to the administration's endpoints: over the network, or on the store.</summary>
    private async Task<IAdminTransport?> OpenAsync(
        IReadOnlyDictionary<string, string?> settings, bool demo, RemoteOptions? remote, CancellationToken cancellationToken)
    {
        if (remote is not null)
        {
            return new RemoteTransport(remote, _output, TimeProvider.System);
        }

        if (!await HasStoreAsync(demo, _output))
        {
            return null;
        }

        return await ConsoleStore.OpenAsync(StartOf(settings, demo), signs: true, _output, cancellationToken) is { } store
            ? new LocalTransport(store, $"console:{Environment.UserName}", _output)
            : null;
    }

    private static async Task<bool> HasStoreAsync(bool demo, IConsoleOutput output)
    {
        if (!demo || DemoSettings.HasStore)
        {
            return true;
        }

        await output.WriteErrorLineAsync("There is no data/demo here. Start the demo once (--demo), or change to the folder that it was started in.");
        return false;
    }

    private static async Task<int> RunCommandAsync(
        IReadOnlyDictionary<string, string?> settings, bool demo, ConsoleRequest request, IConsoleOutput output, CancellationToken cancellationToken)
    {
        return !await HasStoreAsync(demo, output)
            ? ExitCode.Failed
            : await new ConsoleRunner(StartOf(settings, demo), output).RunAsync(request, cancellationToken);
    }

    private async Task<int> RunServerAsync(IReadOnlyDictionary<string, string?> settings, bool demo, bool fresh)
    {
        try
        {
            if (demo)
            {
                if (DemoSettings.FindFault(settings) is { } fault)
                {
                    return await RefuseAsync([fault]);
                }

                DemoSettings.Prepare(settings, fresh);
            }

            await _runServer(StartOf(settings, demo));
            return ExitCode.Ok;
        }
        catch (Exception e) when (ConsoleFailures.Explain(e) is { } explanation)
        {
            await _output.WriteErrorLineAsync(explanation);
            return ExitCode.Failed;
        }
    }

    private static ServerStart StartOf(IReadOnlyDictionary<string, string?> settings, bool demo) =>
        new(demo ? DemoSettings.Over(settings) : settings, demo);

    private async Task<int> RefuseAsync(IEnumerable<string> faults)
    {
        foreach (var fault in faults)
        {
            await _output.WriteErrorLineAsync(ConsoleText.Printable(fault));
        }

        await _output.WriteErrorLineAsync("Try --help.");
        return ExitCode.Usage;
    }
}
