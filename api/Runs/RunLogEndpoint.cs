using System.Globalization;
using System.Text.Json;
using Microsoft.Net.Http.Headers;
using Platform.Api.Administration.Http;
using Platform.Api.Http;
using Platform.Api.Http.Access;
using Platform.Api.Http.Wire;
using Platform.Api.Runs.Pages;
using Platform.Grains.Cluster;
using Platform.Grains.Runs;

namespace Platform.Api.Runs;

/// <summary>
/// The log of a run: as text, or as server-sent events (HTML Living Standard §9.2) while it comes. A stream ends by itself after a while and the
/// client comes back with the number of the last line: so nobody follows for longer than that whose right was taken away.
/// </summary>
internal sealed class RunLogEndpoint(
    RunViews views, RunLogs logs, IRunQueue queue, IPlatformGrains grains, IHostApplicationLifetime lifetime, TimeProvider time)
{
    private const string EventStream = "text/event-stream";
    private const int Chunk = 500;
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ReminderInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StreamTakes = TimeSpan.FromSeconds(30);

    /// <summary>Answers with the log.</summary>
    public async Task GetAsync(HttpContext context)
    {
        var (query, refusal) = RequestParameters.ReadQuery(context.Request);
        var given = context.Request.Headers.TryGetValue("Last-Event-ID", out var last) ? last.ToString() : query.Find("after");
        var after = 0L;
        if (refusal is null && !string.IsNullOrEmpty(given) && !long.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out after))
        {
            refusal = new Problem(HttpErrors.MalformedRequest, "It is the number of a line.", last.Count > 0 ? "header Last-Event-ID" : "query parameter after");
        }

        if (refusal is not null)
        {
            await Problems.WriteAsync(context, refusal);
        }
        else if (await views.FindAsync(context.GetPrincipal(), context.Request.RouteValues["id"] as string ?? "") is not var (run, sight))
        {
            await Problems.WriteAsync(context, RunErrors.NoSuchRun);
        }
        else if (sight != RunSight.Everything)
        {
            await Problems.WriteAsync(context, RunErrors.NotItsOwner);
        }
        else if (TakesEvents(context.Request))
        {
            await FollowAsync(context, run.Id, after);
        }
        else
        {
            await WriteAsync(context, run.Id, after);
        }
    }

    private static bool TakesEvents(HttpRequest request) =>
        MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted) && accepted.Any(type => type.MediaType.Equals(EventStream, StringComparison.OrdinalIgnoreCase));

    private async Task WriteAsync(HttpContext context, RunId run, long after)
    {
        // What comes while it is read is for the next request, which is looked at anew.
        var last = (await logs.FindPlaceAsync(run, context.RequestAborted)).Number;
        Begin(context.Response, "text/plain; charset=utf-8");
        await foreach (var line in ReadAsync(run, after, context.RequestAborted))
        {
            if (line.Number > last)
            {
                return;
            }

            await context.Response.WriteAsync(line.Text + "\n", context.RequestAborted);
        }
    }

    private async Task FollowAsync(HttpContext context, RunId run, long after)
    {
        Begin(context.Response, EventStream);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        var until = time.GetUtcNow() + StreamTakes;
        try
        {
            await context.Response.WriteAsync("retry: 1000\n\n", ends.Token);
            string? said = null;
            var remindAt = time.GetUtcNow() + ReminderInterval;
            while (time.GetUtcNow() < until)
            {
                // What was written before the end is noted down before it.
                var present = await grains.Run(run).FindAsync();
                var isOver = present is null or { Phase: RunPhase.Ended };
                if (present is not null && await StateOfAsync(present, ends.Token) is var state && state != said)
                {
                    said = state;
                    await context.Response.WriteAsync($"event: state\ndata: {state}\n\n", ends.Token);
                }

                await foreach (var line in ReadAsync(run, after, ends.Token))
                {
                    after = line.Number;
                    await context.Response.WriteAsync($"id: {after.ToString(CultureInfo.InvariantCulture)}\ndata: {LineOf(line)}\n\n", ends.Token);
                    if (time.GetUtcNow() >= until)
                    {
                        // However much there is still to read: whether the client still may is looked at when it comes back.
                        return;
                    }
                }

                if (isOver)
                {
                    await context.Response.WriteAsync("event: end\ndata: {}\n\n", ends.Token);
                    return;
                }

                if (time.GetUtcNow() >= remindAt)
                {
                    // Proxies give up a connection on which nothing comes.
                    remindAt = time.GetUtcNow() + ReminderInterval;
                    await context.Response.WriteAsync(":\n\n", ends.Token);
                }

                await context.Response.Body.FlushAsync(ends.Token);

                await Task.Delay(LookInterval, time, ends.Token);
            }
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            // The client went away, or the node stops; it comes back where it was.
        }
    }

    private static void Begin(HttpResponse response, string contentType)
    {
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = contentType;

        // nginx would hold back what is meant to come at once.
        response.Headers["X-Accel-Buffering"] = "no";
        response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox; frame-ancestors 'none'";
    }

    private async IAsyncEnumerable<RunLogLine> ReadAsync(
        RunId run, long after, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var lines = await logs.ReadAsync(run, after, Chunk, cancellationToken);
            foreach (var line in lines)
            {
                yield return line;
            }

            if (lines.Count < Chunk)
            {
                yield break;
            }

            after = lines[^1].Number;
        }
    }

    private static string LineOf(RunLogLine line) => JsonSerializer.Serialize(
        new RunLogEvent(
            DateTimeOffset.UnixEpoch.AddTicks(line.At / TimeSpan.NanosecondsPerTick), line.IsError ? "stderr" : "stdout", line.Text), AdministrationJson.Options);

    private async Task<string> StateOfAsync(RunSnapshot run, CancellationToken cancellationToken)
    {
        var positions = await queue.FindPositionsAsync([run], cancellationToken);
        var words = RunWords.State(run, RunViews.PositionOf(run, positions));
        return JsonSerializer.Serialize(new RunStateEvent(RunWireStates.Of(run), words, run.Progress?.Percent, run.Progress?.Message), AdministrationJson.Options);
    }
}

/// <summary>A line of a log, as an event.</summary>
/// <param name="At">When the engine read it.</param>
/// <param name="Stream"><c>stdout</c> or <c>stderr</c>.</param>
/// <param name="Text">The line.</param>
internal sealed record RunLogEvent(DateTimeOffset At, string Stream, string Text);

/// <summary>Where a run is, as an event: at the beginning of a stream, and when it changes.</summary>
/// <param name="State">Where it is.</param>
/// <param name="Words">The same, in words.</param>
/// <param name="Percent">How far it is; null: it does not say.</param>
/// <param name="Message">What it says; null: nothing.</param>
internal sealed record RunStateEvent(RunWireState State, string Words, int? Percent, string? Message);
