namespace Platform.Grains.Runs;

/// <summary>What a run may be made of, whatever a scope or the operator allows.</summary>
public static class RunRules
{
    /// <summary>The longest name of an image, in characters.</summary>
    public const int MaxImage = 512;

    /// <summary>How many parts a command has at most.</summary>
    public const int MaxCommand = 256;

    /// <summary>How many environment variables there are at most.</summary>
    public const int MaxVariables = 100;

    /// <summary>How many characters command and environment have in all, at most.</summary>
    public const int MaxText = 32 * 1024;

    /// <summary>How many inputs there are at most.</summary>
    public const int MaxInputs = 100;

    /// <summary>The longest label, in characters.</summary>
    public const int MaxLabel = 200;

    /// <summary>The longest message of a progress report, in characters.</summary>
    public const int MaxMessage = 500;

    /// <summary>The least memory that a container starts with, in bytes.</summary>
    public const long MinMemoryBytes = 8L * 1024 * 1024;

    /// <summary>The least share of a processor.</summary>
    public const double MinCpus = 0.05;

    /// <summary>The shortest time limit.</summary>
    public static TimeSpan MinTime { get; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Whether a text is a reference to an image: the grammar of the distribution specification in short, a name of lower-case parts joined by
    /// slashes, with a registry's address before it, a tag or a digest behind it. Ids are none: engines find an image by the beginning of one, too.
    /// </summary>
    public static bool IsImage(string text) =>
        text.Length is > 0 and <= MaxImage
        && char.IsAsciiLetterOrDigit(text[0])
        && char.IsAsciiLetterOrDigit(text[^1])
        && !text.AsSpan().ContainsAnyExcept("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-/:@+")
        && text.AsSpan().ContainsAnyExcept("0123456789abcdef")
        && !text.StartsWith("sha256:", StringComparison.Ordinal);

    /// <summary>Whether a text names an environment variable: letters, digits and underscores, no digit first (POSIX.1-2017 §8.1).</summary>
    public static bool IsVariableName(string text) =>
        text.Length is > 0 and <= 128
        && !char.IsAsciiDigit(text[0])
        && text.All(character => char.IsAsciiLetterOrDigit(character) || character == '_');

    /// <summary>Whether the platform sets the variable itself, or programs look for tokens in it (contracts/wlcg-aarc.md).</summary>
    public static bool IsReservedVariable(string name) =>
        name.StartsWith("PLATFORM_", StringComparison.Ordinal) || name.StartsWith("BEARER_TOKEN", StringComparison.Ordinal);
}
