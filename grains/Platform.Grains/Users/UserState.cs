using System.Collections.Immutable;
using Platform.Grains.Sessions;

namespace Platform.Grains.Users;

/// <summary>The persisted shape of a user.</summary>
internal sealed record UserState
{
    /// <summary>The version of this shape.</summary>
    public int Version { get; init; } = 2;

    public string UserName { get; init; } = "";

    public string DisplayName { get; init; } = "";

    public string? Mail { get; init; }

    /// <summary>The password's hash; null for users of another directory.</summary>
    public string? PasswordHash { get; init; }

    public bool Disabled { get; init; }

    public long Epoch { get; init; }

    public ImmutableArray<UserSessionState> Sessions { get; init; } = [];

    public ImmutableArray<string> KnownAddresses { get; init; } = [];

    /// <summary>When the user was made, or first logged in; null: before this was kept.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When they last logged in, to the hour.</summary>
    public DateTimeOffset? LastLoginAt { get; init; }

    /// <summary>SHA-256 of what the one open link carries that sets the password, lower-case hexadecimal; null: there is none.</summary>
    public string? ResetHash { get; init; }

    public DateTimeOffset? ResetEndsAt { get; init; }

    /// <summary>Who made it; null: the operator.</summary>
    public string? ResetBy { get; init; }

    public UserProfile Profile => new(UserName, DisplayName, Mail);

    public UserSnapshot ToSnapshot(UserKey key) => new(
        key, Profile, Disabled, Epoch, [.. Sessions.Select(session => session.ToSnapshot())], KnownAddresses);
}

/// <summary>The persisted shape of a session in its user's list.</summary>
internal sealed record UserSessionState
{
    public string Key { get; init; } = "";

    public string Handle { get; init; } = "";

    public DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset EndsAt { get; init; }

    public string Address { get; init; } = "";

    public string UserAgent { get; init; } = "";

    public UserSession ToSnapshot() => new(new SessionKey(Key), Handle, StartedAt, EndsAt, Address, UserAgent);
}
