using System.Globalization;
using System.Text;
using Platform.Api.Console;
using Platform.Api.Policies.Files;
using Platform.Api.Policies.Subjects;
using Platform.Api.Scopes.Import;
using Platform.Grains.Audit;
using Platform.Grains.Cluster;
using Platform.Grains.Policies;
using Platform.Grains.Scopes.Import;
using Platform.Policies.Rules;

namespace Platform.Api.Policies.Sets;

/// <summary>The commands <c>policy list</c>, <c>show</c>, <c>put</c>, <c>check</c>, <c>history</c> and <c>rollback</c>.</summary>
internal sealed class PolicyCommands(PolicySetAdministration sets, PolicyHistory history, IPolicyCheck check, PolicyGroups groups, IAuditLog audit)
{
    private const string Address = "console";

    private readonly PolicyStore _store = new(sets, audit);

    internal async Task<int> ListAsync(ListPoliciesRequest request, IConsoleOutput output, CancellationToken cancellationToken)
    {
        foreach (var entry in await check.ListServicesAsync(cancellationToken))
        {
            await output.WriteLineAsync($"{entry.Service}\t{string.Join(' ', entry.Hosts)}");
        }

        return ExitCode.Ok;
    }

    internal async Task<int> ShowAsync(ShowPolicyRequest request, IConsoleOutput output, CancellationToken cancellationToken)
    {
        if (await FindServiceAsync(request.Service, output) is not { } service)
        {
            return ExitCode.Failed;
        }

        var number = request.Revision ?? (await history.ListAsync(service, cancellationToken)).FirstOrDefault()?.Number ?? 0;
        if (await history.FindAsync(service, number, cancellationToken) is { Document: { } document })
        {
            await output.WriteLineAsync(document);
            return ExitCode.Ok;
        }

        return await RefuseAsync(output, request.Revision is null
            ? $"The service '{service}' has no policy set."
            : $"The service '{service}' has no set of this revision, or no longer.");
    }

    internal async Task<int> PutAsync(PutPolicyRequest request, IConsoleOutput output, CancellationToken cancellationToken)
    {
        if (await FindServiceAsync(request.Service, output) is not { } service)
        {
            return ExitCode.Failed;
        }

        var file = PolicyFile.Read(request.Content, request.Format, service, groups);
        if (await FindFaultsAsync(file, output))
        {
            return ExitCode.Failed;
        }

        if (request.CheckOnly)
        {
            await output.WriteLineAsync($"Nothing is wrong with it: {file.Set.Rules.Length} rules.");
            return ExitCode.Ok;
        }

        return await StoreAsync(service, file.Set, new PolicyAuthor(request.Actor, Address, null, request.Comment), output);
    }

    internal async Task<int> ListRevisionsAsync(PolicyHistoryRequest request, IConsoleOutput output, CancellationToken cancellationToken)
    {
        if (await FindServiceAsync(request.Service, output) is not { } service)
        {
            return ExitCode.Failed;
        }

        var revisions = await history.ListAsync(service, cancellationToken);
        if (revisions.IsEmpty)
        {
            return await RefuseAsync(output, $"The service '{service}' has never had a policy set.");
        }

        foreach (var revision in revisions)
        {
            var line = string.Create(CultureInfo.InvariantCulture, $"{revision.Number}\t{ImportTime.Write(revision.ChangedAt)}\t{revision.ChangedBy}\t{(revision.Removed ? "removed" : "stored")}\t{revision.Comment}");
            await output.WriteLineAsync(string.Join('\t', line.Split('\t').Select(ConsoleText.Printable)).TrimEnd());
        }

        return ExitCode.Ok;
    }

    internal async Task<int> RollBackAsync(RollBackPolicyRequest request, IConsoleOutput output, CancellationToken cancellationToken)
    {
        if (await FindServiceAsync(request.Service, output) is not { } service)
        {
            return ExitCode.Failed;
        }

        if (await history.FindAsync(service, request.Revision, cancellationToken) is not { Document: { } document })
        {
            return await RefuseAsync(output, $"The service '{service}' has no set of this revision, or no longer.");
        }

        var file = PolicyFile.Read(Encoding.UTF8.GetBytes(document), ScopeFileFormat.Json, service, groups);
        return await FindFaultsAsync(file, output)
            ? ExitCode.Failed
            : await StoreAsync(service, file.Set, new PolicyAuthor(request.Actor, Address, null, PolicyAuthor.RolledBack(request.Revision, request.Comment)), output);
    }

    internal async Task<int> RemoveAsync(RemovePolicyRequest request, IConsoleOutput output, CancellationToken cancellationToken)
    {
        if (await FindServiceAsync(request.Service, output) is not { } service)
        {
            return ExitCode.Failed;
        }

        var result = await _store.RemoveAsync(service, ChangeCondition.None, new PolicyAuthor(request.Actor, Address, null, request.Comment));
        if (result.Outcome != PolicyChangeOutcome.Removed)
        {
            return await RefuseAsync(output, $"The service '{service}' has no policy set.");
        }

        await output.WriteLineAsync($"Removed: everything at the service '{service}' is denied now. Its history stays.");
        return ExitCode.Ok;
    }

    private async Task<int> StoreAsync(ServiceName service, PolicySet set, PolicyAuthor author, IConsoleOutput output)
    {
        var result = await _store.ReplaceAsync(service, set, ChangeCondition.None, author);
        if (result.Outcome == PolicyChangeOutcome.HostTaken)
        {
            return await RefuseAsync(output, $"The host '{result.TakenHost}' belongs to the service '{result.TakenBy}'. Nothing was changed.");
        }

        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Stored: {set.Rules.Length} rules for the service '{service}', revision {result.Current!.Number}."));
        return ExitCode.Ok;
    }

    private static async Task<ServiceName?> FindServiceAsync(string text, IConsoleOutput output)
    {
        if (ServiceName.TryParse(text, out var service))
        {
            return service;
        }

        await output.WriteErrorLineAsync($"'{ConsoleText.Printable(text)}' is no service: {ServiceName.Grammar}.");
        return null;
    }

    /// <summary>Prints what is wrong; whether anything keeps the set from being stored.</summary>
    private static async Task<bool> FindFaultsAsync(PolicyFile file, IConsoleOutput output)
    {
        await output.WriteErrorAsync(string.Concat(file.Errors.Select(problem => ConsoleText.Printable(problem.ToString()) + "\n")));
        await output.WriteErrorAsync(string.Concat(file.Warnings.Select(problem => $"warning: {ConsoleText.Printable(problem.ToString())}\n")));
        if (file.Errors.Count == 0)
        {
            return false;
        }

        await output.WriteErrorLineAsync(file.Errors.Count == 1 ? "Nothing was changed: 1 problem." : $"Nothing was changed: {file.Errors.Count} problems.");
        return true;
    }

    private static async Task<int> RefuseAsync(IConsoleOutput output, string message)
    {
        await output.WriteErrorLineAsync(ConsoleText.Printable(message));
        return ExitCode.Failed;
    }
}
