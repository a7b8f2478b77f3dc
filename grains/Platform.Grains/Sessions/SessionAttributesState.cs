using System.Collections.Immutable;

namespace Platform.Grains.Sessions;

/// <summary>The persisted shape of what applications keep in a session.</summary>
internal sealed record SessionAttributesState
{
    /// <summary>The version of this shape.</summary>
    public int Version { get; init; } = 1;

    /// <summary>Counts changes, so that no two values of an attribute ever carry the same ETag.</summary>
    public long Changes { get; init; }

    public ImmutableSortedDictionary<string, SessionAttributeState> Items { get; init; } =
        ImmutableSortedDictionary<string, SessionAttributeState>.Empty.WithComparers(StringComparer.Ordinal);
}

/// <summary>The persisted shape of one attribute.</summary>
internal sealed record SessionAttributeState
{
    public long Change { get; init; }

    public string MediaType { get; init; } = "";

    public byte[] Content { get; init; } = [];

    public string ETag => Change.ToString("x", System.Globalization.CultureInfo.InvariantCulture);
}
