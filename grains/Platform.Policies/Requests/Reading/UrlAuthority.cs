using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Platform.Policies.Requests.Reading;

/// <summary>Reads hosts (RFC 3986 §3.2): lower case, without a default port, without the dot that ends a fully qualified name.</summary>
internal static class UrlAuthority
{
    private const int MaxLength = 300;

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-._");

    /// <summary>Normalises host and port.</summary>
    /// <param name="authority">As it came. User information is refused, since <c>http://good@evil/</c> is read as either.</param>
    /// <param name="scheme">Whose default port is dropped; null: none is.</param>
    /// <param name="normalised">Host, with its port where that is not the default.</param>
    public static bool TryNormalise(string authority, string? scheme, out string normalised)
    {
        normalised = "";
        if (authority.Length is 0 or > MaxLength)
        {
            return false;
        }

        var hostEnd = authority[0] == '[' ? authority.IndexOf(']', StringComparison.Ordinal) + 1 : authority.IndexOf(':', StringComparison.Ordinal);
        if (hostEnd == 0)
        {
            return false;
        }

        var host = hostEnd < 0 ? authority : authority[..hostEnd];
        var port = hostEnd < 0 ? "" : authority[hostEnd..];
        if (!TryNormaliseHost(host, out host) || !TryNormalisePort(port, scheme, out port))
        {
            return false;
        }

        normalised = host + port;
        return true;
    }

    private static bool TryNormaliseHost(string host, out string normalised)
    {
        normalised = host;
        if (host[0] == '[')
        {
            if (!IPAddress.TryParse(host.AsSpan(1, host.Length - 2), out var address)
                || address.AddressFamily != AddressFamily.InterNetworkV6
                || host.Contains('%', StringComparison.Ordinal))
            {
                return false;
            }

            normalised = $"[{address}]";
            return true;
        }

        normalised = host.ToLowerInvariant();
        if (normalised.EndsWith('.'))
        {
            normalised = normalised[..^1];
        }

        return normalised.Length > 0
            && !normalised.AsSpan().ContainsAnyExcept(NameCharacters)
            && normalised[0] != '.'
            && !normalised.EndsWith('.')
            && !normalised.Contains("..", StringComparison.Ordinal);
    }

    private static bool TryNormalisePort(string port, string? scheme, out string normalised)
    {
        normalised = "";
        if (port is "" or ":")
        {
            return true;
        }

        if (port[0] != ':' || !ushort.TryParse(port.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0)
        {
            return false;
        }

        var isDefault = (scheme, number) is ("http", 80) or ("https", 443);
        normalised = isDefault ? "" : string.Create(CultureInfo.InvariantCulture, $":{number}");
        return true;
    }
}
