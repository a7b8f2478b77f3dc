using System.Collections.Immutable;

namespace Platform.Grains.Policies;

/// <summary>The persisted shape of the one row that says which host belongs to which service.</summary>
internal sealed record PolicyServicesState
{
    /// <summary>The key of the row.</summary>
    public const string Key = "all";

    /// <summary>The version of this shape.</summary>
    public int Version { get; init; } = 1;

    /// <summary>The services that have a set, by name.</summary>
    public ImmutableSortedDictionary<string, ImmutableArray<string>> Hosts { get; init; } = ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty;
}
