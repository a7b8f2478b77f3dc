using System.Globalization;
using System.Net;
using System.Threading.RateLimiting;
using Platform.Grains.Users;

namespace Platform.Api.Http.Limits;

/// <summary>How often something may come from one client address (an IPv6 /64): a token bucket for each, on each node apart.</summary>
/// <param name="burst">How many may come at once.</param>
/// <param name="perPeriod">How many come back in each period.</param>
/// <param name="period">The period.</param>
internal sealed class AddressRate(int burst, int perPeriod, TimeSpan period) : IDisposable
{
    private readonly PartitionedRateLimiter<IPAddress> _limiter = PartitionedRateLimiter.Create<IPAddress, string>(address =>
        RateLimitPartition.GetTokenBucketLimiter(ThrottleKeys.GroupOf(address), _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = burst,
            TokensPerPeriod = perPeriod,
            ReplenishmentPeriod = period,
            QueueLimit = 0,
        }));

    /// <summary>Takes one from the share of the request's address; false where there is none left.</summary>
    public bool TryTake(HttpContext context) => TryTake(context, out _);

    /// <summary>Takes one from the share of the request's address; where there is none left, says so in <c>Retry-After</c> and returns false.</summary>
    public bool TryTakeOrDelay(HttpContext context)
    {
        if (TryTake(context, out var wait))
        {
            return true;
        }

        RetryAfter.Set(context.Response, wait ?? period);
        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => _limiter.Dispose();

    private bool TryTake(HttpContext context, out TimeSpan? wait)
    {
        using var lease = _limiter.AttemptAcquire(context.Connection.RemoteIpAddress ?? IPAddress.None);
        wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : null;
        return lease.IsAcquired;
    }
}

/// <summary>When a client may come again (RFC 9110 §10.2.3).</summary>
internal static class RetryAfter
{
    /// <summary>After this long; a second at least.</summary>
    public static void Set(HttpResponse response, TimeSpan wait) =>
        response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
}
