using System.CommandLine;
using Platform.Api.Console.Administration.Remote;

namespace Platform.Api.Console.Administration;

/// <summary>The options that every command of the administration takes.</summary>
internal sealed class AdminOptions
{
    private readonly Option<string?> _server = new("--server")
    {
        Description = "The public address of a server to administer over the network, after a login there; default: the store itself.",
        Recursive = true,
    };

    private readonly Option<string?> _client = new("--client-id")
    {
        Description = $"With --server: the OAuth client of the command line; default: {RemoteOptions.DefaultClientId}.",
        Recursive = true,
    };

    private readonly Option<string?> _authorities = new("--ca")
    {
        Description = "With --server: a file in PEM with the certificate authorities that its certificate may come from; default: the machine's.",
        Recursive = true,
    };

    public AdminOptions()
    {
        _server.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var server }] && RemoteOptions.FindFault(server) is { } fault)
            {
                result.AddError(fault);
            }
        });
        foreach (var option in new[] { _client, _authorities })
        {
            option.Validators.Add(result =>
            {
                if (result.GetResult(_server) is null)
                {
                    result.AddError("--client-id and --ca go with --server.");
                }
            });
        }
    }

    /// <summary>Prints the answer's JSON as it is.</summary>
    public Option<bool> Json { get; } = new("--json") { Description = "Prints JSON for scripts.", Recursive = true };

    /// <summary>Adds them to a command and all below it.</summary>
    public Command AddTo(Command command, bool withJson = true)
    {
        command.Add(_server);
        command.Add(_client);
        command.Add(_authorities);
        if (withJson)
        {
            command.Add(Json);
        }

        return command;
    }

    /// <summary>Whether a command line names a server.</summary>
    public bool NamesServer(System.CommandLine.Parsing.CommandResult result) => result.GetValue(_server) is not null;

    /// <summary>The server of a parsed command line; null: the store itself.</summary>
    public RemoteOptions? RemoteOf(ParseResult parsed) => parsed.GetValue(_server) is { } server
        ? new RemoteOptions(new Uri(server), parsed.GetValue(_client) ?? RemoteOptions.DefaultClientId, parsed.GetValue(_authorities))
        : null;
}
