using Microsoft.Extensions.Options;

namespace Platform.Engine;

/// <summary>How the embedded engine keeps grains.</summary>
public sealed class EngineOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Engine";

    /// <summary>How many grains stay in memory; above it, the least recently used idle ones leave. Default: 100,000.</summary>
    public int MaxActivations { get; set; } = 100_000;

    /// <summary>How long an unused grain stays in memory. Default: 15 min.</summary>
    public TimeSpan CollectionAge { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a caller waits for the answer of a grain; a turn that has begun goes on. Default: 30 s.</summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a node looks for reminders that are due; how late they may be. Default: 5 s.</summary>
    public TimeSpan ReminderPollPeriod { get; set; } = TimeSpan.FromSeconds(5);
}

/// <summary>Says everything that is wrong with the options at once.</summary>
internal sealed class EngineOptionsValidator : IValidateOptions<EngineOptions>
{
    public ValidateOptionsResult Validate(string? name, EngineOptions options)
    {
        var failures = new List<string>();
        if (options.MaxActivations < 1)
        {
            failures.Add($"{EngineOptions.Section}:{nameof(options.MaxActivations)} must be at least 1.");
        }

        AtLeast(options.CollectionAge, TimeSpan.FromSeconds(1), nameof(options.CollectionAge));
        AtLeast(options.ResponseTimeout, TimeSpan.FromMilliseconds(1), nameof(options.ResponseTimeout));
        AtLeast(options.ReminderPollPeriod, TimeSpan.FromMilliseconds(100), nameof(options.ReminderPollPeriod));
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void AtLeast(TimeSpan value, TimeSpan least, string setting)
        {
            if (value < least)
            {
                failures.Add($"{EngineOptions.Section}:{setting} must be at least {least}.");
            }
        }
    }
}
