using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Api.Console;
using Platform.Api.Console.Administration;
using Platform.Api.Scopes.Import;
using static Platform.Api.Console.Administration.AdminArguments;
using static Platform.Api.Console.Administration.QueryText;

namespace Platform.Api.Administration.Clients;

/// <summary>The command <c>client</c>: OAuth clients.</summary>
internal sealed class ClientCommandDefinitions(AdminCommands commands)
{
    private const string Clients = "/admin/api/clients";

    /// <summary>The command with those below it.</summary>
    public Command Client()
    {
        var command = new Command("client", "OAuth clients.")
        {
            List(),
            Show(),
            Create(),
            RotateSecret(),
            Act("suspend", "Refuses a client and ends its tokens.", "is suspended"),
            Act("resume", "Ends a suspension.", "is no longer suspended"),
            Remove(),
        };
        return commands.Options.AddTo(command);
    }

    private Command List()
    {
        var text = Text("--text", "Only those whose id or name holds this text.");
        var owner = Text("--owner", "Only those of this owner: a local user name, or directory:id.");
        return commands.List(
            new Command("list", "Prints the clients.") { text, owner },
            parsed => Of(Clients, ("text", parsed.GetValue(text)), ("owner", parsed.GetValue(owner))),
            "client=id", "name", "grants=grantTypes", "origin", "trusted", "suspended", "owners");
    }

    private Command Show()
    {
        var client = ClientArgument();
        return commands.Act(new Command("show", "Prints a client.") { client }, parsed => AdminCall.Get(ClientOf(parsed.GetRequiredValue(client))));
    }

    private Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "Its metadata as a JSON object, as /admin/api/clients takes it; - reads standard input." };
        return commands.Act(
            new Command("create", "Makes a client, and prints its secret where it has one: this once.") { file },
            async (parsed, token) =>
            {
                if (await ScopeFileInput.ReadAsync(parsed.GetRequiredValue(file), commands.Streams.Input, commands.Terminal, token) is not { } content)
                {
                    return null;
                }

                try
                {
                    if (JsonNode.Parse(content) is JsonObject body)
                    {
                        return AdminCall.Post(Clients, body);
                    }
                }
                catch (JsonException)
                {
                    // Said below, as of what is JSON and no object.
                }

                await commands.Terminal.WriteErrorLineAsync("The file is no JSON object.");
                return null;
            });
    }

    private Command RotateSecret()
    {
        var client = ClientArgument();
        var overlap = new Option<int?>("--overlap-hours") { Description = "How long the secret before stays valid, too; default: 24." };
        return commands.Act(
            new Command("rotate-secret", "Gives a client a new secret, and prints it: this once.") { client, overlap },
            parsed => AdminCall.Post(ClientOf(parsed.GetRequiredValue(client), "/rotate-secret"), Body(("overlapSeconds", parsed.GetValue(overlap) is { } hours ? hours * 3600 : null))));
    }

    private Command Act(string verb, string description, string done)
    {
        var client = ClientArgument();
        return commands.Act(
            new Command(verb, description) { client },
            parsed => AdminCall.Post(ClientOf(parsed.GetRequiredValue(client), "/" + verb)),
            parsed => $"Client '{parsed.GetRequiredValue(client)}' {done}.");
    }

    private Command Remove()
    {
        var (client, ifMatch) = (ClientArgument(), IfMatch());
        return commands.Act(
            new Command("remove", "Removes a client; its tokens are over.") { client, ifMatch },
            parsed => AdminCall.Delete(ClientOf(parsed.GetRequiredValue(client))) with { IfMatch = parsed.GetValue(ifMatch) },
            parsed => $"Client '{parsed.GetRequiredValue(client)}' was removed.");
    }

    private static Argument<string> ClientArgument() => new("CLIENT") { Description = "The client's id." };

    private static string ClientOf(string client, string rest = "") => $"{Clients}/{Segment(client)}{rest}";
}
