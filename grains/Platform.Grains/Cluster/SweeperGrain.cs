using Microsoft.Extensions.Options;
using Platform.Grains.OAuth;
using Platform.Grains.OAuth.Keys;
using Platform.Grains.Runs;
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

    /// <summary>For what ends at its time, used or not.</summary>
    private static readonly DateTimeOffset NeverIdle = DateTimeOffset.MinValue;

    public Task StartAsync() => this.RegisterOrUpdateReminder(ReminderName, options.Value.Interval, options.Value.Interval);

    public Task ReceiveReminder(string reminderName, TickStatus status) => SweepAsync(CancellationToken.None);

    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var sessions = await SweepAsync(
            StateNames.Session, now, now - options.Value.SessionIdleTimeout, key => GrainFactory.GetGrain<ISessionGrain>(key).EndAsync(), cancellationToken);
        await SweepAsync(
            StateNames.SessionAttributes, now, NeverIdle, key => GrainFactory.GetGrain<ISessionAttributesGrain>(key).ClearAsync(), cancellationToken);
        await SweepAsync<IAuthorizationCodeGrain>(StateNames.AuthorizationCode, now, cancellationToken);
        await SweepAsync<IPushedRequestGrain>(StateNames.PushedRequest, now, cancellationToken);
        await SweepAsync<IDeviceCodeGrain>(StateNames.DeviceCode, now, cancellationToken);
        await SweepAsync<IUserCodeGrain>(StateNames.UserCode, now, cancellationToken);
        await SweepAsync<ITokenFamilyGrain>(StateNames.TokenFamily, now, cancellationToken);
        await SweepAsync<IRevokedTokenGrain>(StateNames.RevokedToken, now, cancellationToken);
        await SweepAsync<IUserGrantsGrain>(StateNames.UserGrants, now, cancellationToken);
        await SweepAsync<IPersonalTokenGrain>(StateNames.PersonalToken, now, cancellationToken);
        await SweepAsync<IRunGrain>(StateNames.Run, now, cancellationToken);
        foreach (var rows in expiredRows)
        {
            await rows.PurgeAsync(now, cancellationToken);
        }

        // Keys follow one another even while nobody asks for a token.
        await GrainFactory.GetGrain<IKeyRingGrain>(KeyRingState.Key).MaintainAsync();
        return sessions;
    }

    private Task<int> SweepAsync<TGrain>(string type, DateTimeOffset now, CancellationToken cancellationToken)
        where TGrain : class, IExpiringGrain =>
        SweepAsync(type, now, NeverIdle, key => GrainFactory.GetGrain<TGrain>(key).SweepAsync(now), cancellationToken);

    /// <summary>Has the grains of a kind that are over by now, or were not seen for long, delete what they hold.</summary>
    private async Task<int> SweepAsync(
        string type, DateTimeOffset now, DateTimeOffset seenBefore, Func<string, Task> delete, CancellationToken cancellationToken)
    {
        var swept = 0;
        while (await activity.FindOverAsync(type, seenBefore, now, BatchSize, cancellationToken) is { Count: > 0 } keys)
        {
            foreach (var key in keys)
            {
                try
                {
                    await delete(key);
                }
                catch (InconsistentStateException)
                {
                    // Another node wrote to it at this moment, a user's grants for instance. What is still over is found again.
                }
            }

            swept += keys.Count;
        }

        return swept;
    }
}
