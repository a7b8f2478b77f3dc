namespace Platform.Engine;

/// <summary>A grain that is woken by reminders.</summary>
public interface IRemindable : IGrain
{
    /// <summary>Called when a reminder is due, on one node.</summary>
    Task ReceiveReminder(string reminderName, TickStatus status);
}

/// <summary>A reminder that is registered.</summary>
public interface IGrainReminder
{
    /// <summary>Its name within the grain.</summary>
    string ReminderName { get; }
}

/// <summary>When a reminder's tick was due.</summary>
/// <param name="FirstTickTime">The first tick (UTC).</param>
/// <param name="Period">The time between ticks.</param>
/// <param name="CurrentTickTime">This tick (UTC).</param>
public readonly record struct TickStatus(DateTime FirstTickTime, TimeSpan Period, DateTime CurrentTickTime);

/// <summary>Reminders of grains: timers that survive restarts. A tick missed while no node ran is made up for once.</summary>
public static class GrainReminderExtensions
{
    /// <summary>Registers a reminder, or gives the one of this name new times. It is durable when the task completes.</summary>
    /// <param name="grain">A grain that implements <see cref="IRemindable"/>.</param>
    /// <param name="reminderName">Its name within the grain.</param>
    /// <param name="dueTime">The wait before the first tick.</param>
    /// <param name="period">The time between ticks, one minute at least.</param>
    /// <exception cref="ArgumentException">A time is out of range.</exception>
    public static Task<IGrainReminder> RegisterOrUpdateReminder(this Grain grain, string reminderName, TimeSpan dueTime, TimeSpan period) =>
        Of(grain).RegisterAsync(grain.Activation, reminderName, dueTime, period);

    /// <summary>The reminder of this name; null where there is none.</summary>
    public static Task<IGrainReminder?> GetReminder(this Grain grain, string reminderName) =>
        Of(grain).FindAsync(grain.Activation, reminderName);

    /// <summary>Ends a reminder.</summary>
    public static Task UnregisterReminder(this Grain grain, IGrainReminder reminder)
    {
        ArgumentNullException.ThrowIfNull(reminder);
        return Of(grain).UnregisterAsync(grain.Activation, reminder.ReminderName);
    }

    private static Reminders.ReminderRegistry Of(Grain grain)
    {
        ArgumentNullException.ThrowIfNull(grain);
        return grain is IRemindable
            ? grain.Activation.Engine.Reminders
            : throw new InvalidOperationException($"{grain.GetType().Name} has reminders but is not {nameof(IRemindable)}.");
    }
}
