using Platform.Grains.Cluster;

namespace Platform.Grains.OAuth;

/// <summary>One pushed authorization request (RFC 9126), keyed by the hash of its <c>request_uri</c>.</summary>
[Alias("platform.IPushedRequestGrain")]
public interface IPushedRequestGrain : IExpiringGrain
{
    /// <summary>Keeps it.</summary>
    [Alias("StoreAsync"), Idempotent]
    Task StoreAsync(PushedRequest request);

    /// <summary>The request; null where it is unknown, used or over. Pages may be loaded again, so looking does not use it up.</summary>
    [Alias("FindAsync"), Idempotent]
    Task<PushedRequest?> FindAsync();

    /// <summary>Uses it, when its code is made.</summary>
    /// <param name="attempt">A random name of this use; repeating the call with the same one is the same use.</param>
    /// <returns>False where it is unknown, over, or was used before.</returns>
    [Alias("ConsumeAsync"), Idempotent]
    Task<bool> ConsumeAsync(string attempt);
}

/// <summary>A pushed request.</summary>
/// <param name="Client">Who pushed it.</param>
/// <param name="Parameters">Its parameters, form-encoded, client authentication left out.</param>
/// <param name="EndsAt">When it is over (UTC).</param>
/// <param name="DpopThumbprint">The DPoP key that the code will be bound to; null: none.</param>
[GenerateSerializer, Immutable, Alias("platform.PushedRequest")]
public sealed record PushedRequest(
    [property: Id(0)] ClientId Client,
    [property: Id(1)] string Parameters,
    [property: Id(2)] DateTimeOffset EndsAt,
    [property: Id(3)] string? DpopThumbprint);
