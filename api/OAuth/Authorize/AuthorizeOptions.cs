using Microsoft.Extensions.Options;

namespace Platform.Api.OAuth.Authorize;

/// <summary>How long what waits for a person waits.</summary>
internal sealed class AuthorizeOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "OAuth:Authorize";

    /// <summary>How long a pushed request may wait until a browser brings it (RFC 9126 §2.2). Default: 90 s.</summary>
    public TimeSpan PushedLifetime { get; set; } = TimeSpan.FromSeconds(90);

    /// <summary>How long a person may take to log in and to decide. Default: 30 min.</summary>
    public TimeSpan InteractionLifetime { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How long a device waits for its user (RFC 8628 §3.2). Default: 10 min.</summary>
    public TimeSpan DeviceLifetime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a device waits between two questions at first. Default: 5 s.</summary>
    public TimeSpan DeviceInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How many requests that do not fit into an address, or that public clients push, may be kept for one client address (an IPv6 /64), per node and
    /// minute. Default: 30.
    /// </summary>
    public int KeptRequestsPerMinute { get; set; } = 30;
}

/// <summary>Refuses lifetimes that make no sense.</summary>
internal sealed class AuthorizeOptionsValidation : IValidateOptions<AuthorizeOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, AuthorizeOptions options)
    {
        var failures = new List<string>();
        Between(nameof(options.PushedLifetime), options.PushedLifetime, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(10));
        Between(nameof(options.InteractionLifetime), options.InteractionLifetime, TimeSpan.FromMinutes(1), TimeSpan.FromHours(12));
        Between(nameof(options.DeviceLifetime), options.DeviceLifetime, TimeSpan.FromSeconds(30), TimeSpan.FromHours(1));
        Between(nameof(options.DeviceInterval), options.DeviceInterval, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        if (options.KeptRequestsPerMinute < 1)
        {
            failures.Add($"{AuthorizeOptions.Section}:KeptRequestsPerMinute is {options.KeptRequestsPerMinute}; it has to be 1 or more.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void Between(string setting, TimeSpan value, TimeSpan least, TimeSpan most)
        {
            if (value < least || value > most)
            {
                failures.Add($"{AuthorizeOptions.Section}:{setting} is {value}; it is between {least} and {most}.");
            }
        }
    }
}
