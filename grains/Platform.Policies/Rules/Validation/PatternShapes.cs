using Platform.Policies.Decisions.Index;
using Platform.Policies.Rules.Patterns;

namespace Platform.Policies.Rules.Validation;

/// <summary>
/// Rules by the shape of their paths: how many segments, which of them are given, whether more may follow. Of one shape, the rules that speak of
/// all, or of some, of another's paths are found by one look-up. Regular expressions are not compared.
/// </summary>
internal sealed class PatternShapes
{
    /// <summary>What is looked at for one rule, and how many shapes at all; sets that have more are not searched to their end.</summary>
    private const int MaxLooked = 200;

    private readonly List<CompiledRule> _any = [];
    private readonly Dictionary<Shape, List<CompiledRule>> _byShape = [];
    private readonly Dictionary<(Shape Of, string Positions), ILookup<string, CompiledRule>> _indexes = [];

    /// <summary>Takes the rules.</summary>
    public PatternShapes(IEnumerable<CompiledRule> rules)
    {
        foreach (var rule in rules)
        {
            if (rule.Rule.Path.Kind == PathPatternKind.Any)
            {
                _any.Add(rule);
            }
            else if (rule.Pattern.Template is { } template && (_byShape.Count < MaxLooked || _byShape.ContainsKey(Shape.Of(template))))
            {
                var shape = Shape.Of(template);
                _byShape.TryAdd(shape, []);
                _byShape[shape].Add(rule);
            }
        }
    }

    /// <summary>The rules that speak of all paths that this one speaks of.</summary>
    public IEnumerable<CompiledRule> Covering(CompiledRule rule)
    {
        var covering = _any.AsEnumerable();
        if (rule.Pattern.Template is { } template)
        {
            var narrow = Shape.Of(template);
            covering = covering.Concat(_byShape.Keys.Where(wide => wide.Covers(narrow)).SelectMany(wide => Find(wide, wide.Given, template)));
        }

        return covering.Where(other => other != rule).Take(MaxLooked);
    }

    /// <summary>The rules that are as specific and speak of some of the paths of this one, and of others.</summary>
    public IEnumerable<CompiledRule> Crossing(CompiledRule rule)
    {
        if (rule.Rule.Path.Kind != PathPatternKind.Template || rule.Pattern.Template is not { } template)
        {
            return [];
        }

        var shape = Shape.Of(template);
        return _byShape.Keys
            .Where(other => other != shape && other.MayCross(shape))
            .SelectMany(other => Find(other, [.. other.Given.Intersect(shape.Given)], template))
            .Where(other => other.Specificity.Rank == rule.Specificity.Rank)
            .Take(MaxLooked);
    }

    private IEnumerable<CompiledRule> Find(Shape shape, int[] positions, PathTemplate template)
    {
        var name = string.Join(',', positions);
        if (!_indexes.TryGetValue((shape, name), out var index))
        {
            index = _byShape[shape].ToLookup(rule => Key(rule.Pattern.Template!, positions), StringComparer.Ordinal);
            _indexes.Add((shape, name), index);
        }

        return index[Key(template, positions)];
    }

    // Without letter case: what differs in case alone is looked at more closely by nobody, and is worth a warning too.
    private static string Key(PathTemplate template, int[] positions) =>
        LetterCase.Fold(string.Join('/', positions.Select(position => template.Segments[position].Literal)));

    /// <summary>A shape of paths.</summary>
    /// <param name="Count">The number of segments.</param>
    /// <param name="TakesRest">Whether more may follow.</param>
    /// <param name="Mask">The segments that are given, as text of <c>=</c> and <c>*</c>.</param>
    private sealed record Shape(int Count, bool TakesRest, string Mask)
    {
        /// <summary>Where the segments are that are given.</summary>
        public int[] Given { get; } = [.. Enumerable.Range(0, Count).Where(position => Mask[position] == '=')];

        /// <summary>The shape of a template.</summary>
        public static Shape Of(PathTemplate template) =>
            new(template.Segments.Length, template.TakesRest, string.Concat(template.Segments.Select(segment => segment.Literal is null ? '*' : '=')));

        public bool Equals(Shape? other) => other is not null && (Count, TakesRest, Mask) == (other.Count, other.TakesRest, other.Mask);

        public override int GetHashCode() => HashCode.Combine(Count, TakesRest, Mask);

        /// <summary>Whether paths of this shape may hold all of the other's.</summary>
        public bool Covers(Shape other) =>
            (TakesRest ? Count <= other.Count : Count == other.Count && !other.TakesRest)
            && Array.TrueForAll(Given, position => other.Mask[position] == '=');

        /// <summary>Whether paths of both shapes, as specific, may be the same.</summary>
        public bool MayCross(Shape other) =>
            Given.Length == other.Given.Length && TakesRest == other.TakesRest && (TakesRest || Count == other.Count);
    }
}
