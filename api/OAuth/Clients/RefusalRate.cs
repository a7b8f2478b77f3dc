using Platform.Api.Http.Limits;

namespace Platform.Api.OAuth.Clients;

/// <summary>
/// How many refusals that cost nothing are recorded for each client address (an IPv6 /64): whoever is nobody must not fill the audit log
/// (invariant 5). The answer is the same, recorded or not.
/// </summary>
internal sealed class RefusalRate : IDisposable
{
    /// <summary>What a misconfigured service does in its first minute is seen in full.</summary>
    internal const int Burst = 100;

    private readonly AddressRate _rate = new(Burst, 10, TimeSpan.FromMinutes(1));

    /// <summary>Whether another one is recorded.</summary>
    public bool TryTake(HttpContext context) => _rate.TryTake(context);

    /// <inheritdoc/>
    public void Dispose() => _rate.Dispose();
}
