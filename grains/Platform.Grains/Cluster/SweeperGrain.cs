using Microsoft.Extensions.Options;
using Platform.Grains.Sessions;
using Platform.Storage;

namespace Platform.Grains.Cluster;

/// <inheritdoc cref="ISweeperGrain"/>
[GrainType("sweeper")]
internal sealed class SweeperGrain(
    IActivityStore activity, IEnumerable<IExpiredRows> expiredRows, IOptions<SweeperOptions> options, TimeProvider time) : Grain, ISweeperGrain, IRemindable
{
    private const string ReminderName = "sweep";
    private const int BatchSize = 500;

    public Task StartAsync() => this.RegisterOrUpdateReminder(ReminderName, options.Value.Interval, options.Value.Interval);

    public Task ReceiveReminder(string reminderName, TickStatus status) => SweepAsync(CancellationToken.None);

    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var sessions = await SweepSessionsAsync(cancellationToken);
        await SweepAttributesAsync(cancellationToken);
        foreach (var rows in expiredRows)
        {
            await rows.PurgeAsync(time.GetUtcNow(), cancellationToken);
        }

        return sessions;
    }

    private async Task<int> SweepSessionsAsync(CancellationToken cancellationToken)
    {
        var ended = 0;
        while (await FindOverAsync(StateNames.Session, cancellationToken) is { Count: > 0 } keys)
        {
            foreach (var key in keys)
            {
                await GrainFactory.GetGrain<ISessionGrain>(key).EndAsync();
            }

            ended += keys.Count;
        }

        return ended;
    }

    private async Task SweepAttributesAsync(CancellationToken cancellationToken)
    {
        while (await activity.FindOverAsync(StateNames.SessionAttributes, DateTimeOffset.MinValue, time.GetUtcNow(), BatchSize, cancellationToken) is { Count: > 0 } keys)
        {
            foreach (var key in keys)
            {
                await GrainFactory.GetGrain<ISessionAttributesGrain>(key).ClearAsync();
            }
        }
    }

    private ValueTask<IReadOnlyList<string>> FindOverAsync(string type, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return activity.FindOverAsync(type, now - options.Value.SessionIdleTimeout, now, BatchSize, cancellationToken);
    }
}
