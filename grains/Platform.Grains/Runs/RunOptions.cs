using Microsoft.Extensions.Options;

namespace Platform.Grains.Runs;

/// <summary>How many runs there may be, how much of a machine one may use, and how long what is over is kept. The same on all nodes.</summary>
public sealed class RunOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Runs";

    /// <summary>
    /// Images that scopes may list: references, or their beginnings with <c>*</c> at the end. Default: none in particular, so that all that machines have
    /// may be listed.
    /// </summary>
    public IList<string> Images { get; } = [];

    /// <summary>How many runs of one scope run at a time; its managers may allow fewer. Default: 4.</summary>
    public int RunningPerScope { get; set; } = 4;

    /// <summary>How many runs of one user run at a time, in all scopes together. Default: 4.</summary>
    public int RunningPerUser { get; set; } = 4;

    /// <summary>How many runs of one user may wait. Default: 100.</summary>
    public int QueuedPerUser { get; set; } = 100;

    /// <summary>How many runs of one scope may wait. Default: 1,000.</summary>
    public int QueuedPerScope { get; set; } = 1000;

    /// <summary>How long a run waits at most before it is given up. Default: 7 days.</summary>
    public TimeSpan QueuedFor { get; set; } = TimeSpan.FromDays(7);

    /// <summary>The memory of a run that asks for none, in bytes. Default: 256 MiB.</summary>
    public long MemoryBytes { get; set; } = 256L * 1024 * 1024;

    /// <summary>The processors of a run that asks for none. Default: 1.</summary>
    public double Cpus { get; set; } = 1;

    /// <summary>The time of a run that asks for none. Default: 1 h.</summary>
    public TimeSpan Time { get; set; } = TimeSpan.FromHours(1);

    /// <summary>The most memory that a run may ask for in bytes; managers of its scope may allow less. Default: 4 GiB.</summary>
    public long MaxMemoryBytes { get; set; } = 4L * 1024 * 1024 * 1024;

    /// <summary>The most processors that a run may ask for; managers of its scope may allow fewer. Default: 4.</summary>
    public double MaxCpus { get; set; } = 4;

    /// <summary>The longest time that a run may ask for; managers of its scope may allow less. Default: 24 h.</summary>
    public TimeSpan MaxTime { get; set; } = TimeSpan.FromHours(24);

    /// <summary>After how long without a word of it a machine counts as gone, and what it ran as lost. Default: 5 min.</summary>
    public TimeSpan LostAfter { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How much of what a run writes is kept, the newest, in bytes. Default: 1 MiB.</summary>
    public int LogBytes { get; set; } = 1024 * 1024;

    /// <summary>How long a run that is over is kept, with its log. Default: 30 days.</summary>
    public TimeSpan KeepFor { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Whether scopes may list an image.</summary>
    public bool MayList(string image) => Images.Count == 0
        || Images.Any(pattern => pattern.EndsWith('*') ? image.StartsWith(pattern[..^1], StringComparison.Ordinal) : image == pattern);
}

/// <summary>Refuses settings under which nothing could run.</summary>
internal sealed class RunOptionsValidator : IValidateOptions<RunOptions>
{
    /// <summary>More than any machine has; what engines count in billionths has to stay a number of 64 bits.</summary>
    private const double MostCpus = 1_000_000;

    private static readonly TimeSpan LongestTime = TimeSpan.FromDays(365);

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, RunOptions options)
    {
        var failures = new List<string>();
        AtLeast(nameof(options.RunningPerScope), options.RunningPerScope, 1);
        AtLeast(nameof(options.RunningPerUser), options.RunningPerUser, 1);
        AtLeast(nameof(options.QueuedPerUser), options.QueuedPerUser, 1);
        AtLeast(nameof(options.QueuedPerScope), options.QueuedPerScope, 1);
        AtLeast(nameof(options.LogBytes), options.LogBytes, 1024);

        // The usual limits may be over the largest: they are narrowed to them, as in scopes that say less.
        Between(nameof(options.MemoryBytes), options.MemoryBytes, RunRules.MinMemoryBytes, long.MaxValue);
        Between(nameof(options.MaxMemoryBytes), options.MaxMemoryBytes, RunRules.MinMemoryBytes, long.MaxValue);
        Between(nameof(options.Cpus), options.Cpus, RunRules.MinCpus, MostCpus);
        Between(nameof(options.MaxCpus), options.MaxCpus, RunRules.MinCpus, MostCpus);
        Between(nameof(options.Time), options.Time, RunRules.MinTime, LongestTime);
        Between(nameof(options.MaxTime), options.MaxTime, RunRules.MinTime, LongestTime);
        Between(nameof(options.LostAfter), options.LostAfter, TimeSpan.FromSeconds(10), TimeSpan.FromDays(30));
        Between(nameof(options.QueuedFor), options.QueuedFor, TimeSpan.FromMinutes(1), TimeSpan.FromDays(365));
        Between(nameof(options.KeepFor), options.KeepFor, TimeSpan.FromMinutes(1), TimeSpan.FromDays(3660));
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void AtLeast(string setting, long value, long least)
        {
            if (value < least)
            {
                failures.Add($"{RunOptions.Section}:{setting} is {value}; it has to be at least {least}.");
            }
        }

        void Between<T>(string setting, T value, T least, T most)
            where T : IComparable<T>
        {
            if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
            {
                failures.Add($"{RunOptions.Section}:{setting} is {value}; it has to be between {least} and {most}.");
            }
        }
    }
}
