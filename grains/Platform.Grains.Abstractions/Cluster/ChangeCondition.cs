using System.Collections.Immutable;

namespace Platform.Grains.Cluster;

/// <summary>What has to hold for a change of something that carries an entity tag (RFC 9110 §13.1.1, §13.1.2).</summary>
/// <param name="IfMatch">It has one of these tags; <c>*</c>: it exists; empty: no condition.</param>
/// <param name="IfNoneMatch">It has none of these tags; <c>*</c>: it does not exist; empty: no condition.</param>
[GenerateSerializer, Immutable, Alias("platform.ChangeCondition")]
public sealed record ChangeCondition([property: Id(0)] ImmutableArray<string> IfMatch, [property: Id(1)] ImmutableArray<string> IfNoneMatch)
{
    /// <summary>No condition.</summary>
    public static ChangeCondition None { get; } = new([], []);

    /// <summary>It does not exist.</summary>
    public static ChangeCondition Absent { get; } = new([], ["*"]);

    /// <summary>It has this tag.</summary>
    public static ChangeCondition Is(string tag) => new([tag], []);

    /// <summary>Whether it holds for something with this tag; null: for something that does not exist.</summary>
    public bool Holds(string? tag) =>
        (IfMatch.IsDefaultOrEmpty || (tag is not null && (IfMatch.Contains("*") || IfMatch.Contains(tag))))
        && (IfNoneMatch.IsDefaultOrEmpty || tag is null || !(IfNoneMatch.Contains("*") || IfNoneMatch.Contains(tag)));
}
