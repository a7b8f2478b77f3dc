namespace Platform.Policies.Decisions.Index;

/// <summary>Takes the rules whose paths and hosts match.</summary>
internal interface ICandidates
{
    /// <summary>Takes a rule, matched by a reading of the URL. A rule may come more than once.</summary>
    void Offer(CompiledRule rule, in UrlReading reading);
}
