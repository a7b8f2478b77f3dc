using Microsoft.Extensions.Logging;
using Platform.Engine.Hosting;
using Platform.Engine.References;

namespace Platform.Engine.Reminders;

/// <summary>Looks for reminders that are due, on every node, and wakes the grains of those that this node claims.</summary>
internal sealed partial class ReminderPoller(EmbeddedEngine engine) : IDisposable
{
    private const int TicksAtOnce = 100;

    private static readonly GrainMethod Receive = GrainMethod.Compile(typeof(IRemindable).GetMethod(nameof(IRemindable.ReceiveReminder))!);

    private readonly List<string> _classes = [.. engine.Catalogue.Remindable];
    private readonly SemaphoreSlim _due = new(1, 1);
    private readonly CancellationTokenSource _stop = new();
    private ITimer? _timer;
    private Task _polling = Task.CompletedTask;

    public void Start()
    {
        if (_classes.Count == 0)
        {
            return;
        }

        var period = engine.Options.ReminderPollPeriod;
        _timer = engine.Clock.CreateTimer(static poller => ((ReminderPoller)poller!).Wake(), this, period, period);
        _polling = Task.Run(PollAsync);
    }

    public async Task StopAsync()
    {
        _timer?.Dispose();
        await _stop.CancelAsync();
        await _polling;
    }

    public void Dispose()
    {
        _timer?.Dispose();
        _stop.Dispose();
        _due.Dispose();
    }

    private void Wake()
    {
        lock (_due)
        {
            if (_due.CurrentCount == 0)
            {
                _due.Release();
            }
        }
    }

    private async Task PollAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await _due.WaitAsync(_stop.Token);
                while (await TickAsync(_stop.Token) == TicksAtOnce)
                {
                }
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                Log.PollFailed(engine.Logger, exception);
            }
        }
    }

    // A tick is claimed before it is delivered: a node that dies in between loses this tick, and none fires twice.
    private async Task<int> TickAsync(CancellationToken cancellationToken)
    {
        var due = await engine.Reminders.FindDueAsync(_classes, TicksAtOnce, cancellationToken);
        foreach (var reminder in due)
        {
            if (await engine.Reminders.ClaimAsync(reminder, cancellationToken))
            {
                Deliver(reminder);
            }
        }

        return due.Count;
    }

    private void Deliver(ReminderRow reminder)
    {
        var status = new TickStatus(TimeOf(reminder.StartAt), TimeSpan.FromMilliseconds(reminder.PeriodMs), TimeOf(reminder.NextAt));
        var call = Receive.CreateCall([reminder.Name, status]);
        engine.Activations.Deliver(call, engine.Catalogue.ClassOf(reminder.GrainType), reminder.GrainKey);
        call.Outcome.ContinueWith(
            (outcome, _) => Log.TickFailed(engine.Logger, outcome.Exception!.GetBaseException(), reminder.Name, reminder.GrainType),
            null,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    private static DateTime TimeOf(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).UtcDateTime;

    private static partial class Log
    {
        [LoggerMessage(EventId = 140, Level = LogLevel.Warning, Message = "Due reminders could not be read; the next try is at the next poll")]
        public static partial void PollFailed(ILogger logger, Exception exception);

        [LoggerMessage(EventId = 141, Level = LogLevel.Error, Message = "The reminder {Reminder} of a {GrainType} failed; it goes on at its next tick")]
        public static partial void TickFailed(ILogger logger, Exception exception, string reminder, string grainType);
    }
}
