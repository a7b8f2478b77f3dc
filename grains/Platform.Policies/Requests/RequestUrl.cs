using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Platform.Policies.Requests.Reading;
using Platform.Policies.Rules;

namespace Platform.Policies.Requests;

/// <summary>
/// The URL of a request as rules see it. There is one way to read a URL for all entry points, since what two readers read
/// differently is a way past the stricter one (CWE-22, CWE-436).
/// </summary>
public sealed class RequestUrl
{
    /// <summary>The longest path and query taken, in characters.</summary>
    public const int MaxLength = 8 * 1024;

    private string? _text;
    private RequestUrl? _cleaned;

    private RequestUrl(string scheme, string authority, UrlPath path)
    {
        Scheme = scheme;
        Authority = authority;
        Path = path.Text;
        Encoded = path.Encoded;
        OtherReadings = path.OtherReadings;
    }

    private RequestUrl(RequestUrl from, string path, string text)
    {
        Scheme = from.Scheme;
        Authority = from.Authority;
        Path = path;
        Encoded = from.Encoded;
        OtherReadings = from.OtherReadings.Add(from.Path);
        _text = text;
        _cleaned = this;
    }

    /// <summary><c>http</c> or <c>https</c>.</summary>
    public string Scheme { get; }

    /// <summary>The host in lower case, with its port where that is not the scheme's default.</summary>
    public string Authority { get; }

    /// <summary>
    /// The path: percent-decoded, without parameters, doubled slashes and a slash at the end. Encoded slashes and what was encoded twice
    /// stand in it as they came, and <see cref="Encoded"/> tells of them.
    /// </summary>
    public string Path { get; }

    /// <summary>What the path holds that only rules which take it may let through.</summary>
    public EncodingAllowance Encoded { get; }

    /// <summary>Scheme, authority and path in one text.</summary>
    public string Text => _text ??= $"{Scheme}://{Authority}{Path}";

    /// <summary>What servers might make of the path besides: decoded further, or with its parameters. Deny rules look at them too.</summary>
    internal ImmutableArray<string> OtherReadings { get; }

    /// <summary>Normalises a URL.</summary>
    /// <param name="scheme"><c>http</c> or <c>https</c>, in any letter case.</param>
    /// <param name="authority">Host, with or without a port; never user information.</param>
    /// <param name="rawTarget">Path and query as they were sent, in origin-form (RFC 9112 §3.2.1).</param>
    /// <param name="url">The URL.</param>
    /// <param name="fault">What is wrong, in words that hold nothing of the URL itself, which may be a secret.</param>
    /// <returns>False where it is refused: dot segments, malformed percent-encoding, control characters, backslashes, what is not UTF-8.</returns>
    public static bool TryNormalise(
        string scheme, string authority, string rawTarget, [NotNullWhen(true)] out RequestUrl? url, [NotNullWhen(false)] out string? fault)
    {
        url = null;
        if (!TryNormaliseScheme(scheme, out var protocol))
        {
            fault = "the scheme has to be http or https";
            return false;
        }

        if (!UrlAuthority.TryNormalise(authority, protocol, out var host))
        {
            fault = "the host is malformed";
            return false;
        }

        if (!UrlPathReader.TryRead(rawTarget, out var path, out fault))
        {
            return false;
        }

        url = new RequestUrl(protocol, host, path);
        return true;
    }

    /// <summary>Normalises an absolute URL in one text.</summary>
    public static bool TryNormalise(string absolute, [NotNullWhen(true)] out RequestUrl? url, [NotNullWhen(false)] out string? fault)
    {
        url = null;
        var schemeEnd = absolute.IndexOf("://", StringComparison.Ordinal);
        if (schemeEnd < 0)
        {
            fault = "the URL has to be absolute";
            return false;
        }

        var authority = absolute.AsSpan(schemeEnd + 3);
        var length = authority.IndexOfAny("/?#\\");
        var target = length < 0 ? "" : authority[length..].ToString();
        if (target is "" or ['?', ..])
        {
            target = "/" + target;
        }

        return TryNormalise(absolute[..schemeEnd], (length < 0 ? authority : authority[..length]).ToString(), target, out url, out fault);
    }

    /// <summary>The URL as services of this kind of cleaning see it; deny rules still see what it was before.</summary>
    public RequestUrl Clean(UrlCleaning cleaning)
    {
        if (cleaning == UrlCleaning.None)
        {
            return this;
        }

        if (_cleaned is null)
        {
            var path = OpenToxCleaning.Clean(Path);
            _cleaned = new RequestUrl(this, path, $"{Scheme}://{Authority}{(path == "/" ? "" : path)}");
        }

        return _cleaned;
    }

    /// <summary>The method that a request for this URL, cleaned, counts as.</summary>
    public string CleanMethod(string method, UrlCleaning cleaning) =>
        cleaning == UrlCleaning.OpenTox && method == "POST" && OpenToxCleaning.IsModel(Path) ? "GET" : method;

    /// <summary>Reads a path in a rule as <see cref="Path"/>, where characters that a URL has to encode may stand unencoded.</summary>
    internal static bool TryReadPattern(string pattern, [NotNullWhen(true)] out string? path, [NotNullWhen(false)] out string? fault)
    {
        path = UrlPathReader.TryRead(PercentEncoding.EncodeForeign(pattern), out var read, out fault) ? read.Text : null;
        return fault is null;
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static bool TryNormaliseScheme(string scheme, out string normalised)
    {
        normalised = string.Equals(scheme, "https", StringComparison.OrdinalIgnoreCase) ? "https" : "http";
        return string.Equals(scheme, normalised, StringComparison.OrdinalIgnoreCase);
    }
}
