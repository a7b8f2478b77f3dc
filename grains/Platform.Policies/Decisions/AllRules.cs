using System.Collections.Immutable;
using Platform.Policies.Decisions.Index;
using Platform.Policies.Requests;
using Platform.Policies.Rules;

namespace Platform.Policies.Decisions;

/// <summary>Finds all rules that speak of a request, and what of each does not hold.</summary>
internal readonly ref struct AllRules(in PolicyRequest request) : ICandidates
{
    private readonly ref readonly PolicyRequest _request = ref request;
    private readonly Dictionary<CompiledRule, ImmutableArray<Unmet>> _unmet = [];

    /// <inheritdoc/>
    public bool IsSettled => false;

    /// <inheritdoc/>
    public void Offer(CompiledRule rule, in UrlReading reading)
    {
        if (!rule.SpeaksOf(_request))
        {
            return;
        }

        var unmet = new List<Unmet>();
        rule.Holds(_request, reading, unmet);
        if (!rule.TakesEncoding(_request.Url))
        {
            unmet.Add(new Unmet(UnmetKind.Encoding, "a path without encoded slashes and without what is encoded twice"));
        }

        // Of several readings of the URL the one counts that the rule is nearest to.
        if (!_unmet.TryGetValue(rule, out var known) || unmet.Count < known.Length)
        {
            _unmet[rule] = [.. unmet];
        }
    }

    /// <summary>First those that apply, of them those that keep out; then those that would let through; then the others.</summary>
    public ImmutableArray<RuleMatch> InOrder() =>
    [
        .. _unmet
            .OrderBy(match => (match.Value.IsEmpty, match.Key.Rule.Effect) switch
            {
                (true, PolicyEffect.Deny) => 0,
                (true, PolicyEffect.Allow) => 1,
                (false, PolicyEffect.Allow) => 2,
                _ => 3,
            })
            .ThenBy(match => match.Value.Length)
            .ThenBy(match => match.Key.Order)
            .Select(match => new RuleMatch(match.Key.Rule, match.Value)),
    ];
}
