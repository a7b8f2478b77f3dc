namespace Platform.Grains.OAuth.Codes;

/// <summary>The persisted shape of an authorization code.</summary>
internal sealed record AuthorizationCodeState
{
    /// <summary>The version of this shape.</summary>
    public int Version { get; init; } = 1;

    public AuthorizationState Authorization { get; init; } = new();

    public string RedirectUri { get; init; } = "";

    public bool RedirectUriGiven { get; init; }

    public string? Challenge { get; init; }

    public DateTimeOffset EndsAt { get; init; }

    /// <summary>The name of its one use; null: not used yet.</summary>
    public string? UsedBy { get; init; }

    public CodeSnapshot ToSnapshot() => new(Authorization.ToSnapshot(), RedirectUri, RedirectUriGiven, Challenge, EndsAt);
}
