using System.CommandLine;
using System.Text.Json.Nodes;
using Platform.Api.Administration.Bulk;
using Platform.Api.Console.Administration;
using static Platform.Api.Console.Administration.AdminArguments;
using static Platform.Api.Console.Administration.QueryText;

namespace Platform.Api.Administration.Members;

/// <summary>The command <c>member</c>: who belongs to a scope, who asks to, and who is invited.</summary>
internal sealed class MemberCommandDefinitions(AdminCommands commands)
{
    /// <summary>The command with those below it.</summary>
    public Command Member()
    {
        var bulk = new BulkCommandDefinitions(commands);
        var command = new Command("member", "Members of scopes, requests to become one, and invitations.")
        {
            List(),
            Show(),
            Add(),
            Edit(),
            Act("suspend", "Suspends a member, also one whom a directory makes one.", "is suspended"),
            Act("resume", "Ends a suspension.", "is no longer suspended"),
            Remove(),
            Requests(),
            Accept(),
            Reject(),
            Invite(),
            Invitations(),
            RevokeInvitation(),
            bulk.Import("members", "Imports memberships from CSV or JSON: all of the file or, where anything is wrong with it, nothing."),
            bulk.Export("members", "Exports the memberships that were given on the platform to what imports to the same.", withScope: true),
        };
        return commands.Options.AddTo(command);
    }

    private Command List()
    {
        var scope = AdminArguments.Scope();
        var text = Text("--text", "Only those whose name, full name or mail address holds this text.");
        var role = Text("--role", "Only those who hold this role.");
        var suspended = new Option<bool?>("--suspended") { Description = "Only those who are suspended, or with false only those who are not." };
        return commands.List(
            new Command("list", "Prints the members of a scope.") { scope, text, role, suspended },
            parsed => Of(
                ScopePathOf(parsed.GetRequiredValue(scope), "/members"),
                ("text", parsed.GetValue(text)),
                ("role", parsed.GetValue(role)),
                ("suspended", parsed.GetValue(suspended) is { } flag ? flag ? "true" : "false" : null)),
            "user=user.userName", "id=user.id", "name=user.displayName", "roles", "until", "suspended", "directories");
    }

    private Command Show()
    {
        var (scope, user) = (AdminArguments.Scope(), User());
        return commands.Act(
            new Command("show", "Prints a member.") { scope, user },
            parsed => AdminCall.Get(MemberOf(parsed.GetRequiredValue(scope), parsed.GetRequiredValue(user))));
    }

    private Command Add()
    {
        var (scope, user, roles, until) = (AdminArguments.Scope(), User(), Roles(), Time("--until", "When it ends: 2027-06-30 or 2027-06-30T22:00:00Z."));
        return commands.Act(
            new Command("add", "Makes someone a member, unasked.") { scope, user, roles, until },
            parsed => AdminCall.Post(
                ScopePathOf(parsed.GetRequiredValue(scope), "/members"),
                Body(("user", parsed.GetRequiredValue(user)), ("roles", ListOf(parsed.GetValue(roles))), ("until", parsed.GetValue(until)))),
            parsed => $"'{parsed.GetRequiredValue(user)}' is a member of '{parsed.GetRequiredValue(scope)}'.");
    }

    private Command Edit()
    {
        var (scope, user, roles, until) = (AdminArguments.Scope(), User(), Roles(), Time("--until", "When it ends."));
        var plain = new Option<bool>("--no-roles") { Description = "Leaves them a plain member." };
        var endless = new Option<bool>("--no-end") { Description = "It ends at no set time." };
        var ifMatch = IfMatch();
        return commands.Act(
            new Command("edit", "Changes a membership's roles and its end; what is not given stays.") { scope, user, roles, plain, until, endless, ifMatch },
            parsed =>
            {
                var body = Body(
                    ("roles", parsed.GetValue(plain) ? new JsonArray() : ListOf(parsed.GetValue(roles))),
                    ("until", parsed.GetValue(until)));
                if (parsed.GetValue(endless))
                {
                    body["until"] = null;
                }

                return AdminCall.Patch(MemberOf(parsed.GetRequiredValue(scope), parsed.GetRequiredValue(user)), body) with { IfMatch = parsed.GetValue(ifMatch) };
            },
            parsed => $"The membership of '{parsed.GetRequiredValue(user)}' was changed.");
    }

    private Command Act(string verb, string description, string done)
    {
        var (scope, user) = (AdminArguments.Scope(), User());
        return commands.Act(
            new Command(verb, description) { scope, user },
            parsed => AdminCall.Post(MemberOf(parsed.GetRequiredValue(scope), parsed.GetRequiredValue(user), "/" + verb)),
            parsed => $"'{parsed.GetRequiredValue(user)}' {done} in '{parsed.GetRequiredValue(scope)}'.");
    }

    private Command Remove()
    {
        var (scope, user, ifMatch) = (AdminArguments.Scope(), User(), IfMatch());
        return commands.Act(
            new Command("remove", "Takes a membership away; sessions of theirs in the scope leave it.") { scope, user, ifMatch },
            parsed => AdminCall.Delete(MemberOf(parsed.GetRequiredValue(scope), parsed.GetRequiredValue(user))) with { IfMatch = parsed.GetValue(ifMatch) },
            parsed => $"'{parsed.GetRequiredValue(user)}' was removed from '{parsed.GetRequiredValue(scope)}'.");
    }

    private Command Requests()
    {
        var scope = AdminArguments.Scope();
        return commands.List(
            new Command("requests", "Prints the requests to join a scope that wait for an answer.") { scope },
            parsed => ScopePathOf(parsed.GetRequiredValue(scope), "/requests"),
            "user=user.userName", "id=user.id", "name=user.displayName", "requested=requestedAt", "message");
    }

    private Command Accept()
    {
        var (scope, user, roles, until) = (AdminArguments.Scope(), User(), Roles(), Time("--until", "When the membership ends."));
        return commands.Act(
            new Command("accept", "Makes someone a member who asked to become one.") { scope, user, roles, until },
            parsed => AdminCall.Post(
                ScopePathOf(parsed.GetRequiredValue(scope), $"/requests/{Segment(parsed.GetRequiredValue(user))}/accept"),
                Body(("roles", ListOf(parsed.GetValue(roles))), ("until", parsed.GetValue(until)))),
            parsed => $"'{parsed.GetRequiredValue(user)}' is a member of '{parsed.GetRequiredValue(scope)}'.");
    }

    private Command Reject()
    {
        var (scope, user) = (AdminArguments.Scope(), User());
        var message = Text("--message", "What they are told.");
        return commands.Act(
            new Command("reject", "Rejects a request to join.") { scope, user, message },
            parsed => AdminCall.Post(
                ScopePathOf(parsed.GetRequiredValue(scope), $"/requests/{Segment(parsed.GetRequiredValue(user))}/reject"), Body(("message", parsed.GetValue(message)))),
            parsed => $"The request of '{parsed.GetRequiredValue(user)}' is rejected.");
    }

    private Command Invite()
    {
        var (scope, roles) = (AdminArguments.Scope(), Roles());
        var ends = Time("--ends", "Until when the link can be used; default: 14 days.");
        var until = Time("--until", "When the membership that it gives ends.");
        var note = Text("--note", "Whom it is for, for the list of invitations.");
        return commands.Act(
            new Command("invite", "Prints a link that makes who opens it a member, once.") { scope, roles, ends, until, note },
            parsed => AdminCall.Post(
                ScopePathOf(parsed.GetRequiredValue(scope), "/invitations"),
                Body(("roles", ListOf(parsed.GetValue(roles))), ("endsAt", parsed.GetValue(ends)), ("memberUntil", parsed.GetValue(until)), ("note", parsed.GetValue(note)))));
    }

    private Command Invitations()
    {
        var scope = AdminArguments.Scope();
        return commands.List(
            new Command("invitations", "Prints the invitations that can still be used.") { scope },
            parsed => ScopePathOf(parsed.GetRequiredValue(scope), "/invitations"),
            "id", "roles", "until=memberUntil", "ends=endsAt", "by=createdBy", "note");
    }

    private Command RevokeInvitation()
    {
        var scope = AdminArguments.Scope();
        var id = new Argument<string>("ID") { Description = "The invitation's id." };
        return commands.Act(
            new Command("revoke-invitation", "Takes an invitation back.") { scope, id },
            parsed => AdminCall.Delete(ScopePathOf(parsed.GetRequiredValue(scope), $"/invitations/{Segment(parsed.GetRequiredValue(id))}")),
            _ => "The invitation is taken back.");
    }

    private static Option<string[]> Roles() => Several("--role", "A role in the scope; may be given several times.");

    private static string MemberOf(string scope, string user, string rest = "") => ScopePathOf(scope, $"/members/{Segment(user)}{rest}");
}
