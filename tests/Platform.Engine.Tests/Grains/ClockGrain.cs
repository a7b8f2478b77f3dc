namespace Platform.Engine.Tests.Grains;

/// <summary>A grain with timers.</summary>
[Alias("tests.ITimerGrain")]
public interface ITimerGrain : IGrainWithStringKey
{
    /// <summary>Starts a timer that records its name at each tick.</summary>
    [Alias("StartTimerAsync")]
    Task StartTimerAsync(string name, TimeSpan dueTime, TimeSpan period);

    /// <summary>Starts a timer whose first tick fails.</summary>
    [Alias("StartFailingTimerAsync")]
    Task StartFailingTimerAsync(string name);

    /// <summary>Starts a timer whose ticks wait at a gate.</summary>
    [Alias("StartHeldTimerAsync")]
    Task StartHeldTimerAsync(string gate, bool interleave);

    /// <summary>Ends the last timer.</summary>
    [Alias("StopTimerAsync")]
    Task StopTimerAsync();

    /// <summary>Leaves memory.</summary>
    [Alias("LeaveAsync")]
    Task LeaveAsync();
}

internal sealed class TimerGrain(Probe probe) : Grain, ITimerGrain
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(20);
    private IGrainTimer? _timer;

    public Task StartTimerAsync(string name, TimeSpan dueTime, TimeSpan period)
    {
        _timer = this.RegisterGrainTimer(
            static (self, _) =>
            {
                self.Probe.Record(self.Name);
                return Task.CompletedTask;
            },
            (Probe: probe, Name: name),
            new GrainTimerCreationOptions(dueTime, period));
        return Task.CompletedTask;
    }

    public Task StartFailingTimerAsync(string name)
    {
        _timer = this.RegisterGrainTimer(
            _ =>
            {
                probe.Record(name);
                return probe.CountOf(name) == 1 ? throw new InvalidOperationException("The first tick fails.") : Task.CompletedTask;
            },
            new GrainTimerCreationOptions(Soon, Soon));
        return Task.CompletedTask;
    }

    public Task StartHeldTimerAsync(string gate, bool interleave)
    {
        _timer = this.RegisterGrainTimer(
            async _ =>
            {
                probe.Record($"ticking {gate}");
                await probe.PassAsync(gate);
            },
            new GrainTimerCreationOptions(Soon, Soon) { Interleave = interleave });
        return Task.CompletedTask;
    }

    public Task StopTimerAsync()
    {
        _timer?.Dispose();
        return Task.CompletedTask;
    }

    public Task LeaveAsync()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}

/// <summary>A grain with reminders.</summary>
[Alias("tests.IReminderGrain")]
public interface IReminderGrain : IGrainWithStringKey
{
    [Alias("RemindAsync")]
    Task RemindAsync(string name, TimeSpan dueTime, TimeSpan period);

    [Alias("ForgetAsync")]
    Task<bool> ForgetAsync(string name);

    [Alias("HasAsync")]
    Task<bool> HasAsync(string name);
}

internal sealed class ReminderGrain(Probe probe) : Grain, IReminderGrain, IRemindable
{
    public Task RemindAsync(string name, TimeSpan dueTime, TimeSpan period) => this.RegisterOrUpdateReminder(name, dueTime, period);

    public async Task<bool> ForgetAsync(string name)
    {
        if (await this.GetReminder(name) is not { } reminder)
        {
            return false;
        }

        await this.UnregisterReminder(reminder);
        return true;
    }

    public async Task<bool> HasAsync(string name) => await this.GetReminder(name) is not null;

    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        probe.Record($"reminded {this.GetPrimaryKeyString()} {reminderName}");
        return Task.CompletedTask;
    }
}
