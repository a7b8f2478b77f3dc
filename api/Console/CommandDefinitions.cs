using System.CommandLine;
using System.Globalization;
using Platform.Api.Scopes.Import;
using Platform.Grains.Scopes.Import;
using Platform.Policies.Requests;

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
        var openTox = new Option<bool>("--opentox") { Description = "FILE is the configuration of an OpenTox service's filter, and becomes the policy set of a service." };
        var service = new Option<string?>("--service") { Description = "With --opentox: the service." };
        var hosts = HostsOption();
        var disabled = new Option<bool>("--accept-disabled") { Description = "With --opentox: where the file turns the filter off, lets everything through." };
        var command = new Command("import", "Imports scopes, OAuth clients and memberships, or rules: all of the file or, where anything is wrong with it, nothing.")
        {
            file, format, check, unseen, json, openTox, service, hosts, disabled,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(openTox) != (result.GetValue(service) is not null))
            {
                result.AddError("--opentox and --service go together.");
            }
        });
        command.SetAction(async (parsed, token) =>
        {
            var path = parsed.GetRequiredValue(file);
            if (await ScopeFileInput.ReadAsync(path, streams.Input, _terminal, token) is not { } content)
            {
                return ExitCode.Failed;
            }

            ConsoleRequest request = parsed.GetValue(service) is { } name
                ? new OpenToxImportRequest(
                    _actor, content, name, parsed.GetValue(hosts) ?? new Dictionary<string, string>(), parsed.GetValue(disabled), parsed.GetValue(check), parsed.GetValue(json))
                : new ImportRequest(
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

    internal Command User()
    {
        var command = new Command("user", "Local users.");
        command.Add(UserAdd());
        command.Add(UserPassword());
        command.Add(UserDisabled("disable", "Refuses further logins and ends all sessions of a user.", disabled: true));
        command.Add(UserDisabled("enable", "Lets a disabled user log in again.", disabled: false));
        return command;
    }

    internal Command Audit()
    {
        var since = TimeOption("--since", "Entries of this time or later: 2027-06-30 or 2027-06-30T22:00:00Z.");
        var until = TimeOption("--until", "Entries before this time.");
        var subject = new Option<string?>("--subject") { Description = "Entries by or on this user: a local user name, directory:id, or what was typed." };
        var action = new Option<string?>("--action") { Description = "Entries of this act, for instance session.login." };
        var verify = new Option<bool>("--verify") { Description = "Verifies all chains instead: gaps, edits, truncations, signatures." };
        var json = JsonOption("Prints a JSON document a line.");
        var command = new Command("audit", "Prints who did what, from where, and how it ended; or verifies that the record is as it was written.") { since, until, subject, action, verify, json };
        command.Validators.Add(result =>
        {
            if (result.GetValue(verify) && new Option[] { since, until, subject, action }.Any(option => result.GetResult(option) is not null))
            {
                result.AddError("--verify goes over everything and takes no filter.");
            }
        });
        command.SetAction((parsed, token) => run(
            parsed,
            parsed.GetValue(verify)
                ? new VerifyAuditRequest(_actor, parsed.GetValue(json))
                : new AuditRequest(_actor, parsed.GetValue(since), parsed.GetValue(until), parsed.GetValue(subject), parsed.GetValue(action), parsed.GetValue(json)),
            null,
            token));
        return command;
    }

    private Command UserAdd()
    {
        var name = NameArgument();
        var admin = new Option<bool>("--admin") { Description = "Makes the user Infrastructure-Manager of every infrastructure that there is." };
        var displayName = new Option<string?>("--display-name") { Description = "The full name; default: the user name." };
        var mail = new Option<string?>("--mail") { Description = "The mail address." };
        var command = new Command("add", "Makes a user. The password comes from standard input.") { name, admin, displayName, mail };
        command.SetAction((parsed, token) => WithPasswordAsync(
            password => run(
                parsed,
                new AddUserRequest(_actor, parsed.GetRequiredValue(name), password, parsed.GetValue(admin), parsed.GetValue(displayName), parsed.GetValue(mail)),
                null,
                token),
            token));
        return command;
    }

    private Command UserPassword()
    {
        var name = NameArgument();
        var command = new Command("password", "Sets a user's password and ends their sessions. The password comes from standard input.") { name };
        command.SetAction((parsed, token) => WithPasswordAsync(
            password => run(parsed, new SetPasswordRequest(_actor, parsed.GetRequiredValue(name), password), null, token), token));
        return command;
    }

    private Command UserDisabled(string verb, string description, bool disabled)
    {
        var name = NameArgument();
        var command = new Command(verb, description) { name };
        command.SetAction((parsed, token) => run(parsed, new SetUserDisabledRequest(_actor, parsed.GetRequiredValue(name), disabled), null, token));
        return command;
    }

    private async Task<int> WithPasswordAsync(Func<string, Task<int>> runWith, CancellationToken cancellationToken)
    {
        if (await PasswordInput.ReadAsync(streams.Input, streams.InputIsTerminal, streams.Error, cancellationToken) is { } password)
        {
            return await runWith(password);
        }

        await _terminal.WriteErrorLineAsync("There is no password on standard input: its first line, in UTF-8.");
        return ExitCode.Failed;
    }

    private static Argument<string> NameArgument() => new("NAME") { Description = "The user name." };

    private static Option<bool> JsonOption(string description) => new("--json") { Description = description };

    private static Option<Dictionary<string, string>?> HostsOption() => new("--host")
    {
        Description = "With --opentox: SERVER=name[:port], the real host for a name that stands for it in the file; may be given several times.",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = result =>
        {
            var hosts = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var token in result.Tokens)
            {
                if (token.Value.Split('=') is not [{ Length: > 0 } name, { Length: > 0 } host]
                    || !RequestUrl.TryNormalise($"http://{host}/", out var url, out _)
                    || url.Path != "/"
                    || !hosts.TryAdd(name, url.Authority))
                {
                    result.AddError($"'{token.Value}' is not SERVER=name[:port], or names the same twice.");
                    return null;
                }
            }

            return hosts;
        },
    };

    private static Option<ScopeFileFormat?> FormatOption(string otherwise) =>
        new("--format") { Description = $"json or yaml; default: {otherwise}." };

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
}
