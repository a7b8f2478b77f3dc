using Platform.Engine.Tests.Grains;

namespace Platform.Engine.Tests.Embedded;

/// <summary>A grain that stays in memory.</summary>
public interface IKeptGrain : IGrainWithStringKey
{
    Task KeepByTimerAsync(TimeSpan period);

    Task KeepForAsync(TimeSpan time);

    Task ChangeTimerAsync(TimeSpan dueTime);
}

internal sealed class KeptGrain(Probe probe) : Grain, IKeptGrain
{
    private IGrainTimer? _timer;

    public Task KeepByTimerAsync(TimeSpan period)
    {
        _timer = this.RegisterGrainTimer(
            _ =>
            {
                probe.Record($"kept {this.GetPrimaryKeyString()}");
                return Task.CompletedTask;
            },
            new GrainTimerCreationOptions(period, period) { KeepAlive = true });
        return Task.CompletedTask;
    }

    public Task KeepForAsync(TimeSpan time)
    {
        DelayDeactivation(time);
        return Task.CompletedTask;
    }

    public Task ChangeTimerAsync(TimeSpan dueTime)
    {
        _timer!.Change(dueTime, Timeout.InfiniteTimeSpan);
        return Task.CompletedTask;
    }
}
