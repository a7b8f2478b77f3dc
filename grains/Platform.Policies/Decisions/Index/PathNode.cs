using Platform.Policies.Rules;

namespace Platform.Policies.Decisions.Index;

/// <summary>A place in the tree of templates: what stands behind some segments.</summary>
internal sealed class PathNode
{
    private readonly RuleList _here;
    private readonly RuleList _below;
    private readonly CompiledRule[] _regexes;
    private readonly Dictionary<string, PathNode>.AlternateLookup<ReadOnlySpan<char>>? _named;
    private readonly PathNode? _any;

    private PathNode(Builder from)
    {
        _here = new RuleList(from.Here);
        _below = new RuleList(from.Below);
        _regexes = [.. from.Regexes];
        _named = from.Named.Count == 0
            ? null
            : from.Named
                .ToDictionary(child => child.Key, child => child.Value.Build(), StringComparer.Ordinal)
                .GetAlternateLookup<ReadOnlySpan<char>>();
        _any = from.Any?.Build();
    }

    /// <summary>Offers the rules that speak of the path.</summary>
    /// <param name="reading">The path.</param>
    /// <param name="start">Where the next segment begins.</param>
    /// <param name="candidates">Takes the rules.</param>
    public void Find<T>(in UrlReading reading, int start, ref T candidates)
        where T : ICandidates, allows ref struct
    {
        _below.Offer(reading, ref candidates);
        foreach (var rule in _regexes)
        {
            if (rule.IsFoundIn(reading.Path) || (reading.HasOtherLetters && rule.IsFoundIn(reading.Key)))
            {
                candidates.Offer(rule, reading);
            }
        }

        var path = reading.Key;
        if (start >= path.Length)
        {
            _here.Offer(reading, ref candidates);
            return;
        }

        if (_named is null && _any is null)
        {
            return;
        }

        var end = path.IndexOf('/', start);
        end = end < 0 ? path.Length : end;
        if (_named is { } named && named.TryGetValue(path.AsSpan(start, end - start), out var child))
        {
            child.Find(reading, end + 1, ref candidates);
        }

        _any?.Find(reading, end + 1, ref candidates);
    }

    /// <summary>Builds a tree.</summary>
    internal sealed class Builder
    {
        /// <summary>The rules whose templates end here.</summary>
        public List<CompiledRule> Here { get; } = [];

        /// <summary>The rules whose templates have <c>**</c> here.</summary>
        public List<CompiledRule> Below { get; } = [];

        /// <summary>The rules whose regular expressions begin with the segments up to here.</summary>
        public List<CompiledRule> Regexes { get; } = [];

        /// <summary>What stands behind given segments.</summary>
        public Dictionary<string, Builder> Named { get; } = new(StringComparer.Ordinal);

        /// <summary>What stands behind any segment.</summary>
        public Builder? Any { get; private set; }

        /// <summary>Adds a rule, if it is a template's or a regular expression's.</summary>
        public void Add(CompiledRule rule)
        {
            if (rule.Pattern is { Kind: PathPatternKind.Template, Template: { } template })
            {
                var last = template.Segments.Aggregate(this, (node, segment) => node.Behind(segment.Literal));
                (template.TakesRest ? last.Below : last.Here).Add(rule);
            }
            else if (rule.Pattern.Kind == PathPatternKind.Regex)
            {
                rule.Pattern.LeadingSegments.Aggregate(this, (node, segment) => node.Behind(segment)).Regexes.Add(rule);
            }
        }

        /// <summary>The tree.</summary>
        public PathNode Build() => new(this);

        private Builder Behind(string? segment)
        {
            if (segment is null)
            {
                return Any ??= new Builder();
            }

            Named.TryAdd(segment, new Builder());
            return Named[segment];
        }
    }
}
