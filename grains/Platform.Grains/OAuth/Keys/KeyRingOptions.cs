using Microsoft.Extensions.Options;

namespace Platform.Grains.OAuth.Keys;

/// <summary>When signing keys follow one another.</summary>
public sealed class KeyRingOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "OAuth:Keys";

    /// <summary>How long a key signs before the next one does. Default: 90 days.</summary>
    public TimeSpan RotationInterval { get; set; } = TimeSpan.FromDays(90);

    /// <summary>How long a key is published before it signs, so that whoever verifies has fetched it by then. Default: 1 day.</summary>
    public TimeSpan PublishedBefore { get; set; } = TimeSpan.FromDays(1);

    /// <summary>
    /// The longest that an access token or an ID token may live, whatever its client is set to; a key stays this long after it signed
    /// for the last time. Default: 1 day; at most 30.
    /// </summary>
    public TimeSpan LongestTokenLifetime { get; set; } = TimeSpan.FromDays(1);
}

/// <summary>Finds every fault of <see cref="KeyRingOptions"/> at once.</summary>
internal sealed class KeyRingOptionsValidator : IValidateOptions<KeyRingOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, KeyRingOptions options)
    {
        var faults = new List<string>();
        if (options.PublishedBefore < TimeSpan.FromHours(1) || options.PublishedBefore > TimeSpan.FromDays(30))
        {
            faults.Add($"{KeyRingOptions.Section}:PublishedBefore is {options.PublishedBefore}; it is between an hour and 30 days.");
        }

        if (options.RotationInterval < options.PublishedBefore * 2 || options.RotationInterval > TimeSpan.FromDays(3650))
        {
            faults.Add($"{KeyRingOptions.Section}:RotationInterval is {options.RotationInterval}; it is between twice PublishedBefore and 3650 days.");
        }

        if (options.LongestTokenLifetime < TimeSpan.FromMinutes(5) || options.LongestTokenLifetime > TimeSpan.FromDays(30))
        {
            faults.Add($"{KeyRingOptions.Section}:LongestTokenLifetime is {options.LongestTokenLifetime}; it is between 5 minutes and 30 days.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
