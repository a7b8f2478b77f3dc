using Platform.Grains.Cluster;
using Platform.Storage;

namespace Platform.Grains.OAuth.Devices;

/// <inheritdoc cref="IDeviceCodeGrain"/>
[GrainType("oauth-device")]
internal sealed class DeviceCodeGrain(
    [PersistentState(StateNames.DeviceCode, StateNames.Storage)] IPersistentState<DeviceCodeState> stored,
    IActivityStore activity,
    TimeProvider time) : ExpiringGrain<DeviceCodeState>(StateNames.DeviceCode, stored, activity, time), IDeviceCodeGrain
{
    /// <summary>What a question that came too soon adds to the interval (RFC 8628 §3.5).</summary>
    private static readonly TimeSpan SlowDown = TimeSpan.FromSeconds(5);

    protected override DateTimeOffset KeptUntil => State.EndsAt;

    private bool IsPending => Exists && State.EndsAt > Now && State.Decision == DeviceDecision.Pending;

    public async Task StartAsync(DeviceRequest request)
    {
        // A repeated call finds what it made: device codes are random.
        if (!Exists)
        {
            await WriteAsync(DeviceCodeState.From(request), request.EndsAt);
        }
    }

    public Task<DeviceRequest?> FindPendingAsync() => Task.FromResult(IsPending ? State.ToRequest() : null);

    public async Task<bool> DecideAsync(AuthorizationSnapshot? authorization)
    {
        if (!IsPending)
        {
            return false;
        }

        await WriteAsync(authorization is null
            ? State with { Decision = DeviceDecision.Denied }
            : State with { Decision = DeviceDecision.Approved, Authorization = AuthorizationState.From(authorization) });
        return true;
    }

    public async Task<DevicePoll> PollAsync(string attempt, ClientId client)
    {
        if (!Exists || State.Client != client.Value)
        {
            return Say(DeviceOutcome.Refused);
        }

        if (State.AnsweredTo is { } answered)
        {
            return answered == attempt ? Approved() : Say(DeviceOutcome.Refused);
        }

        var now = Now;
        if (State.EndsAt <= now)
        {
            return Say(DeviceOutcome.Expired);
        }

        switch (State.Decision)
        {
            case DeviceDecision.Denied:
                return Say(DeviceOutcome.Denied);

            case DeviceDecision.Approved:
                // Of questions on several nodes one write wins; the others meet its row when they are repeated (invariant 3).
                await WriteAsync(State with { AnsweredTo = attempt });
                return Approved();

            default:
                return await WaitAsync(attempt, now);
        }
    }

    private async Task<DevicePoll> WaitAsync(string attempt, DateTimeOffset now)
    {
        if (State.AskedBy == attempt)
        {
            return Say(DeviceOutcome.Pending);
        }

        var tooSoon = State.AskedAt is { } asked && asked + State.Interval > now;
        await WriteAsync(State with
        {
            AskedAt = now,
            AskedBy = attempt,
            Interval = tooSoon ? State.Interval + SlowDown : State.Interval,
        });
        return Say(tooSoon ? DeviceOutcome.SlowDown : DeviceOutcome.Pending);
    }

    private static DevicePoll Say(DeviceOutcome outcome) => new(outcome, null);

    private DevicePoll Approved() => new(DeviceOutcome.Approved, State.Authorization!.ToSnapshot());
}
