using Platform.Policies.Decisions.Index;
using Platform.Policies.Requests;
using Platform.Policies.Rules;

namespace Platform.Policies.Decisions;

/// <summary>A policy set as an immutable index: what a decision costs does not grow with the number of rules.</summary>
public sealed class CompiledPolicySet
{
    private readonly RuleIndex _deny;
    private readonly RuleIndex _allow;

    private CompiledPolicySet(PolicySet set, IEnumerable<CompiledRule> rules)
    {
        Set = set;
        var byEffect = rules.ToLookup(rule => rule.Rule.Effect);
        _deny = new RuleIndex(byEffect[PolicyEffect.Deny], ignoreCase: true);
        _allow = new RuleIndex(byEffect[PolicyEffect.Allow], ignoreCase: !set.CaseSensitive);
    }

    /// <summary>The set.</summary>
    public PolicySet Set { get; }

    /// <summary>Compiles a set that <see cref="PolicyValidation.FindProblems"/> found no error in.</summary>
    /// <exception cref="ArgumentException">There is one.</exception>
    public static CompiledPolicySet Compile(PolicySet set)
    {
        var rules = new List<CompiledRule>(set.Rules.Length);
        foreach (var rule in set.Rules)
        {
            if (!CompiledRule.TryCompile(rule, rules.Count, set.CaseSensitive, out var compiled, out var fault))
            {
                throw new ArgumentException($"rule '{rule.Id}': {fault}", nameof(set));
            }

            rules.Add(compiled);
        }

        rules.Sort(static (left, right) => left.Specificity.CompareTo(right.Specificity));
        for (var order = 0; order < rules.Count; order++)
        {
            rules[order].Order = order;
        }

        return new CompiledPolicySet(set, rules);
    }

    /// <summary>Decides.</summary>
    public PolicyDecision Decide(in PolicyRequest request)
    {
        var cleaned = Clean(request);
        if (!_deny.IsEmpty)
        {
            var deny = new FirstRule(cleaned);
            FindDenying(cleaned, ref deny);
            if (deny.Found is { } keepsOut)
            {
                return new PolicyDecision(PolicyOutcome.Denied, keepsOut.Rule);
            }
        }

        var allow = new FirstRule(cleaned);
        _allow.Find(cleaned.Url, new UrlReading(cleaned.Url, _allow.IgnoresCase), ref allow);
        return allow switch
        {
            { Found: { } lets } => new PolicyDecision(PolicyOutcome.Allowed, lets.Rule),
            { ButForEncoding: { } would } => new PolicyDecision(PolicyOutcome.Encoding, would.Rule),
            _ => new PolicyDecision(PolicyOutcome.NoRule, null),
        };
    }

    /// <summary>Decides, and says why and what would change it.</summary>
    public PolicyExplanation Explain(in PolicyRequest request)
    {
        var cleaned = Clean(request);
        var matches = new AllRules(cleaned);
        FindDenying(cleaned, ref matches);
        _allow.Find(cleaned.Url, new UrlReading(cleaned.Url, _allow.IgnoresCase), ref matches);
        return new PolicyExplanation(Decide(request), matches.InOrder());
    }

    private PolicyRequest Clean(in PolicyRequest request)
    {
        if (Set.Cleaning == UrlCleaning.None)
        {
            return request;
        }

        var url = request.Url.Clean(Set.Cleaning);
        return request with { Url = url, CountedMethod = url.CleanMethod(request.Method, Set.Cleaning) };
    }

    private void FindDenying<T>(in PolicyRequest request, ref T candidates)
        where T : ICandidates, allows ref struct
    {
        _deny.Find(request.Url, new UrlReading(request.Url, ignoreCase: true), ref candidates);
        foreach (var other in request.Url.OtherReadings)
        {
            _deny.Find(request.Url, new UrlReading(request.Url, other, ignoreCase: true), ref candidates);
        }
    }
}
