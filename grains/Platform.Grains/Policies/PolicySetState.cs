using System.Collections.Immutable;

namespace Platform.Grains.Policies;

/// <summary>The persisted shape of a policy set: its newest revision, and what is known of the earlier ones.</summary>
internal sealed record PolicySetState
{
    /// <summary>The version of this shape.</summary>
    public int Version { get; init; } = 1;

    /// <summary>The number of the revision; 0: there was none yet.</summary>
    public long Number { get; init; }

    public string Tag { get; init; } = "";

    /// <summary>The set as <c>PolicyJson</c> writes it; null where the revision removed it.</summary>
    public string? Document { get; init; }

    public DateTimeOffset ChangedAt { get; init; }

    public string ChangedBy { get; init; } = "";

    public string? Comment { get; init; }

    /// <summary>Earlier revisions, the newest first; their documents are rows of their own, since the check reads this one.</summary>
    public ImmutableArray<EarlierRevision> Earlier { get; init; } = [];
}

/// <summary>What is known of an earlier revision.</summary>
internal sealed record EarlierRevision
{
    public long Number { get; init; }

    public string Tag { get; init; } = "";

    /// <summary>Whether it removed the set, and has no document.</summary>
    public bool Removed { get; init; }

    public DateTimeOffset ChangedAt { get; init; }

    public string ChangedBy { get; init; } = "";

    public string? Comment { get; init; }
}

/// <summary>The persisted shape of an earlier revision's document.</summary>
internal sealed record PolicyRevisionState
{
    /// <summary>The version of this shape.</summary>
    public int Version { get; init; } = 1;

    /// <summary>The set as <c>PolicyJson</c> wrote it then.</summary>
    public string Document { get; init; } = "";

    /// <summary>The key of its row.</summary>
    public static string KeyOf(ServiceName service, long number) => $"{service.GrainKey}:{number.ToString(System.Globalization.CultureInfo.InvariantCulture)}";
}
