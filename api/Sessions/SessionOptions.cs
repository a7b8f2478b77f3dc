using Microsoft.Extensions.Options;

namespace Platform.Api.Sessions;

/// <summary>How long sessions live, how many a user has, and how they may arrive.</summary>
internal sealed class SessionOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Sessions";

    /// <summary>What the sessions' state has room for, whatever the setting.</summary>
    public const int MaxAttributeBytes = 64 * 1024;

    /// <summary>A session that is not used for this long is over. Default: 30 min.</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>A session is over this long after its login, used or not. Default: 12 h.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(12);

    /// <summary>The sessions that a user may have at once; a login beyond it ends the oldest. Default: 20.</summary>
    public int Limit { get; set; } = 20;

    /// <summary>
    /// Whether <c>;jsessionid=</c> in a URL is taken as a session id, and written into links for browsers without cookies. Ids in
    /// URLs leak through history and copied links; off, such parameters are still taken off the path, and count for nothing. Default: on.
    /// </summary>
    public bool UrlIds { get; set; } = true;

    /// <summary>The realm of the login's BASIC challenge. Default: <c>Platform</c>.</summary>
    public string Realm { get; set; } = "Platform";

    /// <summary>The largest session attribute in bytes, up to 65,536. Default: 16,384.</summary>
    public int AttributeBytes { get; set; } = 16 * 1024;
}

/// <summary>Refuses session settings that contradict themselves.</summary>
internal sealed class SessionOptionsValidation : IValidateOptions<SessionOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, SessionOptions options)
    {
        var failures = new List<string>();
        if (options.IdleTimeout < TimeSpan.FromSeconds(1))
        {
            failures.Add($"{SessionOptions.Section}:IdleTimeout is {options.IdleTimeout}; it has to be one second or longer.");
        }

        if (options.Lifetime < options.IdleTimeout)
        {
            failures.Add($"{SessionOptions.Section}:Lifetime is {options.Lifetime}; it has to be at least IdleTimeout ({options.IdleTimeout}).");
        }

        if (options.Limit < 1)
        {
            failures.Add($"{SessionOptions.Section}:Limit is {options.Limit}; it has to be 1 or more.");
        }

        if (options.AttributeBytes is < 1 or > SessionOptions.MaxAttributeBytes)
        {
            failures.Add($"{SessionOptions.Section}:AttributeBytes is {options.AttributeBytes}; it has to be between 1 and {SessionOptions.MaxAttributeBytes}.");
        }

        if (options.Realm.Length == 0 || options.Realm.Any(c => c is < ' ' or > '~' or '"' or '\\'))
        {
            failures.Add($"{SessionOptions.Section}:Realm has to be printable ASCII without quotes and backslashes.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
