using System.Net.Sockets;
using System.Text;
using Platform.Api.Runs.Containers;
using Platform.Testing;

namespace Platform.Api.Tests.Runs;

/// <summary>What an engine is asked that dies over it.</summary>
public sealed class EngineCallTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>A container that ran before the engine died would run twice.</summary>
    [Fact]
    public async Task Start_IsSentOnce_WhereTheEngineDiesOverIt()
    {
        var path = _folder.File("socket");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        var starts = 0;
        var serving = ServeAsync();
        using var connection = new EngineConnection(path);
        var engine = new DockerEngine(connection);
        Assert.Equal("Docker 1", await engine.DescribeAsync(CancellationToken.None));
        var failure = await Assert.ThrowsAsync<ContainerEngineUnavailableException>(() => engine.StartAsync("a", CancellationToken.None));
        Assert.False(failure.IsUnreached);
        Assert.Equal(1, Volatile.Read(ref starts));
        listener.Dispose();
        await serving;

        // Each connection answers the question for the version, and is closed over anything else.
        async Task ServeAsync()
        {
            try
            {
                while (true)
                {
                    using var stream = new NetworkStream(await listener.AcceptAsync(), ownsSocket: true);
                    while (await ReadHeadAsync(stream) is { Length: > 0 } head)
                    {
                        if (head.StartsWith("POST", StringComparison.Ordinal))
                        {
                            Interlocked.Increment(ref starts);
                            break;
                        }

                        await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{\"Version\":\"1\"}"u8.ToArray());
                    }
                }
            }
            catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        }
    }

    private static async Task<string> ReadHeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one) == 1)
        {
            head.Append((char)one[0]);
        }

        return head.ToString();
    }
}
