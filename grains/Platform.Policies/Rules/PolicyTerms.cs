using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Platform.Policies.Rules;

/// <summary>The words and formats of policy sets in files, the same in YAML and in JSON (docs/policies.md).</summary>
public static class PolicyTerms
{
    /// <summary>How durations are written: <c>hh:mm:ss</c>, with days before them as in <c>1.00:00:00</c>.</summary>
    public const string DurationGrammar = "a duration is 'hh:mm:ss', or 'd.hh:mm:ss' with days";

    /// <summary>How times of the day are written.</summary>
    public const string TimeGrammar = "a time of the day is 'hh:mm' or 'hh:mm:ss'";

    /// <summary>How instants are written.</summary>
    public const string InstantGrammar = "an instant is a date and time with its offset, such as '2026-01-31T12:00:00Z'";

    /// <summary>The words of <see cref="PolicyEffect"/>.</summary>
    public static FrozenDictionary<string, PolicyEffect> Effects { get; } = Words<PolicyEffect>();

    /// <summary>The words of <see cref="UrlCleaning"/>.</summary>
    public static FrozenDictionary<string, UrlCleaning> Cleanings { get; } = Words<UrlCleaning>();

    /// <summary>The words of <see cref="EncodingAllowance"/>, <see cref="EncodingAllowance.None"/> aside.</summary>
    public static FrozenDictionary<string, EncodingAllowance> Encodings { get; } = Words<EncodingAllowance>(EncodingAllowance.None);

    /// <summary>The members in which a rule gives its paths, <see cref="PathPatternKind.Any"/> aside, which is none of them.</summary>
    public static FrozenDictionary<string, PathPatternKind> Patterns { get; } = new Dictionary<string, PathPatternKind>(StringComparer.Ordinal)
    {
        ["path"] = PathPatternKind.Exact,
        ["template"] = PathPatternKind.Template,
        ["regex"] = PathPatternKind.Regex,
        ["url"] = PathPatternKind.Url,
        ["urlRegex"] = PathPatternKind.UrlRegex,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The audiences that are one word.</summary>
    public static FrozenDictionary<string, AudienceKind> Audiences { get; } = new Dictionary<string, AudienceKind>(StringComparer.Ordinal)
    {
        ["anyone"] = AudienceKind.Anyone,
        ["anonymous"] = AudienceKind.Anonymous,
        ["authenticated"] = AudienceKind.Authenticated,
        ["policies"] = AudienceKind.Documents,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The words of the days.</summary>
    public static FrozenDictionary<string, DayOfWeek> Days { get; } = Words<DayOfWeek>();

    /// <summary>The word of a value.</summary>
    public static string Write<T>(FrozenDictionary<string, T> words, T value)
        where T : struct, Enum => words.First(word => EqualityComparer<T>.Default.Equals(word.Value, value)).Key;

    /// <summary>Writes a duration.</summary>
    public static string Write(TimeSpan duration) => duration.ToString("c", CultureInfo.InvariantCulture);

    /// <summary>Reads a duration.</summary>
    public static bool TryReadDuration([NotNullWhen(true)] string? text, out TimeSpan duration)
    {
        duration = default;
        return text?.Contains(':', StringComparison.Ordinal) is true
            && TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out duration);
    }

    /// <summary>Writes a time of the day.</summary>
    public static string Write(TimeOnly time) => time.ToString(time.Ticks % TimeSpan.TicksPerMinute == 0 ? "HH:mm" : "HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture);

    /// <summary>Reads a time of the day.</summary>
    public static bool TryReadTime([NotNullWhen(true)] string? text, out TimeOnly time) =>
        TimeOnly.TryParseExact(text, ["HH:mm", "HH:mm:ss", "HH:mm:ss.FFFFFFF"], CultureInfo.InvariantCulture, DateTimeStyles.None, out time);

    /// <summary>Writes an instant.</summary>
    public static string Write(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    /// <summary>Reads an instant.</summary>
    public static bool TryReadInstant([NotNullWhen(true)] string? text, out DateTimeOffset instant) =>
        DateTimeOffset.TryParseExact(
            text,
            ["yyyy-MM-ddTHH:mmK", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK"],
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out instant)
        && (text!.EndsWith('Z') || text.LastIndexOfAny(['+', '-']) > "yyyy-MM-dd".Length);

    private static FrozenDictionary<string, T> Words<T>(params T[] but)
        where T : struct, Enum =>
        Enum.GetValues<T>().Except(but).ToFrozenDictionary(value => JsonName(value.ToString()), StringComparer.Ordinal);

    // camelCase, but for OpenTox, which is one word.
    private static string JsonName(string name) => name == nameof(UrlCleaning.OpenTox) ? "opentox" : char.ToLowerInvariant(name[0]) + name[1..];
}
