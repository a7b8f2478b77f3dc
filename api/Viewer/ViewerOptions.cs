using Microsoft.Extensions.Options;
using Platform.Grains.OAuth;

namespace Platform.Api.Viewer;

/// <summary>The page where people browse documents.</summary>
internal sealed class ViewerOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Viewer";

    /// <summary>The OAuth client that the page acts as; it has to be marked as trusted. Without such a client there is no page. Default: <c>viewer</c>.</summary>
    public string Client { get; set; } = "viewer";

    /// <summary>Where the page calls <c>/resources</c>, as an origin. Default: where this node listens, else <c>PublicUrl</c>.</summary>
    public string? ApiUrl { get; set; }
}

/// <summary>Refuses settings that lead nowhere.</summary>
internal sealed class ViewerOptionsValidation : IValidateOptions<ViewerOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, ViewerOptions options)
    {
        var failures = new List<string>();
        if (!ClientId.TryParse(options.Client, out _))
        {
            failures.Add($"{ViewerOptions.Section}:Client has to be a client's id, 1 to {ClientId.MaxLength} printable ASCII characters without blanks.");
        }

        if (options.ApiUrl is { Length: > 0 } url
            && !(Uri.TryCreate(url, UriKind.Absolute, out var api) && (api.Scheme == Uri.UriSchemeHttp || api.Scheme == Uri.UriSchemeHttps) && api.PathAndQuery == "/" && api.UserInfo.Length == 0))
        {
            failures.Add($"{ViewerOptions.Section}:ApiUrl has to be an http or https URL without user information, path, query and fragment.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
