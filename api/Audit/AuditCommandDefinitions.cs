using System.CommandLine;
using System.Globalization;
using Platform.Api.Console;
using Platform.Api.Console.Administration;
using Platform.Grains.Scopes.Import;
using static Platform.Api.Console.Administration.AdminArguments;
using static Platform.Api.Console.Administration.QueryText;

namespace Platform.Api.Audit;

/// <summary>The command <c>audit</c>: who did what. Without a command below it, it reads the whole record of the store, or verifies it.</summary>
/// <param name="commands">What commands of the administration share.</param>
/// <param name="local">Runs a command on the store.</param>
internal sealed class AuditCommandDefinitions(AdminCommands commands, RunRequest local)
{
    private const string Audit = "/admin/api/audit";

    private readonly string _actor = $"console:{Environment.UserName}";

    /// <summary>The command with those below it.</summary>
    public Command Root()
    {
        var since = TimeOption("--since", "Entries of this time or later: 2027-06-30 or 2027-06-30T22:00:00Z.");
        var until = TimeOption("--until", "Entries before this time.");
        var subject = new Option<string?>("--subject") { Description = "Entries by or on this user: a local user name, directory:id, or what was typed." };
        var action = new Option<string?>("--action") { Description = "Entries of this act, for instance session.login." };
        var verify = new Option<bool>("--verify") { Description = "Verifies all chains instead: gaps, edits, truncations, signatures." };
        var command = new Command("audit", "Prints who did what, from where, and how it ended; or verifies that the record is as it was written.") { since, until, subject, action, verify };
        command.Validators.Add(result =>
        {
            if (result.GetValue(verify) && new Option[] { since, until, subject, action }.Any(option => result.GetResult(option) is not null))
            {
                result.AddError("--verify goes over everything and takes no filter.");
            }
        });
        command.SetAction((parsed, token) => commands.Options.RemoteOf(parsed) is not null
            ? RefuseRemoteAsync()
            : local(
                parsed,
                parsed.GetValue(verify)
                    ? new VerifyAuditRequest(_actor, parsed.GetValue(commands.Options.Json))
                    : new AuditRequest(_actor, parsed.GetValue(since), parsed.GetValue(until), parsed.GetValue(subject), parsed.GetValue(action), parsed.GetValue(commands.Options.Json)),
                null,
                token));
        command.Add(Search());
        command.Add(Export());
        command.Add(Verify());
        return commands.Options.AddTo(command);
    }

    private Command Search()
    {
        var filter = new Filter();
        return commands.List(filter.AddTo(new Command("search", "Prints entries, the newest first, by pages.")), filter.Read, "at", "action", "outcome", "by=subject", "on=object", "scope", "address", "detail");
    }

    private Command Export()
    {
        var filter = new Filter("/export");
        var file = new Argument<string?>("FILE") { Description = "Where to write; default: standard output.", Arity = ArgumentArity.ZeroOrOne };
        var command = filter.AddTo(new Command("export", "Exports entries as JSON, one a line.") { file });
        command.SetAction((parsed, token) => commands.WithAsync(
            parsed,
            async transport =>
            {
                var answer = await transport.SendAsync(AdminCall.Get(filter.Read(parsed)) with { Accept = "application/x-ndjson" }, null, token);
                if (!answer.IsSuccess)
                {
                    return await commands.RefuseAsync(parsed, answer);
                }

                var path = parsed.GetValue(file) is { } given and not "-" ? given : null;
                return path is null ? await PrintAsync(commands.Terminal) : await FileOutput.WriteAsync(path, commands.Terminal, PrintAsync);

                async Task<int> PrintAsync(IConsoleOutput output)
                {
                    await output.WriteAsync(System.Text.Encoding.UTF8.GetString(answer.Body));
                    return ExitCode.Ok;
                }
            },
            token));
        return command;
    }

    private Command Verify()
    {
        var command = new Command("verify", "Verifies all chains: gaps, edits, truncations, signatures.");
        command.SetAction((parsed, token) => commands.Options.RemoteOf(parsed) is null
            ? local(parsed, new VerifyAuditRequest(_actor, parsed.GetValue(commands.Options.Json)), null, token)
            : RefuseRemoteAsync());
        return command;
    }

    private async Task<int> RefuseRemoteAsync()
    {
        await commands.Terminal.WriteErrorLineAsync("The whole record is read and verified on the store itself; with --server there are 'audit search' and 'audit export'.");
        return ExitCode.Usage;
    }

    private static Option<DateTimeOffset?> TimeOption(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result =>
        {
            var text = result.Tokens.Single().Value;
            if (DateTimeOffset.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var day))
            {
                return day;
            }

            if (ImportTime.TryRead(text, out var time))
            {
                return time;
            }

            result.AddError($"'{text}' is neither a day such as 2027-06-30 nor a time such as 2027-06-30T22:00:00Z.");
            return null;
        },
    };

    /// <summary>Which entries.</summary>
    private sealed class Filter(string rest = "")
    {
        private readonly Option<string?> _actor = Text("--actor", "Entries by this user, client or operator.");
        private readonly Option<string?> _object = Text("--object", "Entries on this user, scope, client or service.");
        private readonly Option<string?> _scope = ScopeOption("--scope", "Entries about this scope.");
        private readonly Option<string?> _action = Text("--action", "Entries of this act, for instance session.login.");
        private readonly Option<string?> _outcome = Text("--outcome", "Entries that ended so: ok, or a refusal's code.");
        private readonly Option<string?> _since = Time("--since", "Entries of this time or later.");
        private readonly Option<string?> _until = Time("--until", "Entries before this time.");
        private readonly Option<string?> _text = Text("--text", "Entries that hold this text.");

        public Command AddTo(Command command)
        {
            foreach (var option in new Option[] { _actor, _object, _scope, _action, _outcome, _since, _until, _text })
            {
                command.Add(option);
            }

            return command;
        }

        public string Read(ParseResult parsed) => Of(
            Audit + rest,
            ("actor", parsed.GetValue(_actor)),
            ("object", parsed.GetValue(_object)),
            ("scope", parsed.GetValue(_scope)),
            ("action", parsed.GetValue(_action)),
            ("outcome", parsed.GetValue(_outcome)),
            ("since", parsed.GetValue(_since)),
            ("until", parsed.GetValue(_until)),
            ("text", parsed.GetValue(_text)));
    }
}
