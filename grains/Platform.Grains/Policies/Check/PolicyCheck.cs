using Platform.Grains.Cluster;
using Platform.Grains.OAuth;
using Platform.Grains.OAuth.Check;
using Platform.Grains.Scopes;
using Platform.Grains.Sessions;
using Platform.Grains.Users;
using Platform.Storage;

namespace Platform.Grains.Policies.Check;

/// <inheritdoc cref="IPolicyCheck"/>
internal sealed class PolicyCheck(FactReader reader, TimeProvider time) : IPolicyCheck
{
    public async ValueTask<PolicyFacts> ReadAsync(PolicyQuestion question, CancellationToken cancellationToken)
    {
        await reader.ReadAsync([], question, cancellationToken);
        return question.Facts!;
    }

    public async ValueTask<KnownUser?> FindUserAsync(UserKey user, PolicyQuestion question, CancellationToken cancellationToken)
    {
        var key = user.ToString();
        var facts = await reader.ReadAsync(
            [new StateKey(StateNames.User, key), new StateKey(StateNames.Memberships, key), CheckRows.Scopes], question, cancellationToken);
        return facts[0].Value is UserSnapshot { Disabled: false } found
            ? new KnownUser(found, new ScopeAccess((IScopeCatalogue)facts[2].Value!, (MembershipIndex)facts[1].Value!, time.GetUtcNow()))
            : null;
    }

    public async ValueTask<LiveClient?> FindClientAsync(ClientId client, PolicyQuestion question, CancellationToken cancellationToken)
    {
        var facts = await reader.ReadAsync(
            [CheckRows.Client(client), CheckRows.MembershipsOf(client), CheckRows.Scopes], question, cancellationToken);
        return facts[0].Value is ClientSnapshot { Suspended: false } found
            ? new LiveClient(found, new ScopeAccess((IScopeCatalogue)facts[2].Value!, (MembershipIndex)facts[1].Value!, time.GetUtcNow()))
            : null;
    }

    public async ValueTask<IReadOnlyList<ServiceEntry>> ListServicesAsync(CancellationToken cancellationToken)
    {
        var facts = await reader.ReadAsync([PolicyRows.ServicesRow], cancellationToken);
        return ((ServiceHosts)facts[0].Value!).All;
    }
}
