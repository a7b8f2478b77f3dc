using Platform.Grains.Cluster;

namespace Platform.Grains.OAuth;

/// <summary>The one ring of signing keys of the cluster. Private keys are encrypted at rest (invariant 4).</summary>
[Alias("platform.IKeyRingGrain")]
public interface IKeyRingGrain : IGrainWithStringKey
{
    /// <summary>
    /// Makes what is missing: the first keys, the next ones a day before they sign; takes away those whose last token is over.
    /// </summary>
    [Alias("MaintainAsync"), Idempotent]
    Task MaintainAsync();
}
