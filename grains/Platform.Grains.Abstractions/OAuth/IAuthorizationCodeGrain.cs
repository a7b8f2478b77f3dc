using Platform.Grains.Cluster;

namespace Platform.Grains.OAuth;

/// <summary>One authorization code (RFC 6749 §4.1), keyed by the hash of it. It works once in the whole cluster (invariant 3).</summary>
[Alias("platform.IAuthorizationCodeGrain")]
public interface IAuthorizationCodeGrain : IExpiringGrain
{
    /// <summary>Makes the code. The caller has made it from the cryptographic random source.</summary>
    [Alias("IssueAsync"), Idempotent]
    Task IssueAsync(CodeSnapshot code);

    /// <summary>The code, used or not; null where it is unknown or over. Nothing is used up by looking.</summary>
    [Alias("FindAsync"), Idempotent]
    Task<CodeSnapshot?> FindAsync();

    /// <summary>Uses the code. The caller has checked client, redirect URI and PKCE.</summary>
    /// <param name="attempt">A random name of this use; repeating the call with the same one is the same use.</param>
    [Alias("RedeemAsync"), Idempotent]
    Task<CodeRedemption> RedeemAsync(string attempt);
}

/// <summary>A code.</summary>
/// <param name="Authorization">What it stands for.</param>
/// <param name="RedirectUri">Where it was sent.</param>
/// <param name="RedirectUriGiven">Whether the request named it, so that the token request has to name it too (RFC 6749 §4.1.3).</param>
/// <param name="Challenge">The S256 challenge (RFC 7636); null where a nonce was accepted instead.</param>
/// <param name="EndsAt">When it is over (UTC), one minute after it was made at most.</param>
[GenerateSerializer, Immutable, Alias("platform.CodeSnapshot")]
public sealed record CodeSnapshot(
    [property: Id(0)] AuthorizationSnapshot Authorization,
    [property: Id(1)] string RedirectUri,
    [property: Id(2)] bool RedirectUriGiven,
    [property: Id(3)] string? Challenge,
    [property: Id(4)] DateTimeOffset EndsAt);

/// <summary>How the use of a code ended.</summary>
[Alias("platform.CodeRedemption")]
public enum CodeRedemption
{
    /// <summary>This was the one use.</summary>
    Accepted,

    /// <summary>It had been used before: what came from it has to end.</summary>
    Reused,

    /// <summary>There is no such code, or it is over.</summary>
    Unknown,
}
