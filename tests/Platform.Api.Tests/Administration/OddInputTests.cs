using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Administration;

/// <summary>Whatever an administrator's client sends, to any endpoint of administration, it is told what is wrong with it.</summary>
public sealed partial class OddInputTests
{
    private static readonly string[] Values = ["x", "%F0%9F%98%80", "a~b", "local:%ED%A0%80", "client:x", "%20", "~", "..%2F", "99999999999999999999", "%27%22%3C", "local:%01", "%EF%BF%BF"];

    private static readonly byte[][] Bodies =
    [
        [],
        "null"u8.ToArray(),
        "[]"u8.ToArray(),
        "{}"u8.ToArray(),
        "{\"\\ud800\": 1}"u8.ToArray(),
        "{\"a\\ud800\": 1, \"a\\ud800\": 2}"u8.ToArray(),
        [(byte)'{', (byte)'"', 0xff, (byte)'"', (byte)':', (byte)'1', (byte)'}'],
        [(byte)'{', (byte)'"', (byte)'n', (byte)'a', (byte)'m', (byte)'e', (byte)'"', (byte)':', (byte)'"', 0xff, (byte)'"', (byte)'}'],
        Encoding.UTF8.GetBytes(new string('[', 5000)),
        "{\"roles\": [null], \"user\": \"\\u0000\", \"path\": \"/a\"}"u8.ToArray(),
    ];

    private static readonly string[] Members =
    [
        "userName", "displayName", "mail", "password", "path", "user", "roles", "until", "description", "visibility", "admission", "anonymous", "startsAt", "endsAt", "manager", "designer",
        "message", "reason", "text", "graceDays", "renewEveryDays", "to", "name", "redirectUris", "note", "memberUntil", "secret", "version", "scope", "owners", "kind", "required",
    ];

    private static readonly string[] Odd =
    [
        "\"\\u0000\"", "\"\\ud800\"", "\"\\uffff\"", "null", "1e400", "-1", "99999999999", "[]", "{}", "[null]", "[[]]", "true", "\"9999-12-31T23:59:59.9999999-14:00\"", "\"0001-01-01T00:00:00+14:00\"",
        "\"2030-01-01\"", "\"\"", "[\"\\u0000\"]", "[\"\\ud800\"]",
    ];

    [Fact]
    public async Task Nothing_is_an_error_of_the_server()
    {
        await using var node = await ApiNode.StartAsync(new Dictionary<string, string?> { ["Sessions:Limit"] = "1000" });
        var failed = new List<string>();
        var random = new Random(5);
        var endpoints = node.Services.GetRequiredService<IEnumerable<EndpointDataSource>>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText is { } path && (path.StartsWith("/admin/api", StringComparison.Ordinal) || path.StartsWith("/account/api", StringComparison.Ordinal) || path.StartsWith("/scim", StringComparison.Ordinal)))
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(method => (Method: method, Path: endpoint.RoutePattern.RawText!)))
            .Distinct().Order().ToList();
        Assert.True(endpoints.Count > 100, $"{endpoints.Count}");
        string? session = null;
        foreach (var (method, pattern) in endpoints)
        {
            // What ends sessions ended this one.
            session ??= await node.LogInAsync("admin");
            var isRead = method is "GET" or "HEAD";
            var type = pattern.StartsWith("/scim", StringComparison.Ordinal) ? "application/scim+json" : "application/json";
            var bodies = isRead ? [[]] : Bodies.Concat(Enumerable.Range(0, 5).Select(_ => Encoding.UTF8.GetBytes(
                "{" + string.Join(',', random.GetItems(Members, 4).Distinct().Select(member => $"\"{member}\": {Odd[random.Next(Odd.Length)]}")) + "}"))).ToArray();
            foreach (var body in bodies)
            {
                session = await SendAsync(session ?? await node.LogInAsync("admin"), method, Fill(pattern, random), type, body);
            }

            foreach (var query in isRead ? ["limit=-1", "cursor=%00", "cursor=WyJ1c2VycyIsbnVsbCxudWxsXQ", "text=%ED%A0%80", "text=%00", "scope=%00", "user=%00", "user=local:%00", "role=%00", "from=9999-99-99", "filter=a", "filter=userName+eq+%22%00%22", "startIndex=-9223372036854775808&count=2147483647", "startIndex=2147483647", "text=%", "actor=%00", "address=%00", "client=%00", "kind=99"] : Array.Empty<string>())
            {
                session = await SendAsync(session ?? await node.LogInAsync("admin"), method, Fill(pattern, random) + "?" + query, type, []);
            }
        }

        Assert.True(failed.Count == 0, string.Join('\n', failed.Distinct().Take(40)) + "\n" + string.Join('\n', node.Logs.Lines.Where(line => line.Contains("Exception", StringComparison.Ordinal)).Take(10)));

        async Task<string?> SendAsync(string session, string method, string path, string type, byte[] body)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            request.Headers.Add("X-Session-Id", session);
            if (body.Length > 0)
            {
                request.Content = new ByteArrayContent(body);
                request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
            }

            using var response = await node.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            if (response.StatusCode >= HttpStatusCode.InternalServerError)
            {
                failed.Add($"{(int)response.StatusCode} {method} {path} {Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 150)))}");
            }

            return response.StatusCode == HttpStatusCode.Unauthorized ? null : session;
        }
    }

    private static string Fill(string pattern, Random random) => Parameter().Replace(pattern, _ => random.Next(3) switch
    {
        0 => "alice",
        1 => "d4science.research-infrastructures.eu",
        _ => Values[random.Next(Values.Length)],
    });

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();
}
