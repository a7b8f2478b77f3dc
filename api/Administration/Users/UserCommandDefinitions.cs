using System.CommandLine;
using Platform.Api.Administration.Bulk;
using Platform.Api.Console;
using Platform.Api.Console.Administration;
using static Platform.Api.Console.Administration.AdminArguments;
using static Platform.Api.Console.Administration.QueryText;

namespace Platform.Api.Administration.Users;

/// <summary>The command <c>user</c>: people.</summary>
/// <param name="commands">What commands of the administration share.</param>
/// <param name="local">Runs a command on the store; those that were there before the REST endpoints keep their way, which needs nobody with rights.</param>
internal sealed class UserCommandDefinitions(AdminCommands commands, RunRequest local)
{
    private const string Users = "/admin/api/users";

    private readonly string _actor = $"console:{Environment.UserName}";

    /// <summary>The command with those below it.</summary>
    public Command User()
    {
        var bulk = new BulkCommandDefinitions(commands);
        var command = new Command("user", "Users: those of the platform, and those of other directories as far as they were seen.")
        {
            List(),
            Show(),
            Add(),
            Edit(),
            Password(),
            Disabled("disable", "Refuses further logins and ends all sessions of a user.", disabled: true),
            Disabled("enable", "Lets a disabled user log in again.", disabled: false),
            ResetLink(),
            Remove(),
            bulk.Import("users", "Imports local users from CSV or JSON: all of the file or, where anything is wrong with it, nothing."),
            bulk.Export("users", "Exports the local users, without their passwords, to what imports to the same.", withScope: false),
        };
        return commands.Options.AddTo(command);
    }

    private Command List()
    {
        var text = Text("--text", "Only those whose name, full name, mail address or key holds this text.");
        var directory = Text("--directory", "Only those of this directory.");
        var disabled = new Option<bool?>("--disabled") { Description = "Only those who are disabled, or with false only those who are not." };
        var scope = ScopeOption("--scope", "Only members of this scope.");
        var role = Text("--role", "Only those who hold this role.");
        return commands.List(
            new Command("list", "Prints users.") { text, directory, disabled, scope, role },
            parsed => Of(
                Users,
                ("text", parsed.GetValue(text)),
                ("directory", parsed.GetValue(directory)),
                ("disabled", parsed.GetValue(disabled) is { } flag ? flag ? "true" : "false" : null),
                ("scope", parsed.GetValue(scope)),
                ("role", parsed.GetValue(role))),
            "user=userName", "id=user", "name=displayName", "mail", "disabled", "login=lastLoginAt");
    }

    private Command Show()
    {
        var user = AdminArguments.User();
        return commands.Act(new Command("show", "Prints a user.") { user }, parsed => AdminCall.Get(UserOf(parsed.GetRequiredValue(user))));
    }

    private Command Add()
    {
        var name = NameArgument();
        var admin = new Option<bool>("--admin") { Description = "Makes the user Infrastructure-Manager of every infrastructure that there is." };
        var displayName = Text("--display-name", "The full name; default: the user name.");
        var mail = Text("--mail", "The mail address.");
        var command = new Command("add", "Makes a user. The password comes from standard input.") { name, admin, displayName, mail };
        command.SetAction((parsed, token) => WithPasswordAsync(
            password => RunAsync(
                parsed,
                new AddUserRequest(_actor, parsed.GetRequiredValue(name), password, parsed.GetValue(admin), parsed.GetValue(displayName), parsed.GetValue(mail)),
                AdminCall.Post(
                    Users,
                    Body(
                        ("userName", parsed.GetRequiredValue(name)),
                        ("displayName", parsed.GetValue(displayName)),
                        ("mail", parsed.GetValue(mail)),
                        ("password", password),
                        ("administrator", parsed.GetValue(admin) ? true : null))),
                $"User '{parsed.GetRequiredValue(name)}' was made{(parsed.GetValue(admin) ? ", with the role Infrastructure-Manager at every infrastructure" : "")}.",
                token),
            token));
        return command;
    }

    private Command Edit()
    {
        var user = AdminArguments.User();
        var displayName = Text("--display-name", "The full name.");
        var mail = Text("--mail", "The mail address; empty: none.");
        var ifMatch = IfMatch();
        return commands.Act(
            new Command("edit", "Changes the profile of a local user; what is not given stays.") { user, displayName, mail, ifMatch },
            parsed =>
            {
                var body = Body(("displayName", parsed.GetValue(displayName)));
                if (parsed.GetValue(mail) is { } address)
                {
                    body["mail"] = address.Length == 0 ? null : address;
                }

                return AdminCall.Patch(UserOf(parsed.GetRequiredValue(user)), body) with { IfMatch = parsed.GetValue(ifMatch) };
            },
            parsed => $"User '{parsed.GetRequiredValue(user)}' was changed.");
    }

    private Command Password()
    {
        var name = NameArgument();
        var command = new Command("password", "Sets a user's password and ends their sessions. The password comes from standard input.") { name };
        command.SetAction((parsed, token) => WithPasswordAsync(
            password => RunAsync(
                parsed,
                new SetPasswordRequest(_actor, parsed.GetRequiredValue(name), password),
                AdminCall.Put(UserOf(parsed.GetRequiredValue(name), "/password"), Body(("password", password))),
                $"User '{parsed.GetRequiredValue(name)}' has the new password; their sessions are over.",
                token),
            token));
        return command;
    }

    private Command Disabled(string verb, string description, bool disabled)
    {
        var name = AdminArguments.User();
        var command = new Command(verb, description) { name };
        command.SetAction((parsed, token) => RunAsync(
            parsed,
            new SetUserDisabledRequest(_actor, parsed.GetRequiredValue(name), disabled),
            AdminCall.Post(UserOf(parsed.GetRequiredValue(name), "/" + verb)),
            disabled ? $"User '{parsed.GetRequiredValue(name)}' is disabled; their sessions are over." : $"User '{parsed.GetRequiredValue(name)}' is enabled.",
            token));
        return command;
    }

    private Command ResetLink()
    {
        var user = AdminArguments.User();
        return commands.Act(
            new Command("reset-link", "Prints a link with which a local user sets a password, once.") { user },
            parsed => AdminCall.Post(UserOf(parsed.GetRequiredValue(user), "/reset-link")));
    }

    private Command Remove()
    {
        var (user, ifMatch) = (AdminArguments.User(), IfMatch());
        return commands.Act(
            new Command("remove", "Removes a user with their memberships; their sessions and tokens are over.") { user, ifMatch },
            parsed => AdminCall.Delete(UserOf(parsed.GetRequiredValue(user))) with { IfMatch = parsed.GetValue(ifMatch) },
            parsed => $"User '{parsed.GetRequiredValue(user)}' was removed.");
    }

    private Task<int> RunAsync(ParseResult parsed, ConsoleRequest request, AdminCall call, string done, CancellationToken cancellationToken) =>
        commands.Options.RemoteOf(parsed) is null
            ? local(parsed, request, null, cancellationToken)
            : commands.WithAsync(parsed, transport => commands.SendAsync(parsed, transport, call, done, cancellationToken), cancellationToken);

    private async Task<int> WithPasswordAsync(Func<string, Task<int>> run, CancellationToken cancellationToken)
    {
        var streams = commands.Streams;
        if (await PasswordInput.ReadAsync(streams.Input, streams.InputIsTerminal, streams.Error, cancellationToken) is { } password)
        {
            return await run(password);
        }

        await commands.Terminal.WriteErrorLineAsync("There is no password on standard input: its first line, in UTF-8.");
        return ExitCode.Failed;
    }

    private static Argument<string> NameArgument() => new("NAME") { Description = "The user name." };

    private static string UserOf(string user, string rest = "") => $"{Users}/{Segment(user)}{rest}";
}
