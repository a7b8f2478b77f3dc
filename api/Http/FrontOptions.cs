using System.Net;
using Microsoft.Extensions.Options;

namespace Platform.Api.Http;

/// <summary>What the platform is called from outside. Bound to the root of the configuration.</summary>
internal sealed class FrontOptions
{
    /// <summary>
    /// The origin that clients use, for instance <c>https://login.example.org</c>: every absolute link, and whether cookies are
    /// secure, come from here, never from the <c>Host</c> header. Required, except where the environment is <c>Development</c>.
    /// </summary>
    public string? PublicUrl { get; set; }

    /// <summary>
    /// The proxies, as addresses or <c>network/bits</c>, whose <c>X-Forwarded-For</c> names the client's address. Default: none.
    /// </summary>
    public IList<string> KnownProxies { get; } = [];

    /// <summary>Whether clients use https, so that cookies are secure.</summary>
    public bool IsSecure => PublicUrl?.StartsWith("https://", StringComparison.OrdinalIgnoreCase) ?? false;
}

/// <summary>Refuses a front that would have to believe its clients about its own address.</summary>
internal sealed class FrontOptionsValidation(IHostEnvironment environment) : IValidateOptions<FrontOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, FrontOptions options)
    {
        var failures = new List<string>();
        if (string.IsNullOrEmpty(options.PublicUrl))
        {
            if (!environment.IsDevelopment())
            {
                failures.Add("PublicUrl is not set; it has to be the origin that clients use, for instance https://login.example.org.");
            }
        }
        else if (!Uri.TryCreate(options.PublicUrl, UriKind.Absolute, out var url)
            || (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp)
            || url.UserInfo.Length > 0
            || url.PathAndQuery != "/"
            || url.Fragment.Length > 0)
        {
            failures.Add("PublicUrl has to be an http or https URL without user information, path, query and fragment.");
        }

        foreach (var proxy in options.KnownProxies)
        {
            if (!IPAddress.TryParse(proxy, out _) && !IPNetwork.TryParse(proxy, out _))
            {
                failures.Add($"KnownProxies holds '{proxy}', which is neither an address nor a network such as 10.0.0.0/8.");
            }
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
