using System.Diagnostics.CodeAnalysis;

namespace Platform.Grains.Scopes;

/// <summary>What a node of the hierarchy is.</summary>
[Alias("platform.ScopeKind")]
public enum ScopeKind
{
    /// <summary>An infrastructure's root, <c>/NAME</c>; old clients see it as a VO.</summary>
    Infrastructure,

    /// <summary>A virtual organisation, <c>/NAME/NAME</c>.</summary>
    VirtualOrganisation,

    /// <summary>A virtual research environment, <c>/NAME/NAME/NAME</c>.</summary>
    VirtualResearchEnvironment,
}

/// <summary>
/// The path of a scope: one to three names of letters, digits, <c>.</c>, <c>_</c>, <c>-</c>, each after a slash
/// (contracts/gcube-http.md, "Scopes"). Compared ordinally.
/// </summary>
/// <param name="Value">The path.</param>
[GenerateSerializer, Immutable, Alias("platform.ScopePath")]
public readonly record struct ScopePath([property: Id(0)] string Value) : IComparable<ScopePath>
{
    /// <summary>The longest path taken, in characters.</summary>
    public const int MaxLength = 400;

    /// <summary>The grammar in words, for error messages.</summary>
    public const string Grammar = "a scope is '/INFRASTRUCTURE', '/INFRASTRUCTURE/VO' or '/INFRASTRUCTURE/VO/VRE', each name made of letters, digits, '.', '_' and '-'";

    /// <summary>The last name.</summary>
    public string Name => Value[(Value.LastIndexOf('/') + 1)..];

    /// <summary>The number of names, 1 to 3.</summary>
    public int Depth => Value.AsSpan().Count('/');

    /// <summary>What the path stands for.</summary>
    public ScopeKind Kind => (ScopeKind)(Depth - 1);

    /// <summary>The scope above; null above a root.</summary>
    public ScopePath? Parent => Depth == 1 ? null : new ScopePath(Value[..Value.LastIndexOf('/')]);

    /// <summary>The scope and those above it, the nearest first.</summary>
    public IEnumerable<ScopePath> UpToRoot()
    {
        for (ScopePath? each = this; each is { } path; each = path.Parent)
        {
            yield return path;
        }
    }

    /// <summary>Whether <paramref name="other"/> is this scope or lies below it.</summary>
    public bool Covers(ScopePath other) =>
        other.Value.StartsWith(Value, StringComparison.Ordinal)
        && (other.Value.Length == Value.Length || other.Value[Value.Length] == '/');

    /// <summary>Takes a path that follows the grammar.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ScopePath path)
    {
        path = default;
        if (text is null || text.Length is < 2 or > MaxLength || text[0] != '/')
        {
            return false;
        }

        var names = 0;
        foreach (var range in text.AsSpan(1).Split('/'))
        {
            var name = text.AsSpan(1)[range];
            if (++names > 3 || name.IsEmpty || name is "." or ".." || name.ContainsAnyExcept(NameCharacters))
            {
                return false;
            }
        }

        path = new ScopePath(text);
        return true;
    }

    /// <summary>The path as one segment of a URL: its names joined by <c>~</c>, which no name holds.</summary>
    public string ToSegment() => Value[1..].Replace('/', '~');

    /// <summary>Reads what <see cref="ToSegment"/> wrote.</summary>
    public static bool TryParseSegment([NotNullWhen(true)] string? segment, out ScopePath path)
    {
        path = default;
        return segment is not null && !segment.Contains('/', StringComparison.Ordinal) && TryParse($"/{segment.Replace('~', '/')}", out path);
    }

    /// <inheritdoc/>
    public int CompareTo(ScopePath other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value;

    /// <summary>Ordinal order.</summary>
    public static bool operator <(ScopePath left, ScopePath right) => left.CompareTo(right) < 0;

    /// <summary>Ordinal order.</summary>
    public static bool operator >(ScopePath left, ScopePath right) => left.CompareTo(right) > 0;

    /// <summary>Ordinal order.</summary>
    public static bool operator <=(ScopePath left, ScopePath right) => left.CompareTo(right) <= 0;

    /// <summary>Ordinal order.</summary>
    public static bool operator >=(ScopePath left, ScopePath right) => left.CompareTo(right) >= 0;

    private static readonly System.Buffers.SearchValues<char> NameCharacters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");
}
