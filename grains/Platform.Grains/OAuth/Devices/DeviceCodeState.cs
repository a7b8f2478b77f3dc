using System.Collections.Immutable;
using Platform.Grains.Scopes;

namespace Platform.Grains.OAuth.Devices;

/// <summary>What the user said to a device.</summary>
internal enum DeviceDecision
{
    /// <summary>Nothing yet.</summary>
    Pending,

    /// <summary>Yes.</summary>
    Approved,

    /// <summary>No.</summary>
    Denied,
}

/// <summary>The persisted shape of a device authorization.</summary>
internal sealed record DeviceCodeState
{
    /// <summary>The version of this shape.</summary>
    public int Version { get; init; } = 1;

    public string Client { get; init; } = "";

    public long ClientEpoch { get; init; }

    public ImmutableArray<string> OAuthScopes { get; init; } = [];

    public string? Context { get; init; }

    public ImmutableArray<string> Audiences { get; init; } = [];

    public string Address { get; init; } = "";

    /// <summary>How long the device has to wait between two questions; longer after each that came too soon.</summary>
    public TimeSpan Interval { get; init; }

    public DateTimeOffset EndsAt { get; init; }

    public string? DpopThumbprint { get; init; }

    public DeviceDecision Decision { get; init; }

    /// <summary>What the user gave; null unless they said yes.</summary>
    public AuthorizationState? Authorization { get; init; }

    /// <summary>When the device asked last; null: never.</summary>
    public DateTimeOffset? AskedAt { get; init; }

    /// <summary>The name of its last question.</summary>
    public string? AskedBy { get; init; }

    /// <summary>The name of the question that was answered with tokens; null: none yet.</summary>
    public string? AnsweredTo { get; init; }

    public static DeviceCodeState From(DeviceRequest request) => new()
    {
        Client = request.Client.Value,
        ClientEpoch = request.ClientEpoch,
        OAuthScopes = request.OAuthScopes,
        Context = request.Context?.Value,
        Audiences = request.Audiences,
        Address = request.Address,
        Interval = request.Interval,
        EndsAt = request.EndsAt,
        DpopThumbprint = request.DpopThumbprint,
    };

    public DeviceRequest ToRequest() => new(
        new ClientId(Client),
        ClientEpoch,
        OAuthScopes,
        Context is null ? null : new ScopePath(Context),
        Audiences,
        Address,
        Interval,
        EndsAt,
        DpopThumbprint);
}
