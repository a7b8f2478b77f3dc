using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Platform.Grains.Users;

/// <summary>The keys of the throttle's counters: hashes, so that no typed name and no address is at rest in clear.</summary>
public static class ThrottleKeys
{
    internal static string Account(string account) => Hash("account", account);

    internal static string Address(IPAddress address) => Hash("address", GroupOf(address));

    internal static string Pair(string account, IPAddress address) => Hash("pair", $"{GroupOf(address)}\n{account}");

    /// <summary>
    /// What counts as one address: an IPv4 address, also where it is mapped into IPv6, or an IPv6 /64, which is what one customer
    /// of a provider has at least.
    /// </summary>
    public static string GroupOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address.ToString();
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return $"{new IPAddress(bytes)}/64";
    }

    private static string Hash(string kind, string value) =>
        $"{kind}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(value)))}";
}
