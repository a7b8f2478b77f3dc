using Platform.Policies.Decisions.Index;

namespace Platform.Policies.Rules.Validation;

/// <summary>
/// Finds rules that others shadow, so that they decide nothing, and pairs of equally specific rules that speak of the same paths, so that their
/// order in the file says which is named. Found by look-ups, not by comparing each with each: ten thousand rules are no hundred million pairs.
/// </summary>
internal static class OverlapValidation
{
    /// <summary>What is told of each kind; who has more of it has one thing to mend.</summary>
    private const int MaxWarnings = 100;

    /// <summary>Finds them. The set has no errors.</summary>
    public static void Check(PolicySet set, PolicyProblems problems)
    {
        var rules = new List<CompiledRule>(set.Rules.Length);
        foreach (var rule in set.Rules)
        {
            // What does not compile is an error that has been told.
            if (!CompiledRule.TryCompile(rule, rules.Count, set.CaseSensitive, out var compiled, out _))
            {
                return;
            }

            rules.Add(compiled);
        }

        foreach (var effect in Enum.GetValues<PolicyEffect>())
        {
            var shapes = new PatternShapes(rules.Where(rule => rule.Rule.Effect == effect));
            WarnOfShadowed(rules.Where(rule => rule.Rule.Effect == effect || effect == PolicyEffect.Deny), shapes, problems);
            if (effect == PolicyEffect.Allow)
            {
                WarnOfAmbiguous(rules.Where(rule => rule.Rule.Effect == effect), shapes, problems);
            }
        }
    }

    private static void WarnOfShadowed(IEnumerable<CompiledRule> rules, PatternShapes shapes, PolicyProblems problems)
    {
        var told = 0;
        foreach (var rule in rules)
        {
            if (told < MaxWarnings && shapes.Covering(rule).FirstOrDefault(other => Shadows(other, rule)) is { } shadow)
            {
                told++;
                problems.Warn(
                    rule.Index, null,
                    shadow.Rule.Effect == PolicyEffect.Deny && rule.Rule.Effect == PolicyEffect.Allow
                        ? $"shadowed: rule '{shadow.Rule.Id}' keeps out whatever it would let through"
                        : $"shadowed: rule '{shadow.Rule.Id}' decides the same wherever it does");
            }
        }
    }

    private static void WarnOfAmbiguous(IEnumerable<CompiledRule> rules, PatternShapes shapes, PolicyProblems problems)
    {
        var told = 0;
        foreach (var rule in rules)
        {
            if (told < MaxWarnings && shapes.Crossing(rule).FirstOrDefault(other => other.Index < rule.Index && Meet(other.Rule, rule.Rule)) is { } other)
            {
                told++;
                problems.Warn(rule.Index, RuleGrammar.MemberOf(rule.Rule.Path.Kind), $"ambiguous: rule '{other.Rule.Id}' is as specific, and is named where both speak of a path, since it stands first");
            }
        }
    }

    /// <summary>Whether a rule that speaks of all paths of another leaves nothing to it. Of two that say the same the first stays.</summary>
    private static bool Shadows(CompiledRule other, CompiledRule rule) =>
        other != rule
        && IncludesAll(other.Rule, rule.Rule)
        && !(other.Rule.Effect == rule.Rule.Effect && other.Index > rule.Index && other.Rule.Path == rule.Rule.Path && IncludesAll(rule.Rule, other.Rule));

    private static bool IncludesAll(PolicyRule other, PolicyRule rule) =>
        other.Conditions is null
        && ((rule.Encoded & ~other.Encoded) == 0 || other.Effect == PolicyEffect.Deny)
        && Includes(other.Methods, rule.Methods, other.Effect == PolicyEffect.Deny ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal)
        && Includes(other.Hosts, rule.Hosts, StringComparer.Ordinal)
        && rule.Who.All(who => other.Who.Any(wider => Includes(wider, who)));

    private static bool Includes(IReadOnlyCollection<string> wider, IReadOnlyCollection<string> narrower, StringComparer comparer) =>
        wider.Count == 0 || (narrower.Count > 0 && narrower.All(text => wider.Contains(text, comparer)));

    private static bool Includes(PolicyAudience wider, PolicyAudience narrower) => wider.Kind switch
    {
        AudienceKind.Anyone => true,
        AudienceKind.Authenticated => narrower.Kind is AudienceKind.Authenticated or AudienceKind.Named or AudienceKind.Documents,
        AudienceKind.Named => narrower.Kind == AudienceKind.Named
            && wider.Users.SequenceEqual(narrower.Users) && wider.Groups.SequenceEqual(narrower.Groups) && wider.Roles.SequenceEqual(narrower.Roles)
            && !wider.Roles.Any(role => role.Scope.Contains(':', StringComparison.Ordinal))
            && wider.OAuthScopes.SequenceEqual(narrower.OAuthScopes) && wider.Clients.SequenceEqual(narrower.Clients),
        _ => wider.Kind == narrower.Kind,
    };

    private static bool Meet(PolicyRule left, PolicyRule right) => Meet(left.Methods, right.Methods) && Meet(left.Hosts, right.Hosts);

    private static bool Meet(IReadOnlyCollection<string> left, IReadOnlyCollection<string> right) =>
        left.Count == 0 || right.Count == 0 || left.Any(right.Contains);
}
