using Platform.Grains.Cluster;
using Platform.Grains.Scopes;
using Platform.Grains.Sessions;
using Platform.Storage;

namespace Platform.Grains.Administration;

/// <summary>
/// Reads what an actor may do, for acts that change nothing: of one instant after the call, on the same memory of decoded rows as every check
/// (invariant 2). A change reads it in its own transaction instead.
/// </summary>
internal sealed class AuthorityReader(FactReader reader, TimeProvider time)
{
    private static readonly StateKey Hierarchy = new(StateNames.Scopes, ScopeHierarchyState.Key);

    /// <summary>What the actor may do now.</summary>
    public async ValueTask<Authority> ReadAsync(AdministrationActor actor, CancellationToken cancellationToken)
    {
        StateKey[] keys = actor.Subject is { } subject ? [Hierarchy, new StateKey(StateNames.Memberships, subject.ToString())] : [Hierarchy];
        var facts = await reader.ReadAsync(keys, cancellationToken);
        var memberships = keys.Length > 1 ? (MembershipIndex)facts[1].Value! : MembershipIndex.Empty;
        return new Authority(actor, (IScopeCatalogue)facts[0].Value!, memberships, time.GetUtcNow());
    }
}
