using Platform.Grains.Cluster;
using Platform.Grains.Users;
using Platform.Storage;

namespace Platform.Grains.OAuth.Grants;

/// <summary>The persisted shape of where the user of a personal token is found.</summary>
internal sealed record PersonalTokenState
{
    /// <summary>The version of this shape.</summary>
    public int Version { get; init; } = 1;

    public string User { get; init; } = "";

    public DateTimeOffset EndsAt { get; init; }
}

/// <inheritdoc cref="IPersonalTokenGrain"/>
[GrainType("oauth-personal")]
internal sealed class PersonalTokenGrain(
    [PersistentState(StateNames.PersonalToken, StateNames.Storage)] IPersistentState<PersonalTokenState> stored,
    IActivityStore activity,
    TimeProvider time) : ExpiringGrain<PersonalTokenState>(StateNames.PersonalToken, stored, activity, time), IPersonalTokenGrain
{
    protected override DateTimeOffset KeptUntil => State.EndsAt;

    public async Task StartAsync(UserKey user, DateTimeOffset endsAt)
    {
        if (!Exists)
        {
            await WriteAsync(new PersonalTokenState { User = user.ToString(), EndsAt = endsAt }, endsAt);
        }
    }

    public Task EndAsync() => ForgetAsync();
}
