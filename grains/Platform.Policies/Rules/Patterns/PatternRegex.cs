using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Platform.Policies.Rules.Patterns;

/// <summary>
/// A regular expression of a rule. Non-backtracking: what a match costs grows with the path's length alone (CWE-1333). Its automaton takes
/// milliseconds to make, so it is made when the first path gets as far as to it: a set of thousands loads at once.
/// </summary>
internal sealed class PatternRegex
{
    /// <summary>The longest expression, in characters.</summary>
    public const int MaxLength = 1_000;

    private readonly Lazy<Regex?> _automaton;

    private PatternRegex(string text, bool ignoreCase) => _automaton = new Lazy<Regex?>(() => MakeAutomaton(text, ignoreCase));

    /// <summary>Reads an expression.</summary>
    public static bool TryParse(string text, bool ignoreCase, [NotNullWhen(true)] out PatternRegex? regex, [NotNullWhen(false)] out string? fault)
    {
        regex = null;
        fault = FindFault(text, ignoreCase);
        if (fault is not null)
        {
            return false;
        }

        regex = new PatternRegex(text, ignoreCase);
        return true;
    }

    /// <summary>Whether it is found in a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isDeny">Whether its rule keeps out, which it then does too where there is no automaton after all (invariant 7).</param>
    public bool IsMatch(string text, bool isDeny) => _automaton.Value?.IsMatch(text) ?? isDeny;

    private static string? FindFault(string text, bool ignoreCase)
    {
        if (text.Length is 0 or > MaxLength)
        {
            return $"a regular expression has 1 to {MaxLength} characters";
        }

        try
        {
            _ = new Regex(text, RegexOptions.CultureInvariant);
        }
        catch (RegexParseException exception)
        {
            return $"not a regular expression: {exception.Error} at character {exception.Offset + 1}";
        }

        return IsPlain(text) || MakeAutomaton(text, ignoreCase) is not null
            ? null
            : "the regular expression has backreferences, look-arounds, atomic groups or conditions, or is too big, and cannot be matched in bounded time";
    }

    /// <summary>Whether there is nothing in it that an automaton may not have: no special groups, no references, no counted repetitions, no anchors of our caller's.</summary>
    private static bool IsPlain(string text)
    {
        for (var index = 0; index < text.Length; index++)
        {
            var next = index + 1 < text.Length ? text[index + 1] : '\0';
            if (text[index] == '{' || (text[index] == '(' && next == '?') || (text[index] == '\\' && (char.IsAsciiDigit(next) || next is 'k' or 'G')))
            {
                return false;
            }

            index += text[index] == '\\' ? 1 : 0;
        }

        return true;
    }

    private static Regex? MakeAutomaton(string text, bool ignoreCase)
    {
        try
        {
            return new Regex(
                text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | (ignoreCase ? RegexOptions.IgnoreCase : RegexOptions.None));
        }
        catch (NotSupportedException)
        {
            return null;
        }
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
