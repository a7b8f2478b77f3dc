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
