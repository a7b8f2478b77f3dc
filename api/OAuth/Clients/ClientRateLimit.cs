using System.Net;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using Platform.Api.Http.Limits;
using Platform.Grains.OAuth;
using Platform.Grains.Users;

namespace Platform.Api.OAuth.Clients;

/// <summary>
/// How often a client may ask for tokens: a token bucket per client, on each node apart. Anybody can say to be a public client, so that its
/// bucket is one for each client address (an IPv6 /64): who empties theirs keeps nobody else from their tokens.
/// </summary>
internal sealed class ClientRateLimit(IOptions<OAuthOptions> options) : IDisposable
{
    private readonly PartitionedRateLimiter<(ClientSnapshot Client, IPAddress From)> _limiter = PartitionedRateLimiter.Create<(ClientSnapshot Client, IPAddress From), Bucket>(request =>
    {
        var (client, from) = request;
        var definition = client.Definition;
        var address = client.IsPublic ? ThrottleKeys.GroupOf(from) : null;
        var bucket = new Bucket(client.Id, address, definition.RequestsPerSecond ?? options.Value.RequestsPerSecond, definition.RequestBurst ?? options.Value.RequestBurst);
        return RateLimitPartition.GetTokenBucketLimiter(bucket, static bucket => new TokenBucketRateLimiterOptions
        {
            TokenLimit = Math.Max(1, bucket.Burst),
            TokensPerPeriod = Math.Max(1, bucket.PerSecond),
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            QueueLimit = 0,
        });
    });

    /// <summary>Takes note of a request; the error where it is one too many, with <c>Retry-After</c> set.</summary>
    public OAuthError? Take(HttpContext context, ClientSnapshot client)
    {
        using var lease = _limiter.AttemptAcquire((client, context.Connection.RemoteIpAddress ?? IPAddress.None));
        if (lease.IsAcquired)
        {
            return null;
        }

        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1);
        RetryAfter.Set(context.Response, wait);
        return OAuthError.SlowDown("The client asks too often. Wait.");
    }

    /// <inheritdoc/>
    public void Dispose() => _limiter.Dispose();

    /// <summary>Another limit is another bucket.</summary>
    private sealed record Bucket(ClientId Client, string? Address, int PerSecond, int Burst);
}
