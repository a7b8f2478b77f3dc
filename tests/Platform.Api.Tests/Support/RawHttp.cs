using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Platform.Api.Tests.Support;

/// <summary>An answer to a request that was sent byte for byte.</summary>
internal sealed record RawAnswer(int Status, ILookup<string, string> Headers, string Body)
{
    public string? Header(string name) => Headers[name].FirstOrDefault();
}

/// <summary>Sends requests as they are; <see cref="HttpClient"/> tidies targets up.</summary>
internal static class RawHttp
{
    public static Task<RawAnswer> GetAsync(Uri node, string target, params string[] headers) => SendAsync(node, "GET", target, "", headers);

    public static Task<RawAnswer> SendAsync(Uri node, string method, string target, string body, params string[] headers) =>
        SendToHostAsync(node, node.Authority, method, target, body, headers);

    public static async Task<RawAnswer> SendToHostAsync(Uri node, string host, string method, string target, string body, params string[] headers)
    {
        var request = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"{method} {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
        foreach (var header in headers)
        {
            request.Append(header).Append("\r\n");
        }

        if (body.Length > 0)
        {
            request.Append(CultureInfo.InvariantCulture, $"Content-Length: {Encoding.Latin1.GetByteCount(body)}\r\n");
        }

        request.Append("\r\n").Append(body);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, node.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request.ToString()));
        using var answer = new MemoryStream();
        await stream.CopyToAsync(answer);
        return Parse(Encoding.UTF8.GetString(answer.ToArray()));
    }

    private static RawAnswer Parse(string text)
    {
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        Assert.True(end > 0, $"No answer, but '{text}'.");
        var lines = text[..end].Split("\r\n");
        var headers = lines.Skip(1).ToLookup(line => line[..line.IndexOf(':')], line => line[(line.IndexOf(':') + 1)..].Trim(), StringComparer.OrdinalIgnoreCase);
        return new RawAnswer(int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture), headers, text[(end + 4)..]);
    }
}
