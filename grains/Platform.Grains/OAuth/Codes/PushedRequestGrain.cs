using Platform.Grains.Cluster;
using Platform.Storage;

namespace Platform.Grains.OAuth.Codes;

/// <inheritdoc cref="IPushedRequestGrain"/>
[GrainType("oauth-pushed")]
internal sealed class PushedRequestGrain(
    [PersistentState(StateNames.PushedRequest, StateNames.Storage)] IPersistentState<PushedRequestState> stored,
    IActivityStore activity,
    TimeProvider time) : ExpiringGrain<PushedRequestState>(StateNames.PushedRequest, stored, activity, time), IPushedRequestGrain
{
    protected override DateTimeOffset KeptUntil => State.EndsAt;

    private bool IsAlive => Exists && State.EndsAt > Now;

    public async Task StoreAsync(PushedRequest request)
    {
        if (Exists)
        {
            // A repeated call: the names of requests are random.
            return;
        }

        await WriteAsync(
            new PushedRequestState
            {
                Client = request.Client.Value,
                Parameters = request.Parameters,
                EndsAt = request.EndsAt,
                DpopThumbprint = request.DpopThumbprint,
            },
            request.EndsAt);
    }

    public Task<PushedRequest?> FindAsync() => Task.FromResult(IsAlive && State.UsedBy is null ? State.ToRequest() : null);

    public async Task<bool> ConsumeAsync(string attempt)
    {
        if (Exists && State.UsedBy == attempt)
        {
            return true;
        }

        if (!IsAlive || State.UsedBy is not null)
        {
            return false;
        }

        await WriteAsync(State with { UsedBy = attempt });
        return true;
    }
}
