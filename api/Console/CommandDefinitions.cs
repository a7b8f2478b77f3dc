using System.CommandLine;
using Platform.Api.Scopes.Import;

namespace Platform.Api.Console;

/// <summary>Runs a request of a parsed command line; the output is null for the terminal.</summary>
internal delegate Task<int> RunRequest(ParseResult parsed, ConsoleRequest request, IConsoleOutput? output, CancellationToken cancellationToken);

/// <summary>The commands with their arguments, options and help.</summary>
internal sealed class CommandDefinitions(ConsoleStreams streams, RunRequest run)
{
    private readonly string _actor = $"console:{Environment.UserName}";
    private readonly WriterOutput _terminal = new(streams.Output, streams.Error);

    internal Command Import()
    {
        var file = new Argument<string>("FILE") { Description = "JSON or YAML in UTF-8; - reads standard input." };
        var format = FormatOption("told from the file's name, or its first character");
        var check = new Option<bool>("--check") { Description = "Says what would change, and changes nothing." };
        var unseen = new Option<bool>("--unseen-users") { Description = "Takes users 'directory:id' who have never logged in, too." };
        var json = JsonOption("Prints problems and changes as one JSON document.");
        var openTox = new Option<bool>("--opentox") { Description = "Moved: policy import-opentox SERVICE FILE.", Hidden = true };
        var service = new Option<string?>("--service") { Hidden = true };
        var command = new Command("import", "Imports scopes, OAuth clients and memberships: all of the file or, where anything is wrong with it, nothing.")
        {
            file, format, check, unseen, json, openTox, service,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(openTox) || result.GetValue(service) is not null)
            {
                result.AddError("The configuration of an OpenTox service's filter is imported by 'policy import-opentox SERVICE FILE'.");
            }
        });
        command.SetAction(async (parsed, token) =>
        {
            var path = parsed.GetRequiredValue(file);
            if (await ScopeFileInput.ReadAsync(path, streams.Input, _terminal, token) is not { } content)
            {
                return ExitCode.Failed;
            }

            var request = new ImportRequest(
                _actor, content, parsed.GetValue(format) ?? ScopeFileInput.FormatOf(path), parsed.GetValue(check), parsed.GetValue(unseen), parsed.GetValue(json));
            return await run(parsed, request, null, token);
        });
        return command;
    }

    internal Command Export()
    {
        var file = new Argument<string?>("FILE") { Description = "Where to write; default: standard output.", Arity = ArgumentArity.ZeroOrOne };
        var format = FormatOption("told from the file's name, else json");
        var voms = new Option<bool>("--voms") { Description = "Writes memberships as VOMS names, /vo/group/Role=name." };
        var command = new Command("export", "Exports scopes, OAuth clients and memberships to what imports to the same.") { file, format, voms };
        command.SetAction(async (parsed, token) =>
        {
            var path = parsed.GetValue(file) is { } given and not "-" ? given : null;
            var request = new ExportRequest(
                _actor, parsed.GetValue(format) ?? (path is null ? null : ScopeFileInput.FormatOf(path)) ?? ScopeFileFormat.Json, parsed.GetValue(voms));
            return path is null
                ? await run(parsed, request, null, token)
                : await FileOutput.WriteAsync(path, _terminal, output => run(parsed, request, output, token));
        });
        return command;
    }

    private static Option<bool> JsonOption(string description) => new("--json") { Description = description };

    private static Option<ScopeFileFormat?> FormatOption(string otherwise) =>
        new("--format") { Description = $"json or yaml; default: {otherwise}." };
}
