using System.Globalization;
using Platform.Grains.Scopes;

namespace Platform.Grains.Administration.Scopes;

/// <summary>The persisted shape of one version of an acceptable-use policy. A row of its own: texts are long, and seldom read.</summary>
internal sealed record TermsState
{
    /// <summary>The version of this shape.</summary>
    public int Version { get; init; } = 1;

    public string Text { get; init; } = "";

    public DateTimeOffset PublishedAt { get; init; }

    /// <summary>Who published it, as the audit names them.</summary>
    public string PublishedBy { get; init; } = "";

    /// <summary>The key of a version's row; no path holds a colon.</summary>
    public static string KeyOf(ScopePath scope, int version) => $"{PrefixOf(scope)}{version.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>What the keys of all versions of a scope begin with.</summary>
    public static string PrefixOf(ScopePath scope) => $"{scope.Value}:";
}
