using System.Net;
using Microsoft.Extensions.Options;
using Platform.Api.Http;

namespace Platform.Api.Policies.ForwardAuth;

/// <summary>The proxies whose word counts (<see cref="FrontOptions.KnownProxies"/>).</summary>
internal sealed class KnownProxies(IOptions<FrontOptions> front)
{
    private readonly HashSet<IPAddress> _addresses =
        [.. front.Value.KnownProxies.Where(proxy => IPAddress.TryParse(proxy, out _)).Select(IPAddress.Parse)];

    private readonly IPNetwork[] _networks =
        [.. front.Value.KnownProxies.Where(proxy => !IPAddress.TryParse(proxy, out _)).Select(proxy => IPNetwork.Parse(proxy))];

    /// <summary>Whether a connection from this address is one of them.</summary>
    public bool Contains(IPAddress? peer)
    {
        if (peer is null)
        {
            return false;
        }

        var address = peer.IsIPv4MappedToIPv6 ? peer.MapToIPv4() : peer;
        return _addresses.Contains(address) || Array.Exists(_networks, network => network.Contains(address));
    }
}
