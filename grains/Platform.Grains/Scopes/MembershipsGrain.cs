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

    public Task ReplaceFromDirectoryAsync(string source, ImmutableArray<Membership> memberships) =>
        WriteIfChangedAsync(State.Items
            .Where(item => item.Source != source)
            .Concat(memberships.Select(membership => MembershipState.From(membership with { Source = source }))));

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
