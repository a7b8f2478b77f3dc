using Microsoft.Extensions.Options;

namespace Platform.Grains.Users;

/// <summary>How repeated failures of a login are slowed, in the whole cluster.</summary>
public sealed class LoginThrottleOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Users:Throttle";

    /// <summary>After this many failures on an account each further try has to wait. Default: 5.</summary>
    public int AccountFailures { get; set; } = 5;

    /// <summary>After this many failures from an address (an IPv6 /64) each further try has to wait. Default: 20.</summary>
    public int AddressFailures { get; set; } = 20;

    /// <summary>
    /// After this many failures on an account from an address that its user has logged in from before, these have to wait too. Default: 20.
    /// </summary>
    public int KnownAddressFailures { get; set; } = 20;

    /// <summary>The first wait; each further one is twice as long. Default: 1 s.</summary>
    public TimeSpan FirstDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait. Default: 30 s.</summary>
    public TimeSpan LongestDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Failures are forgotten this long after the last one. Default: 15 minutes.</summary>
    public TimeSpan ForgetAfter { get; set; } = TimeSpan.FromMinutes(15);
}

/// <summary>Finds every fault of <see cref="LoginThrottleOptions"/> at once.</summary>
internal sealed class LoginThrottleOptionsValidator : IValidateOptions<LoginThrottleOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, LoginThrottleOptions options)
    {
        var faults = new List<string>();
        foreach (var (setting, value) in new[]
        {
            (nameof(options.AccountFailures), options.AccountFailures),
            (nameof(options.AddressFailures), options.AddressFailures),
            (nameof(options.KnownAddressFailures), options.KnownAddressFailures),
        })
        {
            if (value is < 1 or > 1_000_000)
            {
                faults.Add($"{LoginThrottleOptions.Section}:{setting} is {value}; it is between 1 and 1000000.");
            }
        }

        if (options.FirstDelay < TimeSpan.FromMilliseconds(1) || options.LongestDelay < options.FirstDelay || options.LongestDelay > TimeSpan.FromHours(1))
        {
            faults.Add($"{LoginThrottleOptions.Section}: FirstDelay ({options.FirstDelay}) is above zero, LongestDelay ({options.LongestDelay}) is not below it and at most an hour.");
        }

        if (options.ForgetAfter < options.LongestDelay || options.ForgetAfter > TimeSpan.FromDays(1))
        {
            faults.Add($"{LoginThrottleOptions.Section}:ForgetAfter is {options.ForgetAfter}; it is between LongestDelay and a day.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
