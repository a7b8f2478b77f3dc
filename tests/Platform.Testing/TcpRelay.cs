using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Platform.Testing;

/// <summary>Passes connections on to a server on loopback until it is cut: then it drops them and takes none.</summary>
public sealed class TcpRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<TcpClient, TcpClient> _pairs = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly int _target;
    private Task _accepting = Task.CompletedTask;
    private volatile bool _cut;

    private TcpRelay(int target) => _target = target;

    /// <summary>Where it listens, on loopback.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Starts a relay to a port on loopback.</summary>
    public static TcpRelay Start(int target)
    {
        var relay = new TcpRelay(target);
        relay._listener.Start();
        relay._accepting = relay.AcceptAsync();
        return relay;
    }

    /// <summary>Drops what is connected and whatever connects.</summary>
    public void Cut()
    {
        _cut = true;
        DropAll();
    }

    /// <summary>Passes connections on again.</summary>
    public void Mend() => _cut = false;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        DropAll();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _ = PassAsync(client);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task PassAsync(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient())
        {
            try
            {
                if (_cut)
                {
                    return;
                }

                await server.ConnectAsync(IPAddress.Loopback, _target);
                _pairs[client] = server;
                if (_cut)
                {
                    return;
                }

                await Task.WhenAny(client.GetStream().CopyToAsync(server.GetStream()), server.GetStream().CopyToAsync(client.GetStream()));
            }
            catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
            {
                // One side is gone, or the relay was cut: both connections end here.
            }
            finally
            {
                _pairs.TryRemove(client, out _);
            }
        }
    }

    private void DropAll()
    {
        foreach (var (client, server) in _pairs)
        {
            client.Dispose();
            server.Dispose();
        }
    }
}
