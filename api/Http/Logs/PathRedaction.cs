using System.Text.RegularExpressions;
using Platform.Api.Console;

namespace Platform.Api.Http.Logs;

/// <summary>Takes what looks like an id out of a path that is about to be logged.</summary>
internal static partial class PathRedaction
{
    private const int MaxLength = 256;

    /// <summary>The path without long runs of hexadecimal digits, cut to 256 characters, and without what would begin a line of its own or steer a terminal.</summary>
    public static string Redact(string? path) => path is null or ""
        ? "/"
        : ConsoleText.Printable(LongHex().Replace(path.Length > MaxLength ? path[..MaxLength] : path, "(redacted)"));

    /// <summary>A session id that somebody put into the path itself, whole or cut by the limit above.</summary>
    [GeneratedRegex("[0-9A-Fa-f]{24,}", RegexOptions.CultureInvariant)]
    private static partial Regex LongHex();
}
