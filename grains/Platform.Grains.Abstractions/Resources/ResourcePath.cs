using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Platform.Grains.Scopes;

namespace Platform.Grains.Resources;

/// <summary>
/// Where a document is in its scope: names of letters, digits, <c>.</c>, <c>_</c>, <c>-</c>, <c>~</c>, joined by slashes, none before the
/// first and none after the last. Compared ordinally.
/// </summary>
/// <param name="Value">The path.</param>
[GenerateSerializer, Immutable, Alias("platform.ResourcePath")]
public readonly record struct ResourcePath([property: Id(0)] string Value) : IComparable<ResourcePath>
{
    /// <summary>The longest path taken, in characters.</summary>
    public const int MaxLength = 512;

    /// <summary>The longest name taken, in characters.</summary>
    public const int MaxNameLength = 128;

    /// <summary>The grammar in words, for error messages.</summary>
    public const string Grammar = "a resource is 'name' or 'name/name/…', each name made of 1 to 128 letters, digits, '.', '_', '-' and '~', 512 characters in all";

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-~");

    /// <summary>Takes a path that follows the grammar.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ResourcePath path)
    {
        path = default;
        if (text is null || text.Length is 0 or > MaxLength)
        {
            return false;
        }

        foreach (var range in text.AsSpan().Split('/'))
        {
            var name = text.AsSpan()[range];
            if (name.Length is 0 or > MaxNameLength || name is "." or ".." || name.ContainsAnyExcept(NameCharacters))
            {
                return false;
            }
        }

        path = new ResourcePath(text);
        return true;
    }

    /// <summary>Whether a text could begin a path: empty, or made of the characters of one.</summary>
    public static bool IsPrefix(string text) =>
        text.Length <= MaxLength && !text.StartsWith('/') && !text.Contains("//", StringComparison.Ordinal) && text.All(character => character == '/' || NameCharacters.Contains(character));

    /// <inheritdoc/>
    public int CompareTo(ResourcePath other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value;

    /// <summary>Ordinal order.</summary>
    public static bool operator <(ResourcePath left, ResourcePath right) => left.CompareTo(right) < 0;

    /// <summary>Ordinal order.</summary>
    public static bool operator >(ResourcePath left, ResourcePath right) => left.CompareTo(right) > 0;

    /// <summary>Ordinal order.</summary>
    public static bool operator <=(ResourcePath left, ResourcePath right) => left.CompareTo(right) <= 0;

    /// <summary>Ordinal order.</summary>
    public static bool operator >=(ResourcePath left, ResourcePath right) => left.CompareTo(right) >= 0;
}

/// <summary>
/// The key of a document's grain, <c>scope:path</c>. Neither part holds a colon, so no two documents share one; and keys of one scope stand
/// together, ordered by path.
/// </summary>
/// <param name="Scope">The scope that the document is placed in.</param>
/// <param name="Path">Where it is in it.</param>
[GenerateSerializer, Immutable, Alias("platform.ResourceKey")]
public readonly record struct ResourceKey([property: Id(0)] ScopePath Scope, [property: Id(1)] ResourcePath Path)
{
    /// <summary>The grain's key, <c>scope:path</c>.</summary>
    public override string ToString() => PrefixOf(Scope) + Path.Value;

    /// <summary>What the keys of a scope's documents, and no others, begin with.</summary>
    public static string PrefixOf(ScopePath scope) => $"{scope.Value}:";

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static ResourceKey Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return new ResourceKey(new ScopePath(text[..colon]), new ResourcePath(text[(colon + 1)..]));
    }
}
