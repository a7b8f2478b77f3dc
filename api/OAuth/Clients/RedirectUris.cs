using Platform.Grains.OAuth;

namespace Platform.Api.OAuth.Clients;

/// <summary>Where a browser may be sent with a code or an error. Whatever goes wrong here is an open redirector or a stolen code (RFC 9700 §2.1).</summary>
internal static class RedirectUris
{
    /// <summary>The longest redirect URI taken, in characters.</summary>
    public const int MaxLength = 2000;

    /// <summary>Why a URI cannot be registered or used; null: it can.</summary>
    /// <param name="text">The URI.</param>
    /// <param name="native">Whether the client runs on people's devices (RFC 8252).</param>
    public static string? FindFault(string text, bool native)
    {
        // What a parser would tidy up (blanks, tabs, a backslash) is refused, so that the text compared is the text used.
        if (text.Length is 0 or > MaxLength || text.AsSpan().ContainsAnyExceptInRange('!', '~') || text.Contains('\\', StringComparison.Ordinal))
        {
            return "a redirect URI is 1 to 2000 printable ASCII characters";
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || text.StartsWith('/') || text.Contains('#', StringComparison.Ordinal))
        {
            return "a redirect URI is absolute and has no fragment";
        }

        if (uri.UserInfo.Length > 0)
        {
            return "a redirect URI has no user information";
        }

        if (uri.Scheme == Uri.UriSchemeHttps)
        {
            return null;
        }

        if (uri.Scheme == Uri.UriSchemeHttp)
        {
            return uri.IsLoopback && !IsNamedLoopback(text) ? null : "an http redirect URI leads to the loopback interface";
        }

        // RFC 8252 §7.1: a private-use scheme is a domain name turned around; javascript: and data: have no dot.
        return native && uri.Scheme.Contains('.', StringComparison.Ordinal) ? null : "a private-use scheme is for native clients and has a dot in it";
    }

    /// <summary>
    /// Whether a URI is one of the client's: character for character, but for the port of a loopback address, which a native client
    /// takes as it finds it (RFC 8252 §7.3).
    /// </summary>
    public static bool IsRegistered(ClientDefinition client, string text) =>
        FindFault(text, client.Native) is null
        && (client.RedirectUris.Contains(text) || client.RedirectUris.Any(registered => DifferInLoopbackPort(registered, text)));

    /// <summary>What <c>form-action</c> of a page has to name, so that a form whose answer redirects there works in browsers that check it.</summary>
    public static string PolicySource(string text)
    {
        var uri = new Uri(text);
        return uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp ? uri.GetLeftPart(UriPartial.Authority) : uri.Scheme + ":";
    }

    /// <summary>Where it leads, for a person to read.</summary>
    public static string Place(string text)
    {
        var uri = new Uri(text);
        return uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp ? uri.Authority : $"an app on this device ({uri.Scheme})";
    }

    /// <summary>The library takes the name <c>loopback</c> for <c>localhost</c>; a browser asks the network who that is.</summary>
    private static bool IsNamedLoopback(string text) => text.StartsWith("http://loopback", StringComparison.OrdinalIgnoreCase);

    private static bool DifferInLoopbackPort(string registered, string text) =>
        Uri.TryCreate(registered, UriKind.Absolute, out var known)
        && known.Scheme == Uri.UriSchemeHttp
        && known.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6
        && known.IsLoopback
        && WithoutPort(registered, known) is { } expected
        && Uri.TryCreate(text, UriKind.Absolute, out var given)
        && WithoutPort(text, given) is { } actual
        && string.Equals(expected, actual, StringComparison.Ordinal);

    /// <summary>The text with its port taken out, and nothing else of it changed.</summary>
    private static string? WithoutPort(string text, Uri uri)
    {
        const string Scheme = "http://";
        if (!text.StartsWith(Scheme, StringComparison.Ordinal) || !text.AsSpan(Scheme.Length).StartsWith(uri.Host, StringComparison.Ordinal))
        {
            return null;
        }

        var rest = text.AsSpan(Scheme.Length + uri.Host.Length);
        if (rest is [':', ..])
        {
            rest = rest[1..].TrimStart("0123456789");
        }

        return string.Concat(Scheme, uri.Host, rest);
    }
}
