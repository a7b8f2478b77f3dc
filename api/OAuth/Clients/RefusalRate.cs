using System.Net;
using System.Threading.RateLimiting;
using Platform.Grains.Users;

namespace Platform.Api.OAuth.Clients;

/// <summary>
/// How many refusals that cost nothing are recorded for each client address (an IPv6 /64): whoever is nobody must not fill the audit log
/// (invariant 5). The answer is the same, recorded or not.
/// </summary>
internal sealed class RefusalRate : IDisposable
{
    /// <summary>What a misconfigured service does in its first minute is seen in full.</summary>
    internal const int Burst = 100;

    private readonly PartitionedRateLimiter<IPAddress> _limiter = PartitionedRateLimiter.Create<IPAddress, string>(address =>
        RateLimitPartition.GetTokenBucketLimiter(ThrottleKeys.GroupOf(address), static _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = Burst,
            TokensPerPeriod = 10,
            ReplenishmentPeriod = TimeSpan.FromMinutes(1),
            QueueLimit = 0,
        }));

    /// <summary>Whether another one is recorded.</summary>
    public bool TryTake(HttpContext context)
    {
        using var lease = _limiter.AttemptAcquire(context.Connection.RemoteIpAddress ?? IPAddress.None);
        return lease.IsAcquired;
    }

    /// <inheritdoc/>
    public void Dispose() => _limiter.Dispose();
}
