using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Platform.Testing;

namespace Platform.Clients.Tests.Proxies;

/// <summary>A request that reaches a proxy byte for byte; <see cref="HttpClient"/> tidies targets up.</summary>
internal static class RawRequest
{
    public static Task<ProxyAnswer> SendAsync(ProtectingProxy proxy, string target, params string[] headers) => SendToHostAsync(proxy, proxy.Authority, target, headers);

    public static async Task<ProxyAnswer> SendToHostAsync(ProtectingProxy proxy, string host, string target, params string[] headers)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", proxy.Port);
        await using var stream = client.GetStream();
        string[] lines = [$"GET {target} HTTP/1.1", $"Host: {host}", "Connection: close", .. headers, "", ""];
        await stream.WriteAsync(Encoding.Latin1.GetBytes(string.Join("\r\n", lines)));
        using var answer = new MemoryStream();
        await stream.CopyToAsync(answer);
        var text = Encoding.UTF8.GetString(answer.ToArray());
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        Assert.True(end > 0, $"{proxy.Kind} answers {target} with '{text}'");
        var head = text[..end].Split("\r\n");
        return new ProxyAnswer(
            int.Parse(head[0].Split(' ')[1], CultureInfo.InvariantCulture),
            head.Skip(1).ToLookup(line => line[..line.IndexOf(':', StringComparison.Ordinal)], line => line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim(), StringComparer.OrdinalIgnoreCase),
            text[(end + 4)..]);
    }
}

/// <summary>What a proxy answered.</summary>
internal sealed record ProxyAnswer(int Status, ILookup<string, string> Headers, string Body)
{
    /// <summary>Whether the protected service answered.</summary>
    public bool IsOfService => Status == 200 && Body.Contains("\"target\"", StringComparison.Ordinal);

    /// <summary>What reached the service.</summary>
    public JsonElement Seen
    {
        get
        {
            Assert.True(IsOfService, $"{Status}: {Body}");

            // The body may come in chunks.
            using var document = JsonDocument.Parse(Body[Body.IndexOf('{', StringComparison.Ordinal)..(Body.LastIndexOf('}') + 1)]);
            return document.RootElement.Clone();
        }
    }

    /// <summary>A header as the service got it; null where it did not, or empty.</summary>
    public string? SeenHeader(string name) =>
        Seen.GetProperty("headers").TryGetProperty(name, out var value) && value.GetString() is { Length: > 0 } text ? text : null;
}
