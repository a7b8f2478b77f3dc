using System.Diagnostics.CodeAnalysis;

namespace Platform.Api.Http.Pages;

/// <summary>
/// Where a <c>return</c> parameter leads. Only into this application: browsers read <c>//host</c>, <c>/\host</c> and either with
/// tabs or line feeds in it as another host (CWE-601).
/// </summary>
internal static class LocalReturn
{
    private const int MaxLength = 2048;

    /// <summary>Takes a local path, with or without query and fragment, in printable ASCII.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out string? local)
    {
        local = null;
        if (text is null || text.Length is 0 or > MaxLength || text[0] != '/' || text.AsSpan().ContainsAnyExceptInRange('!', '~') || text.Contains('\\', StringComparison.Ordinal))
        {
            return false;
        }

        var end = text.AsSpan().IndexOfAny('?', '#');
        var path = end < 0 ? text : text[..end];

        // A ';' would be the parameter of a page that has been left, perhaps with an id that is over; and taking it off could
        // leave '//' behind.
        if (path.Contains("//", StringComparison.Ordinal) || path.Contains(';', StringComparison.Ordinal))
        {
            return false;
        }

        local = text;
        return true;
    }

    /// <summary>The local path, or the start page where the parameter is anything else.</summary>
    public static string OrStart(string? text) => TryParse(text, out var local) ? local : "/";
}
