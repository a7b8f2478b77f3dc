using System.Collections.Immutable;
using Platform.Grains.Cluster;
using Platform.Grains.Scopes;

namespace Platform.Grains.OAuth;

/// <summary>One device authorization (RFC 8628), keyed by the hash of the device code. It gives tokens once in the whole cluster.</summary>
[Alias("platform.IDeviceCodeGrain")]
public interface IDeviceCodeGrain : IExpiringGrain
{
    /// <summary>Starts it.</summary>
    [Alias("StartAsync"), Idempotent]
    Task StartAsync(DeviceRequest request);

    /// <summary>The request while it waits for its user; null where it is unknown, decided or over.</summary>
    [Alias("FindPendingAsync"), Idempotent]
    Task<DeviceRequest?> FindPendingAsync();

    /// <summary>The user says yes (an authorization) or no (null).</summary>
    /// <returns>False where it is no longer waiting.</returns>
    [Alias("DecideAsync"), Idempotent]
    Task<bool> DecideAsync(AuthorizationSnapshot? authorization);

    /// <summary>The device asks.</summary>
    /// <param name="attempt">A random name of this question; repeating the call with the same one is the same question.</param>
    /// <param name="client">Who asks.</param>
    [Alias("PollAsync"), Idempotent]
    Task<DevicePoll> PollAsync(string attempt, ClientId client);
}

/// <summary>Which device authorization a user code belongs to; keyed by the hash of the user code.</summary>
[Alias("platform.IUserCodeGrain")]
public interface IUserCodeGrain : IExpiringGrain
{
    /// <summary>Takes the code for a device authorization.</summary>
    /// <returns>False where it belongs to another one that is not over.</returns>
    [Alias("ClaimAsync"), Idempotent]
    Task<bool> ClaimAsync(SecretKey deviceCode, DateTimeOffset endsAt);

    /// <summary>The device authorization; null where there is none, or it is over.</summary>
    [Alias("FindAsync"), Idempotent]
    Task<SecretKey?> FindAsync();
}

/// <summary>What a device asks for.</summary>
/// <param name="Client">Which client.</param>
/// <param name="ClientEpoch">The client's revocation epoch.</param>
/// <param name="OAuthScopes">The OAuth scopes.</param>
/// <param name="Context">The context named in the request; null: none.</param>
/// <param name="Audiences">The audiences asked for.</param>
/// <param name="Address">Where the device asked from, for its user to recognise.</param>
/// <param name="Interval">How long it has to wait between two questions.</param>
/// <param name="EndsAt">When it is over (UTC).</param>
/// <param name="DpopThumbprint">The DPoP key that the device code is bound to; null: none.</param>
[GenerateSerializer, Immutable, Alias("platform.DeviceRequest")]
public sealed record DeviceRequest(
    [property: Id(0)] ClientId Client,
    [property: Id(1)] long ClientEpoch,
    [property: Id(2)] ImmutableArray<string> OAuthScopes,
    [property: Id(3)] ScopePath? Context,
    [property: Id(4)] ImmutableArray<string> Audiences,
    [property: Id(5)] string Address,
    [property: Id(6)] TimeSpan Interval,
    [property: Id(7)] DateTimeOffset EndsAt,
    [property: Id(8)] string? DpopThumbprint);

/// <summary>What a device is told.</summary>
/// <param name="Outcome">The outcome.</param>
/// <param name="Authorization">With <see cref="DeviceOutcome.Approved"/>: what it stands for.</param>
[GenerateSerializer, Immutable, Alias("platform.DevicePoll")]
public sealed record DevicePoll([property: Id(0)] DeviceOutcome Outcome, [property: Id(1)] AuthorizationSnapshot? Authorization);

/// <summary>What a device is told (RFC 8628 §3.5).</summary>
[Alias("platform.DeviceOutcome")]
public enum DeviceOutcome
{
    /// <summary>The user has not decided yet.</summary>
    Pending,

    /// <summary>It asked too soon; the interval is 5 s longer from now on.</summary>
    SlowDown,

    /// <summary>The user said no.</summary>
    Denied,

    /// <summary>The user said yes, and this is the one answer that says so.</summary>
    Approved,

    /// <summary>It is over.</summary>
    Expired,

    /// <summary>It is unknown, another client's, or was answered with tokens before.</summary>
    Refused,
}
