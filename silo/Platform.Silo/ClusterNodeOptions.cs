using System.Net;
using Microsoft.Extensions.Options;

namespace Platform.Silo;

/// <summary>What a node is in its cluster.</summary>
public enum NodeRole
{
    /// <summary>It hosts grains itself.</summary>
    Silo,

    /// <summary>It calls grains that a tier of silos hosts.</summary>
    Client,
}

/// <summary>How a node takes part in a cluster. The embedded engine's nodes know each other by their database alone.</summary>
public sealed class ClusterNodeOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Cluster";

    /// <summary>Whether the node hosts grains or is a client of a tier that does. Default: <see cref="NodeRole.Silo"/>.</summary>
    public NodeRole Role { get; set; } = NodeRole.Silo;

    /// <summary>The name that the silos of one cluster find each other by. Default: <c>platform</c>.</summary>
    public string ClusterId { get; set; } = "platform";

    /// <summary>The name that reminders are kept under; never changed once there are some. Default: <c>platform</c>.</summary>
    public string ServiceId { get; set; } = "platform";

    /// <summary>The TCP port for other silos. Default: 11111.</summary>
    public int SiloPort { get; set; } = 11111;

    /// <summary>The TCP port for clients of the silo; 0: none. Default: 30000.</summary>
    public int GatewayPort { get; set; } = 30000;

    /// <summary>The IP address that others reach this node at. Default: the machine's first.</summary>
    public string? AdvertisedAddress { get; set; }
}

/// <summary>Checks <see cref="ClusterNodeOptions"/> at start and names all failures at once.</summary>
internal sealed class ClusterNodeOptionsValidator : IValidateOptions<ClusterNodeOptions>
{
    public ValidateOptionsResult Validate(string? name, ClusterNodeOptions options)
    {
        var failures = new List<string>();
        Check(Enum.IsDefined(options.Role), "Cluster:Role is Silo or Client.");
        Check(!string.IsNullOrWhiteSpace(options.ClusterId), "Cluster:ClusterId is empty.");
        Check(!string.IsNullOrWhiteSpace(options.ServiceId), "Cluster:ServiceId is empty.");
        Check(options.SiloPort is > 0 and <= IPEndPoint.MaxPort, "Cluster:SiloPort is between 1 and 65535.");
        Check(options.GatewayPort is >= 0 and <= IPEndPoint.MaxPort, "Cluster:GatewayPort is between 0 (none) and 65535.");
        Check(options.SiloPort != options.GatewayPort, "Cluster:SiloPort and Cluster:GatewayPort are the same.");
        Check(
            options.AdvertisedAddress is null || (IPAddress.TryParse(options.AdvertisedAddress, out var address) && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any)),
            "Cluster:AdvertisedAddress is an IP address that other nodes reach this one at.");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void Check(bool holds, string failure)
        {
            if (!holds)
            {
                failures.Add(failure);
            }
        }
    }
}
