using System.Net;
using System.Net.Sockets;

namespace Platform.Testing;

/// <summary>Ports on loopback that nobody listens on.</summary>
public static class FreePort
{
    /// <summary>One such port. The system hands out others for a while, so that two tests that ask get two.</summary>
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
