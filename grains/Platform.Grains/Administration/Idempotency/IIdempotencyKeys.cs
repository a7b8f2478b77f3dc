namespace Platform.Grains.Administration.Idempotency;

/// <summary>Keys that make a repeated request take effect once in the whole cluster, each for 24 hours.</summary>
public interface IIdempotencyKeys
{
    /// <summary>Takes a key for a request, or says what became of the one that took it.</summary>
    /// <param name="key">A hash of the key and of whom it belongs to.</param>
    /// <param name="content">A hash of the request.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<IdempotencyClaim> ClaimAsync(string key, string content, CancellationToken cancellationToken);

    /// <summary>Keeps the answer of the request that took the key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="answer">The answer, encrypted.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task KeepAsync(string key, byte[] answer, CancellationToken cancellationToken);

    /// <summary>Gives a key back whose request changed nothing.</summary>
    Task ReleaseAsync(string key, CancellationToken cancellationToken);
}

/// <summary>What became of a key.</summary>
public enum IdempotencyState
{
    /// <summary>It is this request's: go on.</summary>
    Taken,

    /// <summary>The same request took it and is not done, or its outcome is not known.</summary>
    UnderWay,

    /// <summary>Another request took it.</summary>
    Reused,

    /// <summary>The same request was answered.</summary>
    Answered,
}

/// <summary>What became of a key.</summary>
/// <param name="State">What.</param>
/// <param name="Answer">The answer, encrypted; null unless it was answered.</param>
public sealed record IdempotencyClaim(IdempotencyState State, byte[]? Answer);
