namespace Platform.Silo;

/// <summary>A client that starts before its silos waits for them: all start together.</summary>
internal sealed class GatewayRetry(TimeProvider time) : IClientConnectionRetryFilter
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(2);
    private readonly long _begun = time.GetTimestamp();

    public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
    {
        if (time.GetElapsedTime(_begun) > s_longest)
        {
            return false;
        }

        await Task.Delay(s_pause, time, cancellationToken);
        return true;
    }
}
