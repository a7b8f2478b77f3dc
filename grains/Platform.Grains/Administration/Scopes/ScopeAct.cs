using Platform.Grains.Audit;
using Platform.Grains.Cluster;
using Platform.Grains.Scopes;
using Platform.Grains.Users;
using Platform.Storage;

namespace Platform.Grains.Administration.Scopes;

/// <summary>Runs acts on scopes and members: each in one transaction that rests on the actor's authority, recorded once it has taken effect.</summary>
internal sealed class ScopeActs(IStateStore store, IAuditLog audit, TimeProvider time)
{
    /// <summary>Makes a change; a refusal changes nothing.</summary>
    public async Task<AdministrationResult<T>> MakeAsync<T>(
        AdministrationActor actor, Func<ScopeAct, CancellationToken, Task<AdministrationResult<T>>> body, CancellationToken cancellationToken)
        where T : class
    {
        var (result, entries) = await StateTransaction.RunAsync(
            store,
            async (transaction, token) =>
            {
                var now = time.GetUtcNow();
                var act = new ScopeAct(transaction, actor, await Authority.ReadAsync(transaction, actor, now, token), now);
                var result = await body(act, token);
                if (!result.IsDone)
                {
                    transaction.Discard();
                }

                return (result, act.Entries);
            },
            cancellationToken);
        if (result.IsDone)
        {
            foreach (var entry in entries)
            {
                // It is in force already, so the caller's going away does not end it.
                await audit.RecordAsync(entry, CancellationToken.None);
            }
        }

        return result;
    }
}

/// <summary>One act on scopes and members within its transaction.</summary>
internal sealed class ScopeAct(StateTransaction transaction, AdministrationActor actor, Authority authority, DateTimeOffset now)
{
    /// <summary>How long a rejected request is kept, so that the user finds the answer.</summary>
    public static readonly TimeSpan RejectedRequestsAreKept = TimeSpan.FromDays(90);

    public StateTransaction Transaction => transaction;

    public AdministrationActor Actor => actor;

    public Authority Authority => authority;

    public DateTimeOffset Now => now;

    /// <summary>What to record once the act has taken effect.</summary>
    public List<AuditEntry> Entries { get; } = [];

    /// <summary>Takes note of an act on a scope, or on what belongs to it.</summary>
    public void Record(string action, ScopePath scope, string detail) =>
        Entries.Add(new AuditEntry(action, AuditEntry.Ok, actor.Name, scope.Value, actor.Address, detail));

    /// <summary>Takes note of an act on someone's place in a scope.</summary>
    public void Record(UserKey user, ScopePath scope, string detail) =>
        Entries.Add(new AuditEntry(AuditActions.ChangeMembership, AuditEntry.Ok, actor.Name, user.ToString(), actor.Address, $"{scope} {detail}", scope.Value));

    /// <summary>The hierarchy, to be changed.</summary>
    public async Task<ScopeHierarchyState> HierarchyAsync(CancellationToken cancellationToken) =>
        await transaction.FindAsync<ScopeHierarchyState>(StateNames.Scopes, ScopeHierarchyState.Key, cancellationToken) ?? new ScopeHierarchyState();

    public void Set(ScopeHierarchyState hierarchy) => transaction.Set(StateNames.Scopes, ScopeHierarchyState.Key, hierarchy);

    public async Task<MembershipsState> MembershipsAsync(UserKey user, CancellationToken cancellationToken) =>
        await transaction.FindAsync<MembershipsState>(StateNames.Memberships, user.ToString(), cancellationToken) ?? new MembershipsState();

    /// <summary>Sets someone's memberships, without the answers that were kept long enough.</summary>
    public void Set(UserKey user, MembershipsState memberships) => transaction.Set(
        StateNames.Memberships,
        user.ToString(),
        memberships with { Requests = memberships.Requests.RemoveAll(request => request.RejectedAt + RejectedRequestsAreKept <= now) });

    /// <summary>Why a scope cannot be changed: it is not there for the actor, they may not, or it is closed for good; null: it can.</summary>
    public AdministrationRefusal? RefusalOf(Permission permission, ScopePath path, string message) =>
        authority.RefusalOf(permission, path, message) ?? RefusalOfArchived(path);

    /// <summary>Why a scope cannot be changed by anyone: it, or one above it, is closed for good; null: it can.</summary>
    public AdministrationRefusal? RefusalOfArchived(ScopePath path) =>
        path.UpToRoot().Where(scope => authority.Scopes.Find(scope) is { Archived: true })
            .Select(scope => AdministrationRefusal.Conflict("scope-archived", $"{scope} is archived: nothing in it can be changed."))
            .FirstOrDefault();
}
