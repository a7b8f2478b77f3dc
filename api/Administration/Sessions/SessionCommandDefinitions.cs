using System.CommandLine;
using Platform.Api.Console.Administration;
using static Platform.Api.Console.Administration.AdminArguments;
using static Platform.Api.Console.Administration.QueryText;

namespace Platform.Api.Administration.Sessions;

/// <summary>The command <c>session</c>: who is logged in, and ending it.</summary>
internal sealed class SessionCommandDefinitions(AdminCommands commands)
{
    private const string Sessions = "/admin/api/sessions";

    /// <summary>The command with those below it.</summary>
    public Command Session()
    {
        var command = new Command("session", "Live sessions: who is logged in, where from, in which scope.")
        {
            List(),
            End(),
            EndUser(),
            EndScope(),
            EndAll(),
        };
        return commands.Options.AddTo(command);
    }

    private Command List()
    {
        var user = Text("--user", "Only those of this user: a local user name, or directory:id.");
        var scope = ScopeOption("--scope", "Only those that are in this scope.");
        var client = Text("--client", "Only those from which this OAuth client has tokens.");
        var address = Text("--address", "Only those from this address; with * at its end: from all that begin so.");
        return commands.List(
            new Command("list", "Prints the live sessions, the newest login first.") { user, scope, client, address },
            parsed => Of(
                Sessions,
                ("user", parsed.GetValue(user)),
                ("scope", parsed.GetValue(scope)),
                ("client", parsed.GetValue(client)),
                ("address", parsed.GetValue(address))),
            "session=handle", "user=userName", "scope", "address", "started=startedAt", "seen=lastSeenAt", "client=userAgent");
    }

    private Command End()
    {
        var session = new Argument<string>("SESSION") { Description = "The session's public name, as 'list' prints it." };
        return commands.Act(
            new Command("end", "Ends a session.") { session },
            parsed => AdminCall.Delete($"{Sessions}/{Segment(parsed.GetRequiredValue(session))}"),
            _ => "The session is over.");
    }

    private Command EndUser()
    {
        var user = AdminArguments.User();
        return commands.Act(
            new Command("end-user", "Ends all sessions and tokens of a user.") { user },
            parsed => AdminCall.Post($"/admin/api/users/{Segment(parsed.GetRequiredValue(user))}/end-sessions"),
            parsed => $"All sessions of '{parsed.GetRequiredValue(user)}' are over.");
    }

    private Command EndScope()
    {
        var scope = AdminArguments.Scope();
        return commands.Act(
            new Command("end-scope", "Makes all sessions leave a scope and what lies below it.") { scope },
            parsed => AdminCall.Post(ScopePathOf(parsed.GetRequiredValue(scope), "/end-sessions")),
            parsed => $"No session is in '{parsed.GetRequiredValue(scope)}' any more.");
    }

    private Command EndAll()
    {
        var sure = new Option<bool>("--yes") { Description = "Everyone has to log in again." };
        var command = new Command("end-all", "Ends all sessions and tokens of everyone, one's own included.") { sure };
        command.Validators.Add(result =>
        {
            if (!result.GetValue(sure))
            {
                result.AddError("Everyone has to log in again; --yes says that it is meant.");
            }
        });
        return commands.Act(
            command,
            _ => AdminCall.Post(Sessions + "/end-all"),
            _ => "All sessions are over.");
    }
}
