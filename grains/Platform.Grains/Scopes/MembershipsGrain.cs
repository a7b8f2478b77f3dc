using System.Collections.Immutable;
using Platform.Grains.Cluster;

namespace Platform.Grains.Scopes;

/// <inheritdoc cref="IMembershipsGrain"/>
[GrainType("memberships")]
internal sealed class MembershipsGrain(
    [PersistentState(StateNames.Memberships, StateNames.Storage)] IPersistentState<MembershipsState> stored)
    : StatefulGrain<MembershipsState>(StateNames.Memberships, stored), IMembershipsGrain
{
    public Task<ImmutableArray<Membership>> ListAsync() => Task.FromResult(State.Items.Select(item => item.ToMembership()).ToImmutableArray());

    public Task AdmitAsync(Membership membership) =>
        WriteIfChangedAsync(State.Items.Where(item => !IsOwn(item, membership.Scope)).Append(MembershipState.From(membership with { Source = null })));

    public async Task<bool> RemoveAsync(ScopePath scope)
    {
        var found = State.Items.Any(item => IsOwn(item, scope));
        await WriteIfChangedAsync(State.Items.Where(item => !IsOwn(item, scope)));
        return found;
    }

    public Task ReplaceFromDirectoryAsync(string source, ImmutableArray<Membership> memberships) =>
        WriteIfChangedAsync(State.Items
            .Where(item => item.Source != source)
            .Concat(memberships.Select(membership => MembershipState.From(membership with { Source = source }))));

    private static bool IsOwn(MembershipState item, ScopePath scope) => item.Source is null && item.Scope == scope.Value;

    private async Task WriteIfChangedAsync(IEnumerable<MembershipState> items)
    {
        var next = State.With(items);
        var same = next.Items.Length == State.Items.Length && next.Items.Zip(State.Items).All(pair => pair.First.Same(pair.Second));
        if (!same)
        {
            await WriteAsync(next);
        }
    }
}
