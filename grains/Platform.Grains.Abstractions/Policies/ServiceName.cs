using System.Diagnostics.CodeAnalysis;

namespace Platform.Grains.Policies;

/// <summary>The name of a protected service: lower-case letters, digits and <c>-</c>, beginning with a letter, at most 64.</summary>
/// <param name="Value">The name.</param>
[GenerateSerializer, Immutable, Alias("platform.ServiceName")]
public readonly record struct ServiceName([property: Id(0)] string Value)
{
    /// <summary>The grammar in words, for error messages.</summary>
    public const string Grammar = "a service's name has 1 to 64 lower-case letters, digits and '-', and begins with a letter";

    /// <summary>The platform itself. Its endpoints are let through by their own rules; its set holds what is denied besides.</summary>
    public static ServiceName Platform { get; } = new("platform");

    /// <summary>The key of its grain and its row. The prefix keeps names that read as numbers from being taken for others.</summary>
    public string GrainKey => "service:" + Value;

    /// <summary>Takes a name that follows the grammar.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ServiceName name)
    {
        name = default;
        if (text is not { Length: >= 1 and <= 64 } || text[0] is < 'a' or > 'z' || text.AsSpan().ContainsAnyExcept(Characters))
        {
            return false;
        }

        name = new ServiceName(text);
        return true;
    }

    /// <summary>Reads <see cref="GrainKey"/>.</summary>
    public static ServiceName FromGrainKey(string key) => new(key["service:".Length..]);

    /// <inheritdoc/>
    public override string ToString() => Value;

    private static readonly System.Buffers.SearchValues<char> Characters = System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");
}
