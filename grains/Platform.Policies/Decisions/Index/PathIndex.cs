using Platform.Policies.Rules;

namespace Platform.Policies.Decisions.Index;

/// <summary>
/// Finds the rules that speak of a path: whole paths and URLs by one look-up each, templates by a tree of their segments, in which
/// regular expressions hang below the segments that they begin with; only those that begin with none are tried on every path. Nothing
/// changes once it is built. The dictionaries are plain ones: among ten thousand keys a frozen one, which keeps hashes, keys and values in
/// arrays of their own, misses the cache more often.
/// </summary>
internal sealed class PathIndex
{
    private readonly RuleList _any;
    private readonly Dictionary<string, RuleList> _paths;
    private readonly Dictionary<string, RuleList> _urls;
    private readonly CompiledRule[] _urlRegexes;
    private readonly PathNode _root;

    /// <summary>Builds the index.</summary>
    public PathIndex(IReadOnlyCollection<CompiledRule> rules)
    {
        _any = new RuleList(Of(rules, PathPatternKind.Any));
        _paths = ByKey(Of(rules, PathPatternKind.Exact));
        _urls = ByKey(Of(rules, PathPatternKind.Url));
        _urlRegexes = Of(rules, PathPatternKind.UrlRegex);

        var root = new PathNode.Builder();
        foreach (var rule in rules)
        {
            root.Add(rule);
        }

        _root = root.Build();
    }

    /// <summary>Offers the rules that speak of it.</summary>
    public void Find<T>(in UrlReading reading, ref T candidates)
        where T : ICandidates, allows ref struct
    {
        _any.Offer(reading, ref candidates);
        if (_paths.TryGetValue(reading.Key, out var paths))
        {
            paths.Offer(reading, ref candidates);
        }

        if (_urls.Count > 0 && _urls.TryGetValue(reading.UrlKey, out var urls))
        {
            urls.Offer(reading, ref candidates);
        }

        if (candidates.IsSettled)
        {
            return;
        }

        if (_urlRegexes.Length > 0)
        {
            var text = reading.Text;
            foreach (var rule in _urlRegexes)
            {
                if (rule.IsFoundIn(text) || (reading.HasOtherLetters && rule.IsFoundIn(reading.UrlKey)))
                {
                    candidates.Offer(rule, reading);
                }
            }
        }

        _root.Find(reading, 1, ref candidates);
    }

    private static CompiledRule[] Of(IEnumerable<CompiledRule> rules, PathPatternKind kind) => [.. rules.Where(rule => rule.Pattern.Kind == kind)];

    private static Dictionary<string, RuleList> ByKey(CompiledRule[] rules) =>
        rules.GroupBy(rule => rule.Pattern.Key, StringComparer.Ordinal).ToDictionary(group => group.Key, group => new RuleList(group), StringComparer.Ordinal);
}
