using System.CommandLine;
using Platform.Api.Console.Administration;

namespace Platform.Api.Administration.Keys;

/// <summary>The command <c>key</c>: what tokens are signed with.</summary>
internal sealed class KeyCommandDefinitions(AdminCommands commands)
{
    private const string Keys = "/admin/api/keys";

    /// <summary>The command with those below it.</summary>
    public Command Key()
    {
        var command = new Command("key", "Signing keys: what is published of them, and new ones now.")
        {
            commands.List(
                new Command("list", "Prints the keys: which sign, which verify, and until when."),
                _ => Keys,
                "key=id", "algorithm", "signs", "published=publishedAt", "from=signsFrom", "ends=endsAt"),
            commands.Act(
                new Command("rotate", "Signs with new keys from now on; the earlier ones keep verifying until the last of their tokens is over."),
                _ => AdminCall.Post(Keys + "/rotate"),
                _ => "New keys sign from now on."),
        };
        return commands.Options.AddTo(command);
    }
}
