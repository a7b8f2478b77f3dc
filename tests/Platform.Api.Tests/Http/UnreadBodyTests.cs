using System.Net;
using System.Net.Sockets;
using System.Text;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Http;

/// <summary>What was answered before its body was read leaves the connection in order.</summary>
[Collection(NodeCollection.Name)]
public class UnreadBodyTests(SharedNode shared)
{
    private readonly ApiNode _node = shared.Node;

    [Theory]
    [InlineData("/policies/none/explain", "bob", 413, false)]
    [InlineData("/policies/none/explain", "bob", 413, true)]
    [InlineData("/nothing", null, 404, false)]
    [InlineData("/nothing", null, 404, true)]
    [InlineData("/session", null, 405, true)]
    [InlineData("/runs", null, 401, false)]
    public async Task Next_request_on_the_connection_is_answered(string target, string? user, int status, bool chunked)
    {
        var connections = 0;
        using var client = new HttpClient(new SocketsHttpHandler
        {
            UseCookies = false,
            MaxConnectionsPerServer = 1,
            ConnectCallback = async (context, cancellation) =>
            {
                connections++;
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(context.DnsEndPoint, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        client.BaseAddress = _node.Address;
        if (user is not null)
        {
            client.DefaultRequestHeaders.Add("X-Session-Id", await _node.LogInAsync(user));
        }

        for (var i = 0; i < 3; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, target)
            {
                Content = new StringContent("{\"x\": \"" + new string('a', 200_000) + "\"}", Encoding.UTF8, "application/json"),
            };
            request.Headers.TransferEncodingChunked = chunked;
            using var refused = await client.SendAsync(request);
            Assert.Equal(status, (int)refused.StatusCode);

            using var next = await client.PostAsync("/nothing", new StringContent("small"));
            Assert.Equal(HttpStatusCode.NotFound, next.StatusCode);
        }

        Assert.Equal(1, connections);
    }
}
