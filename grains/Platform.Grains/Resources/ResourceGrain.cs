using Platform.Grains.Cluster;

namespace Platform.Grains.Resources;

/// <inheritdoc cref="IResourceGrain"/>
[GrainType("resource")]
internal sealed class ResourceGrain(
    [PersistentState(StateNames.Resource, StateNames.Storage)] IPersistentState<ResourceState> stored,
    TimeProvider time) : StatefulGrain<ResourceState>(StateNames.Resource, stored), IResourceGrain
{
    private ResourceSnapshot? Current => Exists ? State.ToSnapshot(ResourceKey.Parse(Key)) : null;

    public Task<ResourceSnapshot?> FindAsync() => Task.FromResult(Current);

    public async Task<ResourceResult> PutAsync(ResourceChange change, ChangeCondition condition)
    {
        // The call came again after its own write: what it rested on is gone, and it has done what it should.
        if (Exists && State.Tag == change.Tag)
        {
            return Stored();
        }

        if (!condition.Holds(Current?.Tag))
        {
            return new(ResourceOutcome.PreconditionFailed, Current);
        }

        var now = time.GetUtcNow();
        var before = Exists ? State : new ResourceState { CreatedAt = now };
        await WriteAsync(before with
        {
            Content = change.Content,
            Tag = change.Tag,
            Visibility = change.Visibility ?? before.Visibility,
            MaxAuthenticationAge = change.AuthenticationAge is { } age ? age.Max : before.MaxAuthenticationAge,
            Changes = before.Changes + 1,
            ChangedAt = now,
            ChangedBy = change.Subject.ToString(),
            ChangedByClient = change.Client,
            ChangedByRun = change.Run?.Value,
        });
        return Stored();
    }

    public async Task<ResourceResult> RemoveAsync(ChangeCondition condition)
    {
        if (!condition.Holds(Current?.Tag))
        {
            return new(ResourceOutcome.PreconditionFailed, Current);
        }

        if (!Exists)
        {
            return new(ResourceOutcome.NotFound, null);
        }

        await DeleteRowAsync();
        return new(ResourceOutcome.Removed, null);
    }

    private ResourceResult Stored() => new(State.Changes == 1 ? ResourceOutcome.Created : ResourceOutcome.Replaced, Current);
}
