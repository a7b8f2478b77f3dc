using System.Globalization;
using System.Net;

namespace Platform.Policies.Decisions.Index;

/// <summary>Networks in rules: <c>address/bits</c>, or one address.</summary>
internal static class Network
{
    /// <summary>Reads a network; bits of the address beyond its prefix do not matter.</summary>
    public static bool TryParse(string text, out IPNetwork network)
    {
        network = default;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var written = slash < 0 ? text : text[..slash];
        if (!IPAddress.TryParse(written, out var address) || !written.AsSpan().ContainsAny('.', ':') || written.Contains('%', StringComparison.Ordinal))
        {
            return false;
        }

        var bits = address.GetAddressBytes().Length * 8;
        var prefix = bits;
        if (slash >= 0 && (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out prefix) || prefix > bits))
        {
            return false;
        }

        var first = address.GetAddressBytes();
        for (var bit = prefix; bit < bits; bit++)
        {
            first[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        network = new IPNetwork(new IPAddress(first), prefix);
        return true;
    }
}
