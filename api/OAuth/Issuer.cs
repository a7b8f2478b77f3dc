using System.Net;
using Microsoft.Extensions.Options;
using Platform.Api.Http;

namespace Platform.Api.OAuth;

/// <summary>The platform's name as an authorization server: <see cref="FrontOptions.PublicUrl"/> without a trailing slash, never what a request says.</summary>
internal sealed class Issuer(IOptions<FrontOptions> front)
{
    /// <summary>The <c>iss</c> of everything that is issued.</summary>
    public string Value { get; } = (string.IsNullOrEmpty(front.Value.PublicUrl) ? "http://localhost" : front.Value.PublicUrl).TrimEnd('/');

    /// <summary>Whether the platform is reached on this machine alone, as the demo is; then clients may be reached so, too.</summary>
    public bool IsLoopback => Uri.TryCreate(Value, UriKind.Absolute, out var url) && IsLoopbackHost(url);

    /// <summary>An absolute address of the platform.</summary>
    /// <param name="path">A path that begins with a slash.</param>
    public string At(string path) => Value + path;

    /// <summary>Whether an address is on the machine that it is used on (RFC 8252 §7.3; the name <c>localhost</c> included).</summary>
    public static bool IsLoopbackHost(Uri url) =>
        url.Host == "localhost" || (IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
