using System.CommandLine;
using Platform.Api.Console;
using Platform.Api.Console.Administration;
using Platform.Api.Scopes.Import;
using Platform.Policies.Requests;

namespace Platform.Api.Policies.Sets;

/// <summary>The command <c>policy</c> with its arguments, options and help. On the store it needs no login: it is the way back where a set keeps its own administrators out.</summary>
internal sealed class PolicyCommandDefinitions(ConsoleStreams streams, RunRequest run, AdminOptions options)
{
    private readonly string _actor = $"console:{Environment.UserName}";
    private readonly WriterOutput _terminal = new(streams.Output, streams.Error);

    internal Command Policy()
    {
        var command = new Command("policy", "Policy sets of protected services.");
        command.Add(List());
        command.Add(Show());
        command.Add(Put("put", "Stores a service's policy set from JSON or YAML, where nothing is wrong with it.", checkOnly: false));
        command.Add(Put("check", "Says what is wrong with a file of rules, and changes nothing.", checkOnly: true));
        command.Add(History());
        command.Add(RollBack());
        command.Add(Remove());
        command.Add(ImportOpenTox());
        return options.AddTo(command, withJson: false);
    }

    private Command Remove()
    {
        var service = ServiceArgument();
        var comment = CommentOption();
        var command = new Command("remove", "Removes a service's policy set: everything there is denied from then on. Its history stays.") { service, comment };
        command.SetAction((parsed, token) => run(parsed, new RemovePolicyRequest(_actor, parsed.GetRequiredValue(service), parsed.GetValue(comment)), null, token));
        return command;
    }

    private Command ImportOpenTox()
    {
        var service = ServiceArgument();
        var file = new Argument<string>("FILE") { Description = "The configuration of an OpenTox service's filter; - reads standard input." };
        var hosts = HostsOption();
        var disabled = new Option<bool>("--accept-disabled") { Description = "Where the file turns the filter off, lets everything through." };
        var check = new Option<bool>("--check") { Description = "Says what would change, and changes nothing." };
        var json = new Option<bool>("--json") { Description = "Prints problems and changes as one JSON document." };
        var command = new Command("import-opentox", "Makes the policy set of a service of the configuration of an OpenTox service's filter.") { service, file, hosts, disabled, check, json };
        command.SetAction(async (parsed, token) =>
        {
            if (await ScopeFileInput.ReadAsync(parsed.GetRequiredValue(file), streams.Input, _terminal, token) is not { } content)
            {
                return ExitCode.Failed;
            }

            var request = new OpenToxImportRequest(
                _actor,
                content,
                parsed.GetRequiredValue(service),
                parsed.GetValue(hosts) ?? new Dictionary<string, string>(),
                parsed.GetValue(disabled),
                parsed.GetValue(check),
                parsed.GetValue(json));
            return await run(parsed, request, null, token);
        });
        return command;
    }

    private Command List()
    {
        var command = new Command("list", "Prints the services that have a policy set, and their hosts.");
        command.SetAction((parsed, token) => run(parsed, new ListPoliciesRequest(_actor), null, token));
        return command;
    }

    private Command Show()
    {
        var service = ServiceArgument();
        var revision = new Option<long?>("--revision") { Description = "An earlier revision; default: the newest." };
        var command = new Command("show", "Prints a service's policy set as JSON.") { service, revision };
        command.SetAction((parsed, token) => run(parsed, new ShowPolicyRequest(_actor, parsed.GetRequiredValue(service), parsed.GetValue(revision)), null, token));
        return command;
    }

    private Command Put(string verb, string description, bool checkOnly)
    {
        var service = ServiceArgument();
        var file = new Argument<string>("FILE") { Description = "JSON or YAML in UTF-8; - reads standard input." };
        var format = new Option<ScopeFileFormat?>("--format") { Description = "json or yaml; default: told from the file's name, or its first character." };
        var comment = CommentOption();
        var command = new Command(verb, description) { service, file, format };
        if (!checkOnly)
        {
            command.Add(comment);
        }

        command.SetAction(async (parsed, token) =>
        {
            var path = parsed.GetRequiredValue(file);
            if (await ScopeFileInput.ReadAsync(path, streams.Input, _terminal, token) is not { } content)
            {
                return ExitCode.Failed;
            }

            var request = new PutPolicyRequest(
                _actor, parsed.GetRequiredValue(service), content, parsed.GetValue(format) ?? ScopeFileInput.FormatOf(path), checkOnly, checkOnly ? null : parsed.GetValue(comment));
            return await run(parsed, request, null, token);
        });
        return command;
    }

    private Command History()
    {
        var service = ServiceArgument();
        var command = new Command("history", "Prints the revisions of a service's policy set: when, who and why.") { service };
        command.SetAction((parsed, token) => run(parsed, new PolicyHistoryRequest(_actor, parsed.GetRequiredValue(service)), null, token));
        return command;
    }

    private Command RollBack()
    {
        var service = ServiceArgument();
        var revision = new Argument<long>("REVISION") { Description = "Its number." };
        var comment = CommentOption();
        var command = new Command("rollback", "Makes an earlier revision of a service's policy set the newest again.") { service, revision, comment };
        command.SetAction((parsed, token) => run(
            parsed, new RollBackPolicyRequest(_actor, parsed.GetRequiredValue(service), parsed.GetRequiredValue(revision), parsed.GetValue(comment)), null, token));
        return command;
    }

    private static Argument<string> ServiceArgument() => new("SERVICE") { Description = "The service's name; 'platform' is the platform itself." };

    private static Option<string?> CommentOption() => new("--comment") { Description = "Why, for the history." };

    private static Option<Dictionary<string, string>?> HostsOption() => new("--host")
    {
        Description = "SERVER=name[:port], the real host for a name that stands for it in the file; may be given several times.",
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
}
