using Platform.Grains.Cluster;

namespace Platform.Grains.Users;

/// <summary>The persisted shape of a name's claim.</summary>
internal sealed record LocalNameState
{
    /// <summary>The version of this shape.</summary>
    public int Version { get; init; } = 1;

    public string? Holder { get; init; }
}

/// <inheritdoc cref="ILocalNameGrain"/>
[GrainType("local-name")]
internal sealed class LocalNameGrain(
    [PersistentState(StateNames.LocalName, StateNames.Storage)] IPersistentState<LocalNameState> stored)
    : StatefulGrain<LocalNameState>(StateNames.LocalName, stored), ILocalNameGrain
{
    public Task<UserKey?> FindHolderAsync() => Task.FromResult(Holder);

    public async Task<UserKey> ClaimAsync()
    {
        if (Holder is { } holder)
        {
            return holder;
        }

        var user = new UserKey(UserKey.Local, Guid.NewGuid().ToString("N"));
        await WriteAsync(State with { Holder = user.ToString() });
        return user;
    }

    private UserKey? Holder => State.Holder is { } holder ? UserKey.Parse(holder) : null;
}
