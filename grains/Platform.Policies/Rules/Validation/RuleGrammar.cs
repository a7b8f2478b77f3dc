using System.Text.RegularExpressions;
using Platform.Policies.Rules.Patterns;

namespace Platform.Policies.Rules.Validation;

/// <summary>The grammar of what stands in rules.</summary>
internal static partial class RuleGrammar
{
    /// <summary>The grammar of scopes in words.</summary>
    public const string Scope = "a scope is '/INFRASTRUCTURE', '/INFRASTRUCTURE/VO' or '/INFRASTRUCTURE/VO/VRE', each name made of letters, digits, '.', '_' and '-'";

    /// <summary>Whether it can name a rule.</summary>
    public static bool IsId(string text) => IdPattern().IsMatch(text);

    /// <summary>Whether it is a method (RFC 9110 §9.1), in upper case where it is a registered one.</summary>
    public static bool IsMethod(string text) => text.Length <= 32 && TokenPattern().IsMatch(text);

    /// <summary>Whether it is a scope's path.</summary>
    public static bool IsScope(string text) => text.Length <= 400 && ScopePattern().IsMatch(text);

    /// <summary>Whether it is a scope's path, in which names may come from the path of the request.</summary>
    public static bool IsScopeTemplate(string text) => text.Length <= 400 && ScopeTemplatePattern().IsMatch(text);

    /// <summary>Whether it is an OAuth scope (RFC 6749 §3.3).</summary>
    public static bool IsOAuthScope(string text) => text.Length is > 0 and <= 200 && text.All(character => character is '!' or (>= '#' and <= '[') or (>= ']' and <= '~'));

    /// <summary>Whether it can name somebody or something: not blank, of bounded length, without control characters.</summary>
    public static bool IsName(string text) => text.Length <= 400 && !string.IsNullOrWhiteSpace(text) && !text.Any(char.IsControl);

    /// <summary>Whether a pattern has to be tried on every path.</summary>
    public static bool IsLoose(PathPattern pattern) =>
        pattern.Kind == PathPatternKind.UrlRegex || (pattern.Kind == PathPatternKind.Regex && PatternRegex.FindLeadingSegments(pattern.Text) is []);

    /// <summary>The member in which a kind of pattern is given.</summary>
    public static string? MemberOf(PathPatternKind kind) => kind == PathPatternKind.Any ? null : PolicyTerms.Write(PolicyTerms.Patterns, kind);

    [GeneratedRegex(@"^[A-Za-z0-9._-]{1,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex IdPattern();

    [GeneratedRegex(@"^[A-Za-z0-9!#$%&'*+.^_`|~-]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex TokenPattern();

    [GeneratedRegex(@"^(/[A-Za-z0-9._-]+){1,3}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ScopePattern();

    [GeneratedRegex(@"^(/([A-Za-z0-9._-]+|:[A-Za-z_][A-Za-z0-9_]*)){1,3}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ScopeTemplatePattern();
}
