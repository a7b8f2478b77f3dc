using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Tracing;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Http;

/// <summary>Plants secrets wherever a request can carry them, and looks for them in all that is written (invariant 6).</summary>
public class RedactionTests
{
    private const string Planted = "D15EA5EDC0FFEE00D15EA5EDC0FFEE00";
    private const string InPath = "BADC0DEBADC0DEBADC0DEBADC0DEBADC";
    private const string Password = "planted-password-4711";

    [Fact]
    public async Task No_secret_is_logged_or_traced()
    {
        using var traces = new CapturedTraces();
        using var events = new CapturedEvents();
        await using var node = await ApiNode.StartAsync();
        var id = await node.LogInAsync("alice");
        foreach (var secret in new[] { id, Planted })
        {
            foreach (var target in new[]
            {
                $"/session;jsessionid={secret}", $"/SESSION;JSESSIONID={secret}", $"/session;jsessionid={secret}?jsessionid={secret}&password={Password}",
                $"/session%3Bjsessionid={secret}", $"/session%3bJSESSIONID={secret}", $"/nothing/{InPath}", $"/a%zz;jsessionid={secret}", $"/..;jsessionid={secret}",
                $"http://{node.Address.Authority}/session;jsessionid={secret}", $"/LoginScope;jsessionid={secret}?scope=/x", $"/session?scope={secret}",
                $"/;jsessionid={secret}", $"/login;jsessionid={secret}?return=/{secret}", $"/session;jsessionid={secret} nonsense", $"/session/attributes/{InPath};jsessionid={secret}",
                $"/sessions/{InPath}", $"/scopes/{InPath}", $"/Login?username=alice&password={Password}", "/" + new string('a', 9000) + $";jsessionid={secret}",
                "/" + new string('a', 20000) + $";jsessionid={secret}",
            })
            {
                await RawHttp.GetAsync(node.Address, target, $"Cookie: JSESSIONID={secret}", $"X-Session-Id: {secret}", "Authorization: Bearer " + secret);
                await RawHttp.GetAsync(node.Address, target, "Accept: text/html");
                await RawHttp.SendAsync(node.Address, "POST", target, $"username=alice&password={Password}", "Content-Type: application/x-www-form-urlencoded", "Accept: text/html", "Sec-Fetch-Site: same-origin");
            }

            await RawHttp.GetAsync(node.Address, "/session", $"X-Session-Id: {secret}");
            await RawHttp.GetAsync(node.Address, "/Login", "Authorization: " + Calls.Basic("alice", Password), $"Bad header {secret}: x");
            await RawHttp.GetAsync(node.Address, "/Login", "Authorization: " + Calls.Basic("alice", Password));
            await RawHttp.SendAsync(node.Address, InPath, "/session", "");
            await RawHttp.SendAsync(node.Address, "POST", "/Login", $"username=alice&password={Password}", "Content-Type: application/x-www-form-urlencoded");
        }

        using var redirect = await node.PostAsync(
            "/login", new() { ["username"] = "alice", ["password"] = TestData.Password("alice") }, "Accept: " + Calls.Browser, "Sec-Fetch-Site: same-origin");
        var second = redirect.Headers.Location!.OriginalString.Split('=')[1];

        // Hosting's events have method and path; what somebody puts there instead of where ids belong is in them, and nowhere else.
        var written = node.Logs.Lines.Concat(traces.Lines).ToList();
        Assert.Empty(written.Where(line => line.Contains(InPath, StringComparison.OrdinalIgnoreCase)).Take(3));
        written.AddRange(events.Lines);
        Assert.Contains(node.Logs.Lines, line => line.Contains("AccessLog: GET /session 200", StringComparison.Ordinal));
        Assert.NotEmpty(traces.Lines);
        Assert.Contains(events.Lines, line => line.Contains("/session", StringComparison.Ordinal));
        foreach (var secret in new[] { id, second, Planted, Password, TestData.Password("alice"), Calls.Basic("alice", Password) })
        {
            Assert.Empty(written.Where(line => line.Contains(secret, StringComparison.OrdinalIgnoreCase)).Take(3));
        }
    }

    /// <summary>What a client names must neither begin a line of its own nor steer the terminal that shows it (CWE-117).</summary>
    [Fact]
    public async Task No_control_character_of_a_request_is_logged()
    {
        await using var node = await ApiNode.StartAsync();
        const string typed = "%C2%9B31m%C2%85%E2%80%A8%E2%80%AE";
        await RawHttp.GetAsync(node.Address, "/nothing/" + typed);
        await RawHttp.SendAsync(node.Address, "POST", "/Login", $"username=nobody{typed}&password=x", "Content-Type: application/x-www-form-urlencoded");

        Assert.Contains(node.Logs.Lines, line => line.Contains("AccessLog: GET /nothing/", StringComparison.Ordinal));
        Assert.Contains(node.Logs.Lines, line => line.Contains("nobody", StringComparison.Ordinal));
        Assert.Empty(node.Logs.Lines.Where(line => line.AsSpan().ContainsAny("\u009B\u0085\u2028\u202E")).Take(3));
    }

    private sealed class CapturedTraces : IDisposable
    {
        private readonly ConcurrentQueue<string> _lines = new();
        private readonly ActivityListener _listener;

        public CapturedTraces()
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = _ => true,
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStarted = Take,
                ActivityStopped = Take,
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public IReadOnlyCollection<string> Lines => _lines;

        public void Dispose() => _listener.Dispose();

        private void Take(Activity activity) => _lines.Enqueue(
            $"{activity.Source.Name} {activity.DisplayName} {activity.StatusDescription} {string.Join(", ", activity.TagObjects.Select(tag => $"{tag.Key}={tag.Value}"))}");
    }

    /// <summary>The event sources that <c>dotnet-trace</c> would read.</summary>
    private sealed class CapturedEvents : EventListener
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public IReadOnlyCollection<string> Lines => _lines;

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            // Kestrel's own source is raised on the raw target; reading it takes the rights to read the process's memory.
            if (eventSource.Name == "Microsoft.AspNetCore.Hosting")
            {
                EnableEvents(eventSource, EventLevel.Verbose, EventKeywords.All);
            }
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData) =>
            _lines?.Enqueue($"{eventData.EventName} {string.Join(", ", eventData.Payload ?? new([]))}");
    }
}
