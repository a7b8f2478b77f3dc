using Platform.Grains.Runs;
using Platform.Grains.Users;

namespace Platform.Grains.Resources;

/// <summary>The persisted shape of one document.</summary>
internal sealed record ResourceState
{
    /// <summary>The version of this shape.</summary>
    public int Version { get; init; } = 2;

    /// <summary>The document as it was sent, a JSON text.</summary>
    public string Content { get; init; } = "";

    public string Tag { get; init; } = "";

    public ResourceVisibility Visibility { get; init; } = ResourceVisibility.Members;

    public TimeSpan? MaxAuthenticationAge { get; init; }

    /// <summary>Counts changes, so that a repeated call knows whether it made the document.</summary>
    public long Changes { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset ChangedAt { get; init; }

    public string ChangedBy { get; init; } = "";

    public string? ChangedByClient { get; init; }

    public string? ChangedByRun { get; init; }

    public ResourceSnapshot ToSnapshot(ResourceKey key) => new(
        key, Content, Tag, Visibility, MaxAuthenticationAge, CreatedAt, ChangedAt, UserKey.Parse(ChangedBy), ChangedByClient, RunId.TryParse(ChangedByRun, out var run) ? run : null);
}
