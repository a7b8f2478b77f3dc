using System.CommandLine;
using System.Text.Json.Nodes;
using Platform.Api.Console;
using Platform.Api.Console.Administration;
using Platform.Api.Console.Administration.Answers;
using static Platform.Api.Console.Administration.AdminArguments;
using static Platform.Api.Console.Administration.QueryText;

namespace Platform.Api.Administration.Bulk;

/// <summary>The commands <c>import</c> and <c>export</c> of users and of members.</summary>
internal sealed class BulkCommandDefinitions(AdminCommands commands)
{
    /// <summary>The command that imports.</summary>
    /// <param name="what">The resource: users, or members.</param>
    /// <param name="description">What it does.</param>
    public Command Import(string what, string description)
    {
        var file = new Argument<string>("FILE") { Description = "CSV (RFC 4180) or JSON, in UTF-8; - reads standard input." };
        var format = FormatOption("told from the file's name, or its first character");
        var check = new Option<bool>("--dry-run") { Description = "Says what would change, and changes nothing." };
        var command = new Command("import", description) { file, format, check };
        command.SetAction(async (parsed, token) =>
        {
            var path = parsed.GetRequiredValue(file);
            if (await ReadAsync(path, token) is not { } content)
            {
                return ExitCode.Failed;
            }

            var isJson = (parsed.GetValue(format) ?? FormatOf(path) ?? Guess(content)) == "json";
            var call = new AdminCall("POST", Of($"/admin/api/{what}/import", ("check", parsed.GetValue(check) ? "true" : null)))
            {
                ContentType = isJson ? "application/json" : "text/csv; charset=utf-8",
                Accept = AnswerCollector.Lines,
                Body = content,
            };
            return await commands.WithAsync(parsed, transport => ImportAsync(parsed, transport, call, parsed.GetValue(check), token), token);
        });
        return command;
    }

    /// <summary>The command that exports.</summary>
    /// <param name="what">The resource: users, or members.</param>
    /// <param name="description">What it does.</param>
    /// <param name="withScope">Whether it can be limited to a scope.</param>
    public Command Export(string what, string description, bool withScope)
    {
        var file = new Argument<string?>("FILE") { Description = "Where to write; default: standard output.", Arity = ArgumentArity.ZeroOrOne };
        var format = FormatOption("told from the file's name, else csv");
        var scope = ScopeOption("--scope", "Only of this scope and what lies below it.");
        var command = new Command("export", description) { file, format };
        if (withScope)
        {
            command.Add(scope);
        }

        command.SetAction((parsed, token) =>
        {
            var path = parsed.GetValue(file) is { } given and not "-" ? given : null;
            var call = AdminCall.Get(Of(
                $"/admin/api/{what}/export",
                ("format", parsed.GetValue(format) ?? (path is null ? null : FormatOf(path)) ?? "csv"),
                ("scope", withScope ? parsed.GetValue(scope) : null))) with { Accept = "*/*" };
            return commands.WithAsync(
                parsed,
                async transport =>
                {
                    var answer = await transport.SendAsync(call, null, token);
                    return !answer.IsSuccess ? await commands.RefuseAsync(parsed, answer)
                        : path is null ? await PrintAsync(commands.Terminal, answer)
                        : await FileOutput.WriteAsync(path, commands.Terminal, output => PrintAsync(output, answer));
                },
                token);
        });
        return command;
    }

    private async Task<int> ImportAsync(ParseResult parsed, IAdminTransport transport, AdminCall call, bool checkOnly, CancellationToken cancellationToken)
    {
        var bar = new ProgressBar(commands.Terminal, commands.Streams.ErrorIsTerminal);
        JsonObject? outcome = null;
        var answer = await transport.SendAsync(
            call,
            async line =>
            {
                var json = JsonNode.Parse(line) as JsonObject;
                if (json?["done"] is { } done)
                {
                    await bar.ShowAsync(done.GetValue<long>(), json["total"]!.GetValue<long>());
                }
                else
                {
                    outcome = json;
                }
            },
            cancellationToken);
        await bar.EndAsync();
        if (!answer.IsSuccess || outcome is null)
        {
            return await commands.RefuseAsync(parsed, answer);
        }

        var problems = outcome["problems"] as JsonArray ?? [];
        if (parsed.GetValue(commands.Options.Json))
        {
            await commands.Terminal.WriteLineAsync(outcome.ToJsonString());
        }
        else if (problems.Count > 0)
        {
            foreach (var problem in problems)
            {
                var at = problem!["path"]?.ToString() is { Length: > 0 } path ? $", {path}" : "";
                await commands.Terminal.WriteErrorLineAsync(ConsoleText.Printable($"line {problem["line"]}, column {problem["column"]}{at}: {problem["message"]}"));
            }

            var applied = outcome["added"]!.GetValue<int>() + outcome["changed"]!.GetValue<int>();
            await commands.Terminal.WriteErrorLineAsync(
                $"{(applied == 0 ? "Nothing was imported" : $"Only a part was imported ({applied} rows); import the file again")}: {problems.Count} problem{(problems.Count == 1 ? "" : "s")}.");
        }
        else
        {
            await commands.Terminal.WriteLineAsync($"{(checkOnly ? "Would import" : "Imported")}: {outcome["added"]} added, {outcome["changed"]} changed, {outcome["unchanged"]} as they were.");
        }

        return problems.Count > 0 ? ExitCode.Failed : ExitCode.Ok;
    }

    private static async Task<int> PrintAsync(IConsoleOutput output, AdminAnswer answer)
    {
        await output.WriteAsync(System.Text.Encoding.UTF8.GetString(answer.Body));
        return ExitCode.Ok;
    }

    private async Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            using var content = new MemoryStream();
            await using var source = path == "-" ? commands.Streams.Input : File.OpenRead(path);
            await source.CopyToAsync(content, cancellationToken);
            return content.ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await commands.Terminal.WriteErrorLineAsync($"The file cannot be read: {e.Message}");
            return null;
        }
    }

    private static Option<string?> FormatOption(string otherwise)
    {
        var option = new Option<string?>("--format") { Description = $"csv or json; default: {otherwise}." };
        option.AcceptOnlyFromAmong("csv", "json");
        return option;
    }

    private static string? FormatOf(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".csv" => "csv",
        ".json" => "json",
        _ => null,
    };

    private static string Guess(byte[] content) => content.AsSpan().TrimStart("\uFEFF \t\r\n"u8) is [(byte)'[' or (byte)'{', ..] ? "json" : "csv";
}
