using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Platform.Api.Policies.OpenTox;

/// <summary>
/// Translates Ruby's regular expressions to those of rules. What means something else there, or needs backtracking, is refused: a pattern
/// that almost means the same would let almost the same requests through.
/// </summary>
internal static class RubyRegexp
{
    /// <summary>Translates a literal such as <c>/http:\/\/host\/task/i</c>.</summary>
    /// <param name="literal">The literal with its slashes and options.</param>
    /// <param name="pattern">The pattern, to be looked for anywhere in the URL.</param>
    /// <param name="host">The host that it names, lower case; null: none.</param>
    /// <param name="fault">Why it cannot be translated.</param>
    public static bool TryTranslate(
        string literal, [NotNullWhen(true)] out string? pattern, out string? host, [NotNullWhen(false)] out string? fault)
    {
        (pattern, host) = (null, null);
        var end = literal.LastIndexOf('/');
        if (!literal.StartsWith('/') || end == 0)
        {
            fault = "a regular expression is written /…/";
            return false;
        }

        var options = literal[(end + 1)..];
        if (options.Any(option => option is not ('i' or 'm' or 'n' or 'u')))
        {
            fault = $"the options '{options}' are not taken; i and m are";
            return false;
        }

        var translation = new RubyTranslation(literal[1..end]);
        try
        {
            pattern = WithOptions(translation.Translate(), options);

            // What slipped through is refused by the engine that will run it.
            _ = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception e) when (e is RubySyntaxException or ArgumentException or NotSupportedException)
        {
            fault = e is RubySyntaxException ? e.Message : "it cannot be translated";
            return false;
        }

        host = translation.Host;
        fault = null;
        return true;
    }

    /// <summary>Ruby's <c>m</c> lets the dot take line ends, which is <c>s</c> here; its <c>^</c> and <c>$</c> are of lines, of which a URL has one.</summary>
    private static string WithOptions(string pattern, string options)
    {
        var inline = (options.Contains('i', StringComparison.Ordinal) ? "i" : "") + (options.Contains('m', StringComparison.Ordinal) ? "s" : "");
        return inline.Length == 0 ? pattern : $"(?{inline}:{pattern})";
    }
}

/// <summary>Why a regular expression cannot be translated.</summary>
internal sealed class RubySyntaxException(string message) : Exception(message);
