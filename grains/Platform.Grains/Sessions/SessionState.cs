namespace Platform.Grains.Sessions;

/// <summary>The persisted shape of a session.</summary>
internal sealed record SessionState
{
    /// <summary>The version of this shape.</summary>
    public int Version { get; init; } = 1;

    public string Handle { get; init; } = "";

    public string User { get; init; } = "";

    public long UserEpoch { get; init; }

    public string? Scope { get; init; }

    public long ScopeEpoch { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset EndsAt { get; init; }

    public TimeSpan IdleTimeout { get; init; }

    public SessionSnapshot ToSnapshot(SessionKey key) => new(
        key,
        Handle,
        Users.UserKey.Parse(User),
        UserEpoch,
        Scope is null ? null : new Scopes.ScopePath(Scope),
        ScopeEpoch,
        StartedAt,
        EndsAt,
        IdleTimeout);
}
