using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Platform.Policies.Requests;
using Platform.Policies.Rules;
using Platform.Policies.Rules.Patterns;

namespace Platform.Policies.Decisions.Index;

/// <summary>A rule, ready to be asked.</summary>
internal sealed class CompiledRule
{
    // What every decision asks stands here and not behind the rule: among many rules each step to another object is a miss of the cache.
    private readonly bool _isDeny;
    private readonly bool _isForEveryone;
    private readonly EncodingAllowance _encoded;
    private readonly string[]? _methods;
    private readonly RuleAudience[] _who;
    private readonly RuleConditions? _conditions;

    private CompiledRule(PolicyRule rule, int index, CompiledPattern pattern)
    {
        Rule = rule;
        Pattern = pattern;
        Specificity = (pattern.Rank, -pattern.Literals, index);
        _isDeny = rule.Effect == PolicyEffect.Deny;
        _isForEveryone = rule.Who.Any(audience => audience.Kind == AudienceKind.Anyone);
        _encoded = _isDeny ? EncodingAllowance.Slash | EncodingAllowance.Double : rule.Encoded;
        _methods = MethodLists.Share(rule.Methods);
        _who = [.. rule.Who.Select(audience => RuleAudience.Compile(audience, rule.Effect, pattern.Template))];
        _conditions = rule.Conditions is null ? null : new RuleConditions(rule.Conditions, holdsWhereUnknown: _isDeny);
    }

    /// <summary>The rule.</summary>
    public PolicyRule Rule { get; }

    /// <summary>Its paths.</summary>
    public CompiledPattern Pattern { get; }

    /// <summary>Lower is more specific; equal ones go by their place in the file.</summary>
    public (int Rank, int Literals, int Index) Specificity { get; }

    /// <summary>Its place in the file, from 0.</summary>
    public int Index => Specificity.Index;

    /// <summary>Its place among all rules of the set by <see cref="Specificity"/>.</summary>
    public int Order { get; set; }

    /// <summary>Whether its regular expression is found in a path, or URL.</summary>
    public bool IsFoundIn(string text) => Pattern.Regex!.IsMatch(text, _isDeny);

    /// <summary>Reads a rule.</summary>
    public static bool TryCompile(
        PolicyRule rule, int index, bool caseSensitive, [NotNullWhen(true)] out CompiledRule? compiled, [NotNullWhen(false)] out string? fault)
    {
        compiled = null;
        if (!CompiledPattern.TryCompile(rule.Path, ignoreCase: rule.Effect == PolicyEffect.Deny || !caseSensitive, out var pattern, out fault))
        {
            return false;
        }

        compiled = new CompiledRule(rule, index, pattern);
        return true;
    }

    /// <summary>Whether it speaks of the method. Deny rules ignore letter case, and what cleaning makes of a method does not pass them.</summary>
    public bool SpeaksOf(in PolicyRequest request)
    {
        if (_methods is null)
        {
            return true;
        }

        foreach (var method in _methods)
        {
            if (_isDeny
                ? string.Equals(method, request.CountedMethod, StringComparison.OrdinalIgnoreCase) || string.Equals(method, request.Method, StringComparison.OrdinalIgnoreCase)
                : string.Equals(method, request.CountedMethod, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether it takes how the path is encoded. Deny rules take everything.</summary>
    public bool TakesEncoding(RequestUrl url) => (url.Encoded & ~_encoded) == 0;

    /// <summary>Whether audience and conditions hold.</summary>
    /// <param name="request">The request.</param>
    /// <param name="reading">The reading of its URL that matched.</param>
    /// <param name="unmet">Takes what does not; null: nobody wants to know.</param>
    public bool Holds(in PolicyRequest request, in UrlReading reading, List<Unmet>? unmet)
    {
        var holds = _isForEveryone || IsAmong(request, reading, unmet);
        return (holds || unmet is not null) && (_conditions?.Hold(request, unmet) ?? true) && holds;
    }

    private bool IsAmong(in PolicyRequest request, in UrlReading reading, List<Unmet>? unmet)
    {
        List<Unmet>? nearest = null;
        foreach (var audience in _who)
        {
            var lacks = unmet is null ? null : new List<Unmet>();
            if (audience.Includes(request, reading, lacks))
            {
                return true;
            }

            nearest = nearest is null || lacks!.Count < nearest.Count ? lacks : nearest;
        }

        unmet?.AddRange(nearest ?? []);
        return false;
    }
}

/// <summary>A pattern, ready to be put into the index.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Rank">Its place among kinds, the most specific first.</param>
/// <param name="Literals">How many segments a template gives.</param>
/// <param name="Key">What it is looked up by: the path, or the URL; empty for the other kinds.</param>
/// <param name="Template">Its segments; null where it is no path.</param>
/// <param name="Regex">Its expression; null where it is none.</param>
/// <param name="LeadingSegments">The segments that every path begins with which its expression matches.</param>
internal sealed record CompiledPattern(
    PathPatternKind Kind, int Rank, int Literals, string Key, PathTemplate? Template, PatternRegex? Regex, ImmutableArray<string> LeadingSegments)
{
    /// <summary>Reads a pattern.</summary>
    public static bool TryCompile(PathPattern pattern, bool ignoreCase, [NotNullWhen(true)] out CompiledPattern? compiled, [NotNullWhen(false)] out string? fault)
    {
        compiled = null;
        PathTemplate? template = null;
        PatternRegex? regex = null;
        var key = "";
        fault = null;
        switch (pattern.Kind)
        {
            case PathPatternKind.Exact or PathPatternKind.Template:
                if (!PathTemplate.TryParse(pattern.Text, pattern.Kind == PathPatternKind.Template, out template, out fault))
                {
                    return false;
                }

                template = ignoreCase ? template.IgnoringCase() : template;
                key = "/" + string.Join('/', template.Segments.Select(segment => segment.Literal));
                break;
            case PathPatternKind.Url:
                if (!RequestUrl.TryNormalise(Requests.Reading.PercentEncoding.EncodeForeign(pattern.Text), out var url, out fault))
                {
                    return false;
                }

                key = ignoreCase ? LetterCase.Fold(url.Text) : url.Text;
                break;
            case PathPatternKind.Regex or PathPatternKind.UrlRegex:
                if (!PatternRegex.TryParse(pattern.Text, ignoreCase, out regex, out fault))
                {
                    return false;
                }

                break;
            default:
                break;
        }

        var leading = pattern.Kind == PathPatternKind.Regex ? PatternRegex.FindLeadingSegments(pattern.Text) : [];
        compiled = new CompiledPattern(
            pattern.Kind, RankOf(pattern.Kind, template), pattern.Kind == PathPatternKind.Template ? template!.Literals : 0, key, template, regex,
            [.. leading.Select(segment => ignoreCase ? LetterCase.Fold(segment) : segment)]);
        return true;
    }

    private static int RankOf(PathPatternKind kind, PathTemplate? template) => kind switch
    {
        PathPatternKind.Exact or PathPatternKind.Url => 0,
        PathPatternKind.Template when !template!.TakesRest => 1,
        PathPatternKind.Template => 2,
        PathPatternKind.Regex or PathPatternKind.UrlRegex => 3,
        _ => 4,
    };
}
