using System.CommandLine;
using System.Text.Json.Nodes;
using Platform.Api.Console.Administration;
using Platform.Api.Scopes.Import;
using static Platform.Api.Console.Administration.AdminArguments;
using static Platform.Api.Console.Administration.QueryText;

namespace Platform.Api.Administration.Scopes;

/// <summary>The command <c>scope</c>: the hierarchy and its life.</summary>
internal sealed class ScopeCommandDefinitions(AdminCommands commands)
{
    private const string Definitions = "/admin/api/definitions";

    /// <summary>The command with those below it.</summary>
    public Command Scope()
    {
        var command = new Command("scope", "Infrastructures, VOs and VREs: their life, and the definitions of new ones.")
        {
            List(),
            Show(),
            Create(),
            Edit(),
            Move(),
            Act("suspend", "Closes a scope and what lies below it for a while; sessions in them leave it.", "is suspended"),
            Act("reopen", "Opens a suspended scope again.", "is open again"),
            Act("archive", "Closes a scope and what lies below it for good.", "is archived"),
            ListDefinitions(),
            Define(),
            Approve(),
            Reject(),
            Withdraw(),
            Terms(),
            PublishTerms(),
            Runs(),
            SetRuns(),
        };
        return commands.Options.AddTo(command);
    }

    private Command List()
    {
        var below = ScopeOption("--below", "Only what lies below this scope.");
        var direct = new Option<bool>("--direct") { Description = "Only what lies right below it, or the infrastructures." };
        var text = Text("--text", "Only those whose path, name or description holds this text.");
        var life = Text("--life", "Only those that are open, planned, suspended, ended or archived.");
        return commands.List(
            new Command("list", "Prints the scopes.") { below, direct, text, life },
            parsed => Of(
                "/admin/api/scopes",
                ("below", parsed.GetValue(below)),
                ("direct", parsed.GetValue(direct) ? "true" : null),
                ("text", parsed.GetValue(text)),
                ("life", parsed.GetValue(life))),
            "path=scope.path", "name=scope.displayName", "open=scope.open", "visibility=scope.visibility", "admission=scope.admission", "ends=scope.endsAt");
    }

    private Command Show()
    {
        var scope = AdminArguments.Scope();
        return commands.Act(new Command("show", "Prints a scope.") { scope }, parsed => AdminCall.Get(ScopePathOf(parsed.GetRequiredValue(scope))));
    }

    private Command Create()
    {
        var scope = AdminArguments.Scope();
        var terms = new ScopeTermsOptions();
        var command = terms.AddTo(new Command("create", "Makes a scope below one that is there.") { scope });
        return commands.Act(
            command,
            parsed =>
            {
                var body = terms.Read(parsed);
                body["path"] = parsed.GetRequiredValue(scope);
                return AdminCall.Post("/admin/api/scopes", body);
            },
            parsed => $"Scope '{parsed.GetRequiredValue(scope)}' was made.");
    }

    private Command Edit()
    {
        var scope = AdminArguments.Scope();
        var ifMatch = IfMatch();
        var terms = new ScopeTermsOptions();
        var command = terms.AddTo(new Command("edit", "Changes what a scope says of itself; what is not given stays. An empty text takes it away.") { scope, ifMatch });
        return commands.Act(
            command,
            parsed => AdminCall.Patch(ScopePathOf(parsed.GetRequiredValue(scope)), terms.Read(parsed)) with { IfMatch = parsed.GetValue(ifMatch) },
            parsed => $"Scope '{parsed.GetRequiredValue(scope)}' was changed.");
    }

    private Command Move()
    {
        var scope = AdminArguments.Scope();
        var to = AdminArguments.Scope("VO", "The path of the VO that it moves to.");
        return commands.Act(
            new Command("move", "Moves a VRE, with its members and documents, to another VO; sessions in it leave it.") { scope, to },
            parsed => AdminCall.Post(ScopePathOf(parsed.GetRequiredValue(scope), "/move"), Body(("to", parsed.GetRequiredValue(to)))));
    }

    private Command Act(string verb, string description, string done)
    {
        var scope = AdminArguments.Scope();
        return commands.Act(
            new Command(verb, description) { scope },
            parsed => AdminCall.Post(ScopePathOf(parsed.GetRequiredValue(scope), "/" + verb)),
            parsed => $"Scope '{parsed.GetRequiredValue(scope)}' {done}.");
    }

    private Command Runs()
    {
        var scope = AdminArguments.Scope();
        return commands.Act(
            new Command("runs", "Prints what may run in a scope.") { scope }, parsed => AdminCall.Get(ScopePathOf(parsed.GetRequiredValue(scope), "/runs")));
    }

    private Command SetRuns()
    {
        var scope = AdminArguments.Scope();
        var ifMatch = IfMatch();
        var images = new Option<string[]>("--image") { Description = "An image that may run; all of the scope's own are given, each with its option." };
        var members = new Option<bool?>("--members") { Description = "Whether every member may start runs." };
        var running = new Option<int?>("--running") { Description = "How many runs run at a time." };
        var memory = new Option<long?>("--memory-bytes") { Description = "The most memory of a run, in bytes." };
        var cpus = new Option<double?>("--cpus") { Description = "The most processors of a run." };
        var time = new Option<double?>("--time-seconds") { Description = "The longest time of a run, in seconds." };
        return commands.Act(
            new Command("set-runs", "Says what may run in a scope; what is not given stays.") { scope, images, members, running, memory, cpus, time, ifMatch },
            parsed =>
            {
                var body = new JsonObject();
                if (parsed.GetResult(images) is not null)
                {
                    body["images"] = new JsonArray([.. parsed.GetRequiredValue(images).Select(image => JsonValue.Create(image))]);
                }

                Set("forMembers", parsed.GetValue(members));
                Set("running", parsed.GetValue(running));
                Set("memoryBytes", parsed.GetValue(memory));
                Set("cpus", parsed.GetValue(cpus));
                Set("timeSeconds", parsed.GetValue(time));
                return AdminCall.Patch(ScopePathOf(parsed.GetRequiredValue(scope), "/runs"), body) with { IfMatch = parsed.GetValue(ifMatch) };

                void Set<T>(string name, T? value)
                    where T : struct
                {
                    if (value is { } given)
                    {
                        body[name] = JsonValue.Create(given);
                    }
                }
            },
            parsed => $"What runs in '{parsed.GetRequiredValue(scope)}' was changed.");
    }

    private Command ListDefinitions()
    {
        var vo = ScopeOption("--vo", "Only those in this VO.");
        return commands.List(
            new Command("definitions", "Prints the VREs that are defined and not approved yet.") { vo },
            parsed => Of(Definitions, ("vo", parsed.GetValue(vo))),
            "path", "name=displayName", "designer=designer.userName", "manager=manager.userName", "defined=definedAt", "rejected=rejectedAt", "reason");
    }

    private Command Define()
    {
        var scope = AdminArguments.Scope();
        var manager = new Option<string>("--manager") { Description = "Who will manage it.", Required = true };
        var designer = Text("--designer", "Who designs it; default: who defines it.");
        var message = Text("--message", "A word to those who approve it.");
        var terms = new ScopeTermsOptions(withAnonymous: false);
        var command = terms.AddTo(new Command("define", "Defines a VRE, for others to approve.") { scope, manager, designer, message });
        return commands.Act(
            command,
            parsed =>
            {
                var body = terms.Read(parsed);
                body["path"] = parsed.GetRequiredValue(scope);
                body["manager"] = parsed.GetRequiredValue(manager);
                if (parsed.GetValue(designer) is { } named)
                {
                    body["designer"] = named;
                }

                if (parsed.GetValue(message) is { } words)
                {
                    body["message"] = words;
                }

                return AdminCall.Post(Definitions, body);
            },
            parsed => $"'{parsed.GetRequiredValue(scope)}' is defined, and waits for approval.");
    }

    private Command Approve()
    {
        var scope = AdminArguments.Scope();
        return commands.Act(
            new Command("approve", "Makes a VRE as it is defined, and gives its manager and designer their roles.") { scope },
            parsed => AdminCall.Post(DefinitionOf(parsed.GetRequiredValue(scope), "/approve")),
            parsed => $"'{parsed.GetRequiredValue(scope)}' was made.");
    }

    private Command Reject()
    {
        var scope = AdminArguments.Scope();
        var reason = Text("--reason", "Why, for the designer.");
        return commands.Act(
            new Command("reject", "Rejects the definition of a VRE.") { scope, reason },
            parsed => AdminCall.Post(DefinitionOf(parsed.GetRequiredValue(scope), "/reject"), Body(("reason", parsed.GetValue(reason)))),
            parsed => $"The definition of '{parsed.GetRequiredValue(scope)}' is rejected.");
    }

    private Command Withdraw()
    {
        var scope = AdminArguments.Scope();
        return commands.Act(
            new Command("withdraw", "Takes the definition of a VRE back.") { scope },
            parsed => AdminCall.Delete(DefinitionOf(parsed.GetRequiredValue(scope), "")),
            parsed => $"The definition of '{parsed.GetRequiredValue(scope)}' is withdrawn.");
    }

    private Command Terms()
    {
        var scope = AdminArguments.Scope();
        var versions = new Option<bool>("--versions") { Description = "Prints the versions, without their texts." };
        return commands.Act(
            new Command("terms", "Prints the acceptable-use policy of a scope.") { scope, versions },
            parsed => AdminCall.Get(ScopePathOf(parsed.GetRequiredValue(scope), parsed.GetValue(versions) ? "/terms/versions" : "/terms")));
    }

    private Command PublishTerms()
    {
        var scope = AdminArguments.Scope();
        var file = new Option<string?>("--file") { Description = "The text of a new version, in UTF-8; - reads standard input. Without it the text stays." };
        var grace = new Option<int?>("--grace-days") { Description = "How long who belongs already may go on without signing; default: 14 days." };
        var renew = new Option<int?>("--renew-days") { Description = "How long a signature holds; 0: until the next version. Default: 365 days." };
        var optional = new Option<bool>("--not-required") { Description = "It need not be signed." };
        return commands.Act(
            new Command("publish-terms", "Publishes a version of a scope's acceptable-use policy, or changes how it is asked for.") { scope, file, grace, renew, optional },
            async (parsed, token) =>
            {
                string? text = null;
                if (parsed.GetValue(file) is { } path)
                {
                    if (await ScopeFileInput.ReadAsync(path, commands.Streams.Input, commands.Terminal, token) is not { } content)
                    {
                        return null;
                    }

                    text = System.Text.Encoding.UTF8.GetString(content);
                }

                var body = Body(("text", text), ("graceDays", parsed.GetValue(grace) ?? 14), ("required", !parsed.GetValue(optional)));
                body["renewEveryDays"] = parsed.GetValue(renew) switch { 0 => null, var days => days ?? 365 };
                return AdminCall.Put(ScopePathOf(parsed.GetRequiredValue(scope), "/terms"), body);
            },
            parsed => $"The acceptable-use policy of '{parsed.GetRequiredValue(scope)}' is in force.");
    }

    private static string DefinitionOf(string scope, string rest) => $"{Definitions}/{new Grains.Scopes.ScopePath(scope).ToSegment()}{rest}";
}

/// <summary>The options that say what a scope is.</summary>
internal sealed class ScopeTermsOptions
{
    private readonly Option<string?> _displayName = Text("--display-name", "Its name; default: the path's last name.");
    private readonly Option<string?> _description = Text("--description", "Its description.");
    private readonly Option<string?> _visibility = Text("--visibility", "Who finds it in a list: public, members or hidden.");
    private readonly Option<string?> _admission = Text("--admission", "How people become members: open, restricted or private.");
    private readonly Option<string?> _starts = Time("--starts", "When it begins: 2027-06-30 or 2027-06-30T22:00:00Z.");
    private readonly Option<string?> _ends = Time("--ends", "When it ends.");
    private readonly Option<bool> _endless = new("--no-end") { Description = "It ends at no set time." };
    private readonly Option<string[]> _anonymous = Several("--anonymous", "What callers without a session may do in it, for instance read.");
    private readonly bool _withAnonymous;

    public ScopeTermsOptions(bool withAnonymous = true) => _withAnonymous = withAnonymous;

    /// <summary>Adds them to a command.</summary>
    public Command AddTo(Command command)
    {
        foreach (var option in new Option[] { _displayName, _description, _visibility, _admission, _starts, _ends, _endless })
        {
            command.Add(option);
        }

        if (_withAnonymous)
        {
            command.Add(_anonymous);
        }

        return command;
    }

    /// <summary>What was given, as the members of a body.</summary>
    public JsonObject Read(ParseResult parsed)
    {
        var body = Body(
            ("visibility", parsed.GetValue(_visibility)),
            ("admission", parsed.GetValue(_admission)),
            ("startsAt", parsed.GetValue(_starts)),
            ("endsAt", parsed.GetValue(_ends)));
        foreach (var (name, option) in new[] { ("displayName", _displayName), ("description", _description) })
        {
            if (parsed.GetValue(option) is { } text)
            {
                body[name] = text.Length == 0 ? null : text;
            }
        }

        if (parsed.GetValue(_endless))
        {
            body["endsAt"] = null;
        }

        if (_withAnonymous && parsed.GetValue(_anonymous) is { Length: > 0 } operations)
        {
            body["anonymous"] = ListOf([.. operations.Where(operation => operation.Length > 0)]) ?? [];
        }

        return body;
    }
}
