using System.Net;
using System.Text.Json;
using Platform.Api.Tests.OAuth.Tokens;
using Platform.Api.Tests.Support;
using Platform.Grains.Runs;

namespace Platform.Api.Tests.Runs;

/// <summary>What runs write, as text and as it comes.</summary>
[Collection(RunCollection.Name)]
public sealed class RunLogTests(RunNode given)
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Log_IsText_AsItWasWritten()
    {
        var (run, _) = await given.RunningAsync(RunNode.Dora);
        var session = await given.EnterAsync(RunNode.Dora);
        Assert.Equal("", await given.GetAsync($"/runs/{run.Id}/logs", session).TextAsync());
        await given.LogAsync(run.Id, (1, "one"), (2, ""), (3, "<script>alert(1)</script> é 😀"));
        using var answer = await given.GetAsync($"/runs/{run.Id}/logs", session);
        Assert.Equal("text/plain", answer.Content.Headers.ContentType!.MediaType);
        Assert.Contains("sandbox", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal("one\n\n<script>alert(1)</script> é 😀\n", await answer.Content.ReadAsStringAsync());
        Assert.Equal("<script>alert(1)</script> é 😀\n", await given.GetAsync($"/runs/{run.Id}/logs?after=2", session).TextAsync());
        Assert.Equal("", await given.GetAsync($"/runs/{run.Id}/logs?after=9223372036854775807", session).TextAsync());
    }

    [Fact]
    public async Task Log_OfManyLines_IsWhole()
    {
        var (run, _) = await given.RunningAsync(RunNode.Dora);
        var lines = Enumerable.Range(1, 1100).Select(number => ((long)number, $"line {number}")).ToArray();
        await given.LogAsync(run.Id, lines);
        Assert.Equal(
            string.Concat(lines.Select(line => line.Item2 + "\n")),
            await given.GetAsync($"/runs/{run.Id}/logs", await given.EnterAsync(RunNode.Dora)).TextAsync());
    }

    [Theory]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("1,2")]
    [InlineData("9223372036854775808")]
    public async Task Log_FromAPlaceThatIsNone_Is400(string place)
    {
        var id = await given.StartIdAsync(RunNode.Dora);
        var session = await given.EnterAsync(RunNode.Dora);
        Assert.Equal(("malformed-request", "query parameter after"), await given.GetAsync($"/runs/{id}/logs?after={place}", session).ProblemAsync(HttpStatusCode.BadRequest));
        Assert.Equal(
            ("malformed-request", "header Last-Event-ID"),
            await given.GetAsync($"/runs/{id}/logs", session, "Accept: text/event-stream", "Last-Event-ID: " + place).ProblemAsync(HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task Stream_BringsLinesInOrder_AndTheStates_AndEndsWithTheRun()
    {
        var id = await given.StartIdAsync(RunNode.Dora);
        using var deadline = new CancellationTokenSource(s_deadline);
        using var stream = await OpenAsync(id, deadline.Token);
        Assert.Equal("text/event-stream", stream.Response.Content.Headers.ContentType!.MediaType);
        var queued = (await stream.NextAsync("state")).Data;
        Assert.Equal("queued", queued.Text("state"));
        Assert.StartsWith("waits, ", queued.Text("words"), StringComparison.Ordinal);

        await given.BeginAsync(id);
        Assert.Equal("running", (await stream.NextAsync("state")).Data.Text("state"));
        await given.LogAsync(id, (1, "one"), (2, "two: \"<&>\" é"));
        var first = await stream.NextAsync("message");
        Assert.Equal(("1", "one", "stdout"), (first.Id, first.Data.Text("text"), first.Data.Text("stream")));
        Assert.Equal("2023-11-14T22:13:20Z", first.Data.Text("at")[..19] + "Z");
        var second = await stream.NextAsync("message");
        Assert.Equal(("2", "two: \"<&>\" é"), (second.Id, second.Data.Text("text")));

        Assert.Equal(RunReport.Noted, await given.Run(id).ReportAsync(70, "nearly"));
        var report = await stream.NextAsync("state");
        Assert.Equal((70, "nearly"), (report.Data.GetProperty("percent").GetInt32(), report.Data.Text("message")));
        await given.LogAsync(id, (3, "last"));
        await given.EndAsync(id);
        var rest = await stream.RestAsync();
        Assert.Equal(["3"], rest.Where(e => e.Name == "message").Select(e => e.Id));
        Assert.Equal("succeeded", rest.Last(e => e.Name == "state").Data.Text("state"));
        Assert.Equal("end", rest[^1].Name);
    }

    [Fact]
    public async Task Stream_GoesOnAfterTheLastEvent()
    {
        var (run, _) = await given.RunningAsync(RunNode.Dora);
        await given.LogAsync(run.Id, (1, "one"), (2, "two"), (3, "three"));
        await given.EndAsync(run.Id);
        using var deadline = new CancellationTokenSource(s_deadline);
        foreach (var (place, expected) in new[] { ("", "1 2 3"), ("0", "1 2 3"), ("2", "3"), ("3", "") })
        {
            using var stream = await OpenAsync(run.Id, deadline.Token, "Last-Event-ID: " + place);
            Assert.Equal(expected, string.Join(' ', (await stream.RestAsync()).Where(e => e.Name == "message").Select(e => e.Id)));
        }
    }

    [Fact]
    public async Task Stream_EndsAfterAWhile_SoThatTheClientIsLookedAtAgain()
    {
        var (run, _) = await given.RunningAsync(RunNode.Dora);
        using var deadline = new CancellationTokenSource(s_deadline);
        using var stream = await OpenAsync(run.Id, deadline.Token);
        await stream.NextAsync("state");
        given.Node.Time.Advance(TimeSpan.FromSeconds(31));
        Assert.DoesNotContain(await stream.RestAsync(), e => e.Name == "end");
        Assert.Null((await given.Run(run.Id).FindAsync())!.Ending);
    }

    [Fact]
    public async Task Stream_IsForWhoSeesAll()
    {
        var id = await given.StartIdAsync(RunNode.Dora);
        Assert.Equal("not-the-runs-owner", await given.GetAsync($"/runs/{id}/logs", await given.EnterAsync(RunNode.Mia), "Accept: text/event-stream, application/json").CodeAsync(HttpStatusCode.Forbidden));
        Assert.Equal("no-such-run", await given.GetAsync($"/runs/{id}/logs", await given.EnterAsync("carol", null), "Accept: text/event-stream, application/json").CodeAsync(HttpStatusCode.NotFound));
    }

    private async Task<EventReader> OpenAsync(RunId id, CancellationToken cancellationToken, string? header = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/runs/{id}/logs");
        foreach (var line in (string?[])["Accept: text/event-stream", RunNode.Header(await given.EnterAsync(RunNode.Dora)), header])
        {
            if (line is not null)
            {
                var colon = line.IndexOf(':', StringComparison.Ordinal);
                Assert.True(request.Headers.TryAddWithoutValidation(line[..colon], line[(colon + 1)..].Trim()));
            }
        }

        var answer = await given.Node.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return new EventReader(answer, new StreamReader(await answer.Content.ReadAsStreamAsync(cancellationToken)), cancellationToken);
    }

    private sealed record Event(string Name, string? Id, JsonElement Data);

    /// <summary>Reads server-sent events (HTML Living Standard §9.2.6).</summary>
    private sealed class EventReader(HttpResponseMessage response, StreamReader reader, CancellationToken cancellationToken) : IDisposable
    {
        public HttpResponseMessage Response => response;

        /// <summary>The next event of a name; others are passed over, and none of the name is missed.</summary>
        public async Task<Event> NextAsync(string name)
        {
            while (true)
            {
                var read = await ReadAsync();
                Assert.True(read is not null, $"The stream ended before '{name}'.");
                if (read.Name == name)
                {
                    return read;
                }
            }
        }

        public async Task<List<Event>> RestAsync()
        {
            var events = new List<Event>();
            while (await ReadAsync() is { } read)
            {
                events.Add(read);
            }

            return events;
        }

        public void Dispose()
        {
            reader.Dispose();
            response.Dispose();
        }

        private async Task<Event?> ReadAsync()
        {
            string name = "message", data = "";
            string? id = null;
            while (await reader.ReadLineAsync(cancellationToken) is { } line)
            {
                if (line.StartsWith("event: ", StringComparison.Ordinal))
                {
                    name = line[7..];
                }
                else if (line.StartsWith("id: ", StringComparison.Ordinal))
                {
                    id = line[4..];
                }
                else if (line.StartsWith("data: ", StringComparison.Ordinal))
                {
                    data += line[6..];
                }
                else if (line.Length == 0 && data.Length > 0)
                {
                    using var document = JsonDocument.Parse(data);
                    return new Event(name, id, document.RootElement.Clone());
                }
            }

            return null;
        }
    }
}
