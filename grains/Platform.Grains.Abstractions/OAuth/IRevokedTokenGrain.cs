using Platform.Grains.Cluster;

namespace Platform.Grains.OAuth;

/// <summary>One revoked access token, keyed by <c>jti:</c> and its id. Access tokens themselves are not stored.</summary>
[Alias("platform.IRevokedTokenGrain")]
public interface IRevokedTokenGrain : IExpiringGrain
{
    /// <summary>Revokes the token everywhere (RFC 7009).</summary>
    /// <param name="endsAt">When the token would be over by itself (UTC); the row goes then.</param>
    [Alias("RevokeAsync"), Idempotent]
    Task RevokeAsync(DateTimeOffset endsAt);
}
