using System.Collections.Immutable;
using Platform.Grains.Cluster;
using Platform.Storage;

namespace Platform.Grains.Sessions;

/// <inheritdoc cref="ISessionAttributesGrain"/>
[GrainType("session-attributes")]
internal sealed class SessionAttributesGrain(
    [PersistentState(StateNames.SessionAttributes, StateNames.Storage)] IPersistentState<SessionAttributesState> stored,
    IActivityStore activity,
    TimeProvider time) : StatefulGrain<SessionAttributesState>(StateNames.SessionAttributes, stored), ISessionAttributesGrain
{
    /// <summary>The largest attribute, in bytes.</summary>
    internal const int MaxContentLength = 64 * 1024;

    /// <summary>The largest sum of a session's attributes, in bytes.</summary>
    internal const int MaxTotalLength = 256 * 1024;

    /// <summary>The most attributes of a session.</summary>
    internal const int MaxCount = 64;

    private StateKey ActivityKey => new(StateNames.SessionAttributes, Key);

    public Task<ImmutableArray<SessionAttributeInfo>> ListAsync() => Task.FromResult(
        State.Items.Select(item => new SessionAttributeInfo(item.Name, item.ETag, item.Content.Length)).ToImmutableArray());

    public Task<SessionAttribute?> FindAsync(string name) => Task.FromResult(
        State.Find(name) is { } item
            ? new SessionAttribute(name, item.ETag, item.MediaType, [.. item.Content])
            : null);

    public async Task<SessionAttributeResult> PutAsync(
        string name, string mediaType, ImmutableArray<byte> content, ChangeCondition condition, DateTimeOffset sessionEndsAt)
    {
        var current = State.Find(name);
        if (!condition.Holds(current?.ETag))
        {
            return new(SessionAttributeOutcome.PreconditionFailed, current?.ETag);
        }

        var total = State.Items.Sum(item => item.Content.Length) - (current?.Content.Length ?? 0) + content.Length;
        if (content.Length > MaxContentLength || total > MaxTotalLength || (current is null && State.Items.Length >= MaxCount))
        {
            return new(SessionAttributeOutcome.TooLarge, current?.ETag);
        }

        if (!Exists)
        {
            await activity.StartAsync(ActivityKey, time.GetUtcNow(), sessionEndsAt, CancellationToken.None);
        }

        var change = State.Changes + 1;
        var next = new SessionAttributeState { Name = name, Change = change, MediaType = mediaType, Content = [.. content] };
        await WriteAsync(State.With(next) with { Changes = change });
        return new(current is null ? SessionAttributeOutcome.Created : SessionAttributeOutcome.Replaced, next.ETag);
    }

    public async Task<SessionAttributeResult> RemoveAsync(string name, ChangeCondition condition)
    {
        var current = State.Find(name);
        if (!condition.Holds(current?.ETag))
        {
            return new(SessionAttributeOutcome.PreconditionFailed, current?.ETag);
        }

        if (current is null)
        {
            return new(SessionAttributeOutcome.NotFound, null);
        }

        // The row stays when it is empty: its counter keeps an ETag from coming back.
        await WriteAsync(State.Without(name) with { Changes = State.Changes + 1 });
        return new(SessionAttributeOutcome.Removed, null);
    }

    public async Task ClearAsync()
    {
        if (Exists)
        {
            await DeleteRowAsync();
        }

        await activity.EndAsync(ActivityKey, CancellationToken.None);
    }
}
