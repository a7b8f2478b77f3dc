namespace Platform.Policies.Decisions.Index;

/// <summary>The rules at one place of the index, those that decide first in front; most often there is one, and then no list of it in between.</summary>
internal readonly struct RuleList
{
    private readonly object? _rules;

    /// <summary>Takes the rules.</summary>
    public RuleList(IEnumerable<CompiledRule> rules)
    {
        CompiledRule[] all = [.. rules];
        _rules = all switch
        {
            [] => null,
            [var only] => only,
            _ => all,
        };
    }

    /// <summary>Offers all of them.</summary>
    public void Offer<T>(in UrlReading reading, ref T candidates)
        where T : ICandidates, allows ref struct
    {
        if (_rules is CompiledRule only)
        {
            candidates.Offer(only, reading);
        }
        else if (_rules is CompiledRule[] all)
        {
            foreach (var rule in all)
            {
                candidates.Offer(rule, reading);
            }
        }
    }
}
