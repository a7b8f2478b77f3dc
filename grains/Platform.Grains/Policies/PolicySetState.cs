namespace Platform.Grains.Policies;

/// <summary>The persisted shape of a policy set: its newest revision.</summary>
internal sealed record PolicySetState
{
    /// <summary>The version of this shape.</summary>
    public int Version { get; init; } = 1;

    /// <summary>The number of the revision.</summary>
    public long Number { get; init; }

    public string Tag { get; init; } = "";

    /// <summary>The set as <c>PolicyJson</c> writes it; null where the revision removed it.</summary>
    public string? Document { get; init; }

    public DateTimeOffset ChangedAt { get; init; }

    public string ChangedBy { get; init; } = "";

    public string? Comment { get; init; }
}
