using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Platform.Policies.Rules.Patterns;

/// <summary>Regular expressions of rules. Non-backtracking: what a match costs grows with the path's length alone (CWE-1333).</summary>
internal static class PatternRegex
{
    /// <summary>The longest expression, in characters.</summary>
    public const int MaxLength = 1_000;

    /// <summary>Reads an expression.</summary>
    public static bool TryParse(string text, bool ignoreCase, [NotNullWhen(true)] out Regex? regex, [NotNullWhen(false)] out string? fault)
    {
        regex = null;
        fault = null;
        if (text.Length is 0 or > MaxLength)
        {
            fault = $"a regular expression has 1 to {MaxLength} characters";
            return false;
        }

        try
        {
            regex = new Regex(
                text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | (ignoreCase ? RegexOptions.IgnoreCase : RegexOptions.None));
            return true;
        }
        catch (RegexParseException exception)
        {
            fault = $"not a regular expression: {exception.Error} at character {exception.Offset + 1}";
        }
        catch (NotSupportedException)
        {
            fault = "the regular expression has backreferences, look-arounds, atomic groups or conditions, or is too big, and cannot be matched in bounded time";
        }

        return false;
    }

    /// <summary>
    /// The whole segments that every path begins with which an expression matches; empty where that cannot be told. Cautious: what
    /// is not understood ends them.
    /// </summary>
    public static string[] FindLeadingSegments(string text)
    {
        if (text.Length == 0 || text[0] != '^' || HasAlternatives(text))
        {
            return [];
        }

        var literal = new List<char>(text.Length);
        var index = 1;
        while (index < text.Length)
        {
            var escaped = text[index] == '\\' && index + 1 < text.Length && char.IsAsciiLetterOrDigit(text[index + 1]) is false && text[index + 1] < 128;
            if (!escaped && (text[index] is '.' or '$' or '^' or '[' or '(' or ')' or '\\' or '|' or '*' or '+' or '?' or '{'))
            {
                break;
            }

            literal.Add(text[escaped ? index + 1 : index]);
            index += escaped ? 2 : 1;
        }

        // What is repeated, or may be absent, is not given.
        if (index < text.Length && text[index] is '*' or '+' or '?' or '{' && literal.Count > 0)
        {
            literal.RemoveAt(literal.Count - 1);
        }

        var prefix = new string([.. literal]);
        var last = prefix.LastIndexOf('/');
        return last <= 0 || prefix[0] != '/' || prefix.Contains("//", StringComparison.Ordinal) ? [] : prefix[1..last].Split('/');
    }

    /// <summary>Whether there may be a <c>|</c> outside of all groups.</summary>
    private static bool HasAlternatives(string text)
    {
        if (!text.Contains('|', StringComparison.Ordinal))
        {
            return false;
        }

        if (text.Contains('[', StringComparison.Ordinal) || text.Contains("(?#", StringComparison.Ordinal))
        {
            return true;
        }

        var depth = 0;
        for (var index = 0; index < text.Length; index++)
        {
            switch (text[index])
            {
                case '\\':
                    index++;
                    break;
                case '(':
                    depth++;
                    break;
                case ')':
                    depth--;
                    break;
                case '|' when depth == 0:
                    return true;
                default:
                    break;
            }
        }

        return false;
    }
}
