using System.Threading.Channels;
using Platform.Api.Runs.Containers;
using Platform.Grains.Runs;
using Platform.Storage;

namespace Platform.Api.Runs.Machine;

/// <summary>
/// Carries what a container writes over into the log that every node shows, a few times a second, until the container has ended. Begun again, it goes
/// on where the log ends.
/// </summary>
internal sealed class RunLogWriter(IContainerRuntime runtime, RunLogs logs, TimeProvider time)
{
    private const int BatchLines = 500;
    private static readonly TimeSpan BatchTakes = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>Follows a container to its end.</summary>
    public async Task FollowAsync(RunId run, string container, CancellationToken cancellationToken)
    {
        while (!await TryFollowAsync(run, container, cancellationToken))
        {
            await Task.Delay(RetryAfter, time, cancellationToken);
        }
    }

    /// <returns>False where the engine gave no output, or it or the database went away meanwhile.</returns>
    private async Task<bool> TryFollowAsync(RunId run, string container, CancellationToken cancellationToken)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var lines = Channel.CreateBounded<RunLogLine>(BatchLines * 4);
        try
        {
            var place = await logs.FindPlaceAsync(run, cancellationToken);
            var reading = ReadAsync(container, place, lines.Writer, ends.Token);
            try
            {
                await WriteAsync(run, lines.Reader, ends.Token);
            }
            finally
            {
                await ends.CancelAsync();
                await reading;
            }

            return true;
        }
        catch (Exception failure) when (failure is ContainerEngineUnavailableException or ContainerEngineException or StorageUnavailableException)
        {
            return false;
        }
    }

    private async Task ReadAsync(string container, RunLogPlace place, ChannelWriter<RunLogLine> lines, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        try
        {
            var number = place.Number;
            var output = new Resumed(place.Output);
            var error = new Resumed(place.Error);
            var first = Math.Min(place.Output.At, place.Error.At);
            await foreach (var piece in runtime.FollowAsync(container, DateTimeOffset.UnixEpoch.AddTicks(first / TimeSpan.NanosecondsPerTick), cancellationToken))
            {
                foreach (var (at, text) in (piece.IsError ? error : output).Take(piece))
                {
                    await lines.WriteAsync(new RunLogLine(++number, at, piece.IsError, text), cancellationToken);
                }
            }

            foreach (var (stream, isError) in new[] { (output, false), (error, true) })
            {
                foreach (var (at, text) in stream.Finish())
                {
                    await lines.WriteAsync(new RunLogLine(++number, at, isError, text), cancellationToken);
                }
            }
        }
        catch (ContainerEngineException gone) when (gone.Status == StatusCodes.Status404NotFound)
        {
            // The container was removed; what it wrote until then is there.
        }
        catch (Exception thrown)
        {
            // Whoever writes the lines gets it, after the last of them.
            failure = thrown;
        }

        lines.TryComplete(failure);
    }

    private async Task WriteAsync(RunId run, ChannelReader<RunLogLine> lines, CancellationToken cancellationToken)
    {
        var batch = new List<RunLogLine>();
        while (await lines.WaitToReadAsync(cancellationToken))
        {
            while (batch.Count < BatchLines && lines.TryRead(out var line))
            {
                batch.Add(line);
            }

            await logs.AppendAsync(run, batch, cancellationToken);
            batch.Clear();
            await Task.Delay(BatchTakes, time, cancellationToken);
        }
    }

    /// <summary>A stream that is read again from a little before its end: what is in the log already is left out.</summary>
    private sealed class Resumed(RunStreamPlace place)
    {
        private readonly LogLines _lines = new();
        private int _left = place.Count;

        public IEnumerable<(long At, string Text)> Take(ContainerOutput piece) => _lines.Take(piece).Where(IsNew);

        public IEnumerable<(long At, string Text)> Finish() => _lines.Finish().Where(IsNew);

        private bool IsNew((long At, string Text) line)
        {
            if (line.At < place.At)
            {
                return false;
            }

            return line.At > place.At || _left-- <= 0;
        }
    }
}
