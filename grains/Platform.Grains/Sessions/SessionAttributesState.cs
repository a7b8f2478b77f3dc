using System.Collections.Immutable;

namespace Platform.Grains.Sessions;

/// <summary>The persisted shape of what applications keep in a session.</summary>
internal sealed record SessionAttributesState
{
    /// <summary>The version of this shape.</summary>
    public int Version { get; init; } = 1;

    /// <summary>Counts changes, so that no two values of an attribute ever carry the same ETag.</summary>
    public long Changes { get; init; }

    /// <summary>Ordered by name (ordinal).</summary>
    public ImmutableArray<SessionAttributeState> Items { get; init; } = [];

    public SessionAttributeState? Find(string name) => Items.FirstOrDefault(item => item.Name == name);

    public SessionAttributesState Without(string name) => this with { Items = Items.RemoveAll(item => item.Name == name) };

    public SessionAttributesState With(SessionAttributeState attribute) => this with
    {
        Items = [.. Without(attribute.Name).Items.Add(attribute).OrderBy(item => item.Name, StringComparer.Ordinal)],
    };
}

/// <summary>The persisted shape of one attribute.</summary>
internal sealed record SessionAttributeState
{
    public string Name { get; init; } = "";

    public long Change { get; init; }

    public string MediaType { get; init; } = "";

    public byte[] Content { get; init; } = [];

    public string ETag => Change.ToString("x", System.Globalization.CultureInfo.InvariantCulture);
}
