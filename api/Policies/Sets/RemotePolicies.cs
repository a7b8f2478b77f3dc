using System.CommandLine;
using System.Text.Json.Nodes;
using Platform.Api.Console;
using Platform.Api.Console.Administration;
using Platform.Api.Console.Administration.Answers;
using Platform.Api.Scopes.Import;
using static Platform.Api.Console.Administration.QueryText;

namespace Platform.Api.Policies.Sets;

/// <summary>Commands of <c>policy</c> over the network: requests of <c>/policies</c>. On the store they need no engine and go their own way.</summary>
internal sealed class RemotePolicies(AdminCommands commands, RunRequest local)
{
    /// <summary>Runs a command where the command line says.</summary>
    public async Task<int> RunAsync(ParseResult parsed, ConsoleRequest request, IConsoleOutput? output, CancellationToken cancellationToken)
    {
        if (commands.Options.RemoteOf(parsed) is null)
        {
            return await local(parsed, request, output, cancellationToken);
        }

        if (CallOf(request) is not { } call)
        {
            await commands.Terminal.WriteErrorLineAsync("This works on the store itself, without --server.");
            return ExitCode.Usage;
        }

        return await commands.WithAsync(parsed, transport => SendAsync(parsed, transport, call, cancellationToken), cancellationToken);
    }

    private async Task<int> SendAsync(ParseResult parsed, IAdminTransport transport, AdminCall call, CancellationToken cancellationToken)
    {
        var answer = await transport.SendAsync(call, null, cancellationToken);
        if (!answer.IsSuccess)
        {
            return await commands.RefuseAsync(parsed, answer);
        }

        switch (answer.Json)
        {
            case JsonObject json when json["policies"] is JsonArray policies:
                await commands.Terminal.WriteAsync(TextTable.Of([.. policies], ["service", "hosts", "scope", "rules", "revision"]));
                break;
            case JsonObject json when json["revisions"] is JsonArray revisions:
                await commands.Terminal.WriteAsync(TextTable.Of([.. revisions], ["revision", "changed", "by=changedBy", "removed", "comment"]));
                break;
            case null:
                await commands.Terminal.WriteLineAsync("Done.");
                break;
            default:
                await commands.WriteRawAsync(answer);
                break;
        }

        return ExitCode.Ok;
    }

    private static AdminCall? CallOf(ConsoleRequest request) => request switch
    {
        ListPoliciesRequest => AdminCall.Get("/policies"),
        ShowPolicyRequest { Revision: { } number } show => AdminCall.Get(FormattableString.Invariant($"/policies/{Segment(show.Service)}/revisions/{number}")),
        ShowPolicyRequest show => AdminCall.Get($"/policies/{Segment(show.Service)}"),
        PolicyHistoryRequest history => AdminCall.Get($"/policies/{Segment(history.Service)}/revisions"),
        PutPolicyRequest put => new AdminCall("PUT", Of($"/policies/{Segment(put.Service)}", ("check", put.CheckOnly ? "true" : null), ("comment", put.Comment)))
        {
            ContentType = put.Format == ScopeFileFormat.Yaml || (put.Format is null && !put.Content.AsSpan().TrimStart(" \t\r\n"u8).StartsWith("{"u8)) ? "application/yaml" : "application/json",
            Body = put.Content,
        },
        RollBackPolicyRequest back => new AdminCall(
            "POST", Of(FormattableString.Invariant($"/policies/{Segment(back.Service)}/revisions/{back.Revision}/rollback"), ("comment", back.Comment))),
        RemovePolicyRequest remove => new AdminCall("DELETE", Of($"/policies/{Segment(remove.Service)}", ("comment", remove.Comment))),
        _ => null,
    };
}
