using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Platform.Api.Console.Administration.Answers;
using Platform.Api.Console.Administration.Remote;

namespace Platform.Api.Console.Administration;

/// <summary>Opens the way to the endpoints that a command line asks for; null where there is none, and it was said why.</summary>
internal delegate Task<IAdminTransport?> OpenTransport(ParseResult parsed, RemoteOptions? remote, CancellationToken cancellationToken);

/// <summary>What the commands of the administration share: sending requests, and showing the answers.</summary>
internal sealed class AdminCommands(AdminOptions options, OpenTransport open, IConsoleOutput terminal, ConsoleStreams streams)
{
    private const int PageSize = 200;

    private readonly Option<int> _limit = new("--limit") { Description = "How many to print at the most; 0: all. Default: 200.", DefaultValueFactory = _ => PageSize };

    /// <summary>The streams of the command line.</summary>
    public ConsoleStreams Streams => streams;

    /// <summary>The terminal.</summary>
    public IConsoleOutput Terminal => terminal;

    /// <summary>The options of all of them.</summary>
    public AdminOptions Options => options;

    /// <summary>A command that lists.</summary>
    /// <param name="command">The command with its arguments and options.</param>
    /// <param name="path">Path and query of the list.</param>
    /// <param name="columns">What is shown of each item.</param>
    public Command List(Command command, Func<ParseResult, string> path, params string[] columns)
    {
        command.Add(_limit);
        command.SetAction((parsed, token) => WithAsync(parsed, transport => ListAsync(parsed, transport, path(parsed), columns, token), token));
        return command;
    }

    /// <summary>A command that sends one request and shows what comes back.</summary>
    /// <param name="command">The command with its arguments and options.</param>
    /// <param name="call">The request; null: it was said what keeps it from being sent.</param>
    /// <param name="done">What is said where nothing comes back; null: "Done.".</param>
    public Command Act(Command command, Func<ParseResult, CancellationToken, Task<AdminCall?>> call, Func<ParseResult, string>? done = null)
    {
        command.SetAction(async (parsed, token) => await call(parsed, token) is { } request
            ? await WithAsync(parsed, transport => SendAsync(parsed, transport, request, done?.Invoke(parsed), token), token)
            : ExitCode.Failed);
        return command;
    }

    /// <summary>The same, where nothing has to be read for the request.</summary>
    public Command Act(Command command, Func<ParseResult, AdminCall> call, Func<ParseResult, string>? done = null) =>
        Act(command, (parsed, _) => Task.FromResult<AdminCall?>(call(parsed)), done);

    /// <summary>Opens the way, runs what goes over it, and says what is in the way.</summary>
    public async Task<int> WithAsync(ParseResult parsed, Func<IAdminTransport, Task<int>> run, CancellationToken cancellationToken)
    {
        try
        {
            await using var transport = await open(parsed, options.RemoteOf(parsed), cancellationToken);
            return transport is null ? ExitCode.Failed : await run(transport);
        }
        catch (AdminUnreachableException e)
        {
            if (e.Message.Length > 0)
            {
                await terminal.WriteErrorLineAsync(ConsoleText.Printable(e.Message));
            }

            return ExitCode.Failed;
        }
        catch (Exception e) when (ConsoleFailures.Explain(e) is { } explanation)
        {
            await terminal.WriteErrorLineAsync(explanation);
            return ExitCode.Failed;
        }
    }

    /// <summary>Sends a request and shows what comes back.</summary>
    public async Task<int> SendAsync(ParseResult parsed, IAdminTransport transport, AdminCall call, string? done, CancellationToken cancellationToken)
    {
        var answer = await transport.SendAsync(call, null, cancellationToken);
        if (!answer.IsSuccess)
        {
            return await RefuseAsync(parsed, answer);
        }

        if (parsed.GetValue(options.Json))
        {
            await WriteRawAsync(answer);
        }
        else if (answer.Json is JsonObject { Count: > 0 } json && done is null)
        {
            await terminal.WriteAsync(TextTable.Of(json));
        }
        else
        {
            await terminal.WriteLineAsync(done ?? "Done.");
        }

        return ExitCode.Ok;
    }

    /// <summary>Prints an answer's body as it is.</summary>
    public async Task WriteRawAsync(AdminAnswer answer)
    {
        if (answer.Body.Length > 0)
        {
            var text = System.Text.Encoding.UTF8.GetString(answer.Body);
            await terminal.WriteAsync(text.EndsWith('\n') ? text : text + "\n");
        }
    }

    /// <summary>Says why nothing was done: the problem document in words, or as it is.</summary>
    public async Task<int> RefuseAsync(ParseResult parsed, AdminAnswer answer)
    {
        if (parsed.GetValue(options.Json) && answer.Json is not null)
        {
            await WriteRawAsync(answer);
            return ExitCode.Failed;
        }

        var problem = answer.Json as JsonObject;
        foreach (var fault in problem?["faults"] as JsonArray ?? [])
        {
            await terminal.WriteErrorLineAsync(ConsoleText.Printable(string.Create(
                CultureInfo.InvariantCulture,
                $"line {fault?["line"]}, column {fault?["column"]}{(fault?["path"]?.ToString() is { Length: > 0 } path ? $", {path}" : "")}: {fault?["message"]}")));
        }

        var words = problem?["detail"]?.ToString() ?? problem?["title"]?.ToString()
            ?? string.Create(CultureInfo.InvariantCulture, $"The server answered with status {answer.Status}.");
        var place = problem?["place"]?.ToString() is { Length: > 0 } at ? $"{at}: " : "";
        await terminal.WriteErrorLineAsync(ConsoleText.Printable(problem?["code"] is { } code ? $"{place}{words} ({code})" : $"{place}{words}"));
        return ExitCode.Failed;
    }

    private async Task<int> ListAsync(ParseResult parsed, IAdminTransport transport, string path, string[] columns, CancellationToken cancellationToken)
    {
        var limit = parsed.GetValue(_limit) is > 0 and var given ? given : int.MaxValue;
        var items = new JsonArray();
        JsonNode? next = null;
        JsonNode? total = null;
        do
        {
            var size = Math.Min(PageSize, limit - items.Count);
            var page = QueryText.Of(path, ("limit", size.ToString(CultureInfo.InvariantCulture)), ("cursor", next?.ToString()));
            var answer = await transport.SendAsync(AdminCall.Get(page), null, cancellationToken);
            if (!answer.IsSuccess)
            {
                return await RefuseAsync(parsed, answer);
            }

            var json = answer.Json as JsonObject;
            foreach (var item in (json?["items"] as JsonArray ?? []).ToList())
            {
                items.Add(item?.DeepClone());
            }

            next = json?["next"];
            total = json?["total"];
        }
        while (next is not null && items.Count < limit);

        if (parsed.GetValue(options.Json))
        {
            await terminal.WriteLineAsync(new JsonObject { ["items"] = items, ["next"] = next?.DeepClone(), ["total"] = total?.DeepClone() }.ToJsonString());
            return ExitCode.Ok;
        }

        await terminal.WriteAsync(TextTable.Of([.. items], columns));
        if (next is not null)
        {
            await terminal.WriteErrorLineAsync($"{items.Count} of {total}; --limit 0 prints all.");
        }

        return ExitCode.Ok;
    }
}
