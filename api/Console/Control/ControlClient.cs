using System.Net.Sockets;
using System.Text.Json;

namespace Platform.Api.Console.Control;

/// <summary>Hands a command to the server that has the store open.</summary>
internal static class ControlClient
{
    /// <summary>Runs the command there and writes here what it writes. Returns its exit code.</summary>
    internal static async Task<int> RunAsync(string socketPath, ConsoleRequest request, IConsoleOutput output, CancellationToken cancellationToken)
    {
        using var client = new HttpClient(new SocketsHttpHandler { ConnectCallback = (_, token) => ConnectAsync(socketPath, token) });
        client.Timeout = Timeout.InfiniteTimeSpan;
        try
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, new Uri("http://control" + ControlFrame.Path))
            {
                Content = JsonContent.Create(request, options: JsonSerializerOptions.Web),
            };
            using var response = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            response.EnsureSuccessStatusCode();
            if (await CopyAsync(response, output, cancellationToken) is { } exit)
            {
                return exit;
            }
        }
        catch (HttpRequestException e) when (e.InnerException is SocketException)
        {
            await output.WriteErrorLineAsync("The server that has the store open does not take commands just now; nothing was done. Try again.");
            return ExitCode.Failed;
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            // Falls through to what is said where the answer has no end.
        }

        await output.WriteErrorLineAsync("The server went away before it answered. Whether the command took effect is not known; it can be repeated.");
        return ExitCode.Failed;
    }

    private static async Task<int?> CopyAsync(HttpResponseMessage response, IConsoleOutput output, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            var frame = JsonSerializer.Deserialize<ControlFrame>(line, JsonSerializerOptions.Web)!;
            if (frame.Out is { } text)
            {
                await output.WriteAsync(text);
            }

            if (frame.Error is { } error)
            {
                await output.WriteErrorAsync(error);
            }

            if (frame.Exit is { } exit)
            {
                return exit;
            }
        }

        return null;
    }

    private static async ValueTask<Stream> ConnectAsync(string socketPath, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
