using System.CommandLine;

namespace Platform.Api.Console.Administration.Remote;

/// <summary>The commands <c>login</c> and <c>logout</c>, for servers that are administered over the network.</summary>
internal sealed class RemoteCommandDefinitions(AdminCommands commands)
{
    /// <summary>Logs in, or says as whom one is.</summary>
    public Command Login() => commands.Options.AddTo(WithServer(commands.Act(
        new Command("login", "Logs in at a server (--server), and prints as whom. Other commands log in by themselves where it is needed."),
        _ => AdminCall.Get("/admin/api/me"))));

    /// <summary>Forgets the tokens of a server, and takes them back there.</summary>
    public Command Logout()
    {
        var command = new Command("logout", "Takes the tokens for a server (--server) back there, and forgets them here.");
        command.SetAction((parsed, token) => commands.WithAsync(
            parsed,
            async transport =>
            {
                var known = await ((RemoteTransport)transport).LogOutAsync(token);
                await commands.Terminal.WriteLineAsync(known ? "Logged out." : "Nobody was logged in.");
                return ExitCode.Ok;
            },
            token));
        return commands.Options.AddTo(WithServer(command), withJson: false);
    }

    private Command WithServer(Command command)
    {
        command.Validators.Add(result =>
        {
            if (!commands.Options.NamesServer(result))
            {
                result.AddError("--server names the server.");
            }
        });
        return command;
    }
}
