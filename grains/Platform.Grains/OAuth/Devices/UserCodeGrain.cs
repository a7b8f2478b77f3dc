using Platform.Grains.Cluster;
using Platform.Storage;

namespace Platform.Grains.OAuth.Devices;

/// <summary>The persisted shape of a user code's claim.</summary>
internal sealed record UserCodeState
{
    /// <summary>The version of this shape.</summary>
    public int Version { get; init; } = 1;

    /// <summary>The key of the device authorization.</summary>
    public string DeviceCode { get; init; } = "";

    public DateTimeOffset EndsAt { get; init; }
}

/// <inheritdoc cref="IUserCodeGrain"/>
[GrainType("oauth-user-code")]
internal sealed class UserCodeGrain(
    [PersistentState(StateNames.UserCode, StateNames.Storage)] IPersistentState<UserCodeState> stored,
    IActivityStore activity,
    TimeProvider time) : ExpiringGrain<UserCodeState>(StateNames.UserCode, stored, activity, time), IUserCodeGrain
{
    protected override DateTimeOffset KeptUntil => State.EndsAt;

    private bool IsAlive => Exists && State.EndsAt > Now;

    public async Task<bool> ClaimAsync(SecretKey deviceCode, DateTimeOffset endsAt)
    {
        if (IsAlive)
        {
            return State.DeviceCode == deviceCode.Value;
        }

        await WriteAsync(new UserCodeState { DeviceCode = deviceCode.Value, EndsAt = endsAt }, endsAt);
        return true;
    }

    public Task<SecretKey?> FindAsync() => Task.FromResult<SecretKey?>(IsAlive ? new SecretKey(State.DeviceCode) : null);
}
