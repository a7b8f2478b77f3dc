using Microsoft.Extensions.Options;
using Platform.Policies.Requests;

namespace Platform.Policies.AspNetCore;

/// <summary>Where the platform is, and which service this is.</summary>
public sealed class PlatformPolicyOptions
{
    /// <summary>Where the platform answers, such as <c>https://platform.example.org</c>. This service's address has to be one of its <c>KnownProxies</c>. Required.</summary>
    public Uri? Platform { get; set; }

    /// <summary>
    /// Where this service is reached, scheme and host, as its policy set names it: <c>https://data.example.org</c>. The <c>Host</c> of requests is not
    /// believed: it would let a caller choose by whose policies they are judged. Required.
    /// </summary>
    public Uri? PublicUrl { get; set; }

    /// <summary>How long an answer is waited for before a request is refused; 5 seconds.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);
}

/// <summary>Says at the start what is wrong with the options, all of it at once.</summary>
internal sealed class PlatformPolicyOptionsValidation : IValidateOptions<PlatformPolicyOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, PlatformPolicyOptions options)
    {
        var faults = new List<string>();
        if (!IsOrigin(options.Platform))
        {
            faults.Add("Platform has to be the platform's address: scheme and host, nothing behind them.");
        }

        if (!IsOrigin(options.PublicUrl))
        {
            faults.Add("PublicUrl has to be this service's address: scheme and host, nothing behind them.");
        }

        if (options.Timeout <= TimeSpan.Zero || options.Timeout > TimeSpan.FromMinutes(1))
        {
            faults.Add("Timeout has to be more than nothing, and at most a minute.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static bool IsOrigin(Uri? address) =>
        address is { IsAbsoluteUri: true, PathAndQuery: "/", Fragment: "" } && RequestUrl.TryNormalise(address.OriginalString, out _, out _);
}
