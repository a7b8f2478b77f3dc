using Platform.Policies.Decisions.Index;
using Platform.Policies.Requests;

namespace Platform.Policies.Decisions;

/// <summary>Finds the rule that decides: of those that apply, the first in the order of the set.</summary>
internal ref struct FirstRule(in PolicyRequest request) : ICandidates
{
    private readonly ref readonly PolicyRequest _request = ref request;

    /// <summary>The rule; null: none applies.</summary>
    public CompiledRule? Found { get; private set; }

    /// <summary>The rule that would apply if the path were encoded more plainly; null: none.</summary>
    public CompiledRule? ButForEncoding { get; private set; }

    /// <inheritdoc/>
    public readonly bool IsSettled => Found is { Specificity.Rank: 0 };

    /// <inheritdoc/>
    public void Offer(CompiledRule rule, in UrlReading reading)
    {
        if (rule.Order >= (Found?.Order ?? int.MaxValue) || !rule.SpeaksOf(_request) || !rule.Holds(_request, reading, unmet: null))
        {
            return;
        }

        if (rule.TakesEncoding(_request.Url))
        {
            Found = rule;
        }
        else if (rule.Order < (ButForEncoding?.Order ?? int.MaxValue))
        {
            ButForEncoding = rule;
        }
    }
}
