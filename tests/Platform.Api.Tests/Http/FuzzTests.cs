using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Platform.Api.Tests.Support;
using Platform.Api.Users;

namespace Platform.Api.Tests.Http;

/// <summary>A fixed number of seeded inputs to the parsers of targets, BASIC and forms: never a 500, never an invented session.</summary>
public class FuzzTests
{
    private const int Count = 1500;
    private const string Invented = "0123456789ABCDEF0123456789ABCDEF";

    [Fact]
    public async Task Targets()
    {
        await using var node = await StartAsync();
        string[] parts =
        [
            "/", "/session", "/Login", "/scopes", ";", "jsessionid=", ";jsessionid=" + Invented, "jsessionid", "=", "%3B", "%3b", "%2e", ".", "..", "%2F", "%5c", "\\", "%00", "%", "%z",
            "%C3", "%BC", "%c0%ae", "?", "#", "&", "username=alice", "attributes", "//", "http://", "@", ":", "a", "\u00fc", "\t", "~", "+", "*", Invented, "JSESSIONID=", "%0d%0a", "\u007f",
        ];
        await RunAsync(1, parts, async (text, headers) => await RawHttp.GetAsync(node.Address, (text.StartsWith('/') ? "" : "/") + text, headers));
    }

    [Fact]
    public async Task Basic()
    {
        await using var node = await StartAsync();
        string[] parts =
        [
            "Basic", "basic ", " ", "YWxpY2U6c2VjcmV0", "YTpi", "=", "==", ":", "//8=", "AAAA", "gICA", "\t", ",", "Bearer", "ü", "YQA6Yg", "realm=\"x\"", "é", "\"", new string('A', 3000), "4pyTOuKckw==",
        ];
        await RunAsync(2, parts, async (text, headers) => await RawHttp.GetAsync(node.Address, "/Login", [.. headers, "Authorization: " + text]));
    }

    [Fact]
    public async Task Forms()
    {
        await using var node = await StartAsync();
        string[] parts =
        [
            "username", "password", "=", "&", "alice", "secret", "%", "%zz", "%00", "%ff", "%C3%BC", "+", "return=//evil", "antiforgery=x", ";", "\u00fc", "\0", "\r\n", "%26", "%3D", "scope=/a",
            new string('b', 5000), "username=alice", "password=secret", "?", "[]", "\u007f",
        ];
        string[] types = ["application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-8", "text/plain", "", "/", "application/x-www-form-urlencoded;;"];
        string[] accepts = ["*/*", Calls.Browser, "application/json", ";;q=,", "text/html;q=1.00001"];
        var random = new Random(4);
        await RunAsync(3, parts, async (text, headers) => await RawHttp.SendAsync(
            node.Address, "POST", random.Next(2) == 0 ? "/Login" : "/LoginScope", text,
            [.. headers, "Content-Type: " + types[random.Next(types.Length)], "Accept: " + accepts[random.Next(accepts.Length)], "Sec-Fetch-Site: same-origin"]));
    }

    private static async Task RunAsync(int seed, string[] parts, Func<string, string[], Task<RawAnswer>> send)
    {
        var random = new Random(seed);
        var statuses = new Dictionary<int, int>();
        for (var number = 0; number < Count; number++)
        {
            var text = new StringBuilder();
            for (var left = random.Next(1, 8); left > 0; left--)
            {
                text.Append(parts[random.Next(parts.Length)]);
                if (random.Next(6) == 0)
                {
                    text.Append((char)random.Next(1, 256));
                }
            }

            // A line feed would end the line that the input stands in, and begin another request.
            var input = text.Replace('\n', 'n').Replace('\r', 'r').ToString();
            string[] headers = random.Next(3) == 0 ? ["Cookie: JSESSIONID=" + Invented, "X-Session-Id: " + Invented] : [];
            var answer = await send(input, headers);
            statuses[answer.Status] = statuses.GetValueOrDefault(answer.Status) + 1;
            Assert.True(answer.Status < 500, string.Create(CultureInfo.InvariantCulture, $"seed {seed}, input {number}: {answer.Status} to {Uri.EscapeDataString(input)}"));
            Assert.DoesNotContain(Invented, answer.Body, StringComparison.OrdinalIgnoreCase);
            Assert.False(answer.Headers["Set-Cookie"].Any(cookie => cookie.Contains("JSESSIONID", StringComparison.Ordinal)), "a session cookie came of nothing");
            Assert.DoesNotContain("\"user\":\"", answer.Body, StringComparison.Ordinal);
        }

        Assert.True(statuses.Count > 1, "all inputs were answered alike, so the test reaches nothing");
    }

    private static Task<ApiNode> StartAsync() => ApiNode.StartAsync(adjust: services => services.AddSingleton<ILogin, RefusingLogin>(), filled: false);

    private sealed class RefusingLogin : ILogin
    {
        public Task<LoginResult> LoginAsync(LoginAttempt attempt, CancellationToken cancellationToken) => Task.FromResult<LoginResult>(new LoginResult.Refused());

        public Task<LoginResult> VerifyAsync(LoginAttempt attempt, CancellationToken cancellationToken) => LoginAsync(attempt, cancellationToken);
    }
}
