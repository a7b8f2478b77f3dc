using Platform.Grains.Audit;
using Platform.Grains.Cluster;
using Platform.Grains.OAuth.Import;
using Platform.Grains.Resources;
using Platform.Grains.Runs;
using Platform.Storage;

namespace Platform.Grains.Scopes.Import;

/// <summary>
/// Imports scopes, clients and memberships: all of a file in one transaction, or nothing. It writes the rows of the grains itself, since no
/// call of a grain could span the hierarchy and many users (docs/decisions/0020-import-beside-the-grains.md).
/// </summary>
public sealed class ScopeImporter(IStateStore store, RunRows runs, IAuditLog audit, TimeProvider time)
{
    private const string Address = "console";

    /// <summary>Imports. Repeating it changes nothing.</summary>
    /// <exception cref="ConflictException">Others went on changing the same users or scopes; nothing was changed.</exception>
    /// <exception cref="StorageUnavailableException">The database does not answer.</exception>
    public async Task<ImportOutcome> ImportAsync(ScopeImport import, ImportOptions options, CancellationToken cancellationToken)
    {
        var plan = await StateTransaction.RunAsync(store, (transaction, token) => PlanAsync(transaction, import, options with { CheckOnly = true }, token), cancellationToken);
        if (options.CheckOnly || plan.Problems.Count > 0 || plan.Changes.Count == 0)
        {
            return plan;
        }

        // Recorded first: a change of right that is in force is never without a trace.
        await audit.RecordAsync(
            new AuditEntry(AuditActions.Import, "begun", options.Actor, null, Address, $"{plan.Changes.Count} changes"), cancellationToken);
        var outcome = await StateTransaction.RunAsync(store, (transaction, token) => PlanAsync(transaction, import, options, token), cancellationToken);
        await RecordAsync(outcome.Changes, options);
        return outcome;
    }

    private async Task<ImportOutcome> PlanAsync(
        StateTransaction transaction, ScopeImport import, ImportOptions options, CancellationToken cancellationToken)
    {
        var before = await transaction.FindAsync<ScopeHierarchyState>(StateNames.Scopes, ScopeHierarchyState.Key, cancellationToken);
        var hierarchy = HierarchyPlan.Make(before ?? new ScopeHierarchyState(), import.Scopes, time.GetUtcNow());
        if (hierarchy.Changes.Count > 0)
        {
            transaction.Set(StateNames.Scopes, ScopeHierarchyState.Key, hierarchy.After);
        }

        var clients = new ClientPlan(transaction, time.GetUtcNow());
        await clients.MakeAsync(import.Clients, cancellationToken);
        var memberships = new MembershipPlan(transaction, hierarchy, clients, options);
        await memberships.MakeAsync(import.Memberships, cancellationToken);
        foreach (var scope in hierarchy.Removed)
        {
            // A scope that is made anew under this path starts without documents and runs, as it does without members.
            await transaction.RemoveAllAsync(StateNames.Resource, ResourceKey.PrefixOf(scope), cancellationToken);
            await runs.RemoveAsync(transaction, scope, cancellationToken);
        }

        ImportProblem[] problems = [.. hierarchy.Problems.Concat(clients.Problems).Concat(memberships.Problems)];
        if (options.CheckOnly || problems.Length > 0)
        {
            transaction.Discard();
        }

        return new ImportOutcome(problems, problems.Length > 0 ? [] : [.. hierarchy.Changes, .. clients.Changes, .. memberships.Changes]);
    }

    /// <summary>Records what is in force already, so the caller's going away does not end it.</summary>
    private async Task RecordAsync(IReadOnlyList<ImportChange> changes, ImportOptions options)
    {
        foreach (var chunk in changes.Chunk(1000))
        {
            await Task.WhenAll(chunk.Select(change => audit.RecordAsync(Describe(change, options.Actor), CancellationToken.None).AsTask()));
        }
    }

    private static AuditEntry Describe(ImportChange change, string actor)
    {
        var kind = change.Kind.ToString().ToLowerInvariant();
        var detail = change.Detail is null ? kind : $"{kind}: {change.Detail}";
        if (change.Client is { } client)
        {
            return new AuditEntry(AuditActions.ChangeClient, AuditEntry.Ok, actor, client.Value, Address, detail);
        }

        return change.User is { } user
            ? new AuditEntry(AuditActions.ChangeMembership, AuditEntry.Ok, actor, user, Address, $"{change.Scope} {detail}", change.Scope.Value)
            : new AuditEntry(AuditActions.ChangeScope, AuditEntry.Ok, actor, change.Scope.Value, Address, detail);
    }
}
