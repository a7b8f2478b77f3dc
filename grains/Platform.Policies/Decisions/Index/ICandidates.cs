namespace Platform.Policies.Decisions.Index;

/// <summary>Takes the rules whose paths and hosts match.</summary>
internal interface ICandidates
{
    /// <summary>Whether no less specific rule than a whole path or URL matters any more.</summary>
    bool IsSettled { get; }

    /// <summary>Takes a rule, matched by a reading of the URL. A rule may come more than once.</summary>
    void Offer(CompiledRule rule, in UrlReading reading);
}
