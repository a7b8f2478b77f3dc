using Platform.Api.Runs.Containers;
using Platform.Grains.Runs;
using Platform.Storage;

namespace Platform.Api.Runs.Machine;

/// <summary>
/// Carries what a container writes over into the log that every node shows, a few times a second, until the container has ended. Begun again, it goes
/// on where the log ends. However much is written, no more goes to the database than the log keeps.
/// </summary>
internal sealed partial class RunLogWriter(IContainerRuntime runtime, RunLogs logs, TimeProvider time, ILogger<RunLogWriter> logger)
{
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

    /// <returns>Whether the container has ended, and all that it wrote is in the log; otherwise to be called again.</returns>
    private async Task<bool> TryFollowAsync(RunId run, string container, CancellationToken cancellationToken)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            var newest = new NewestLines(logs.KeptBytes);
            var reading = ReadAsync(container, await logs.FindPlaceAsync(run, cancellationToken), newest, ends.Token);
            try
            {
                for (var isRead = false; !isRead;)
                {
                    await Task.WhenAny(reading, Task.Delay(BatchTakes, time, ends.Token));
                    isRead = reading.IsCompleted;
                    if (newest.TakeAll() is { Count: > 0 } lines)
                    {
                        await logs.AppendAsync(run, lines, ends.Token);
                    }
                }
            }
            finally
            {
                await ends.CancelAsync();
            }

            await reading;

            // An engine that is started anew ends streams as if the container had ended.
            return await runtime.InspectAsync(container, cancellationToken) is not { State: ContainerState.Running };
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            if (failure is not (ContainerEngineUnavailableException or StorageUnavailableException))
            {
                LogFailed(failure, run);
            }

            return false;
        }
    }

    private async Task ReadAsync(string container, RunLogPlace place, NewestLines newest, CancellationToken cancellationToken)
    {
        var number = place.Number;
        var output = new Resumed(place.Output);
        var error = new Resumed(place.Error);
        var first = Math.Min(place.Output.At, place.Error.At);
        try
        {
            await foreach (var piece in runtime.FollowAsync(container, DateTimeOffset.UnixEpoch.AddTicks(first / TimeSpan.NanosecondsPerTick), cancellationToken))
            {
                Add((piece.IsError ? error : output).Take(piece), piece.IsError);
            }
        }
        catch (ContainerEngineException gone) when (gone.Status == StatusCodes.Status404NotFound)
        {
            // The container was removed; what it wrote until then is there.
        }

        Add(output.Finish(), false);
        Add(error.Finish(), true);

        void Add(IEnumerable<(long At, string Text)> lines, bool isError)
        {
            foreach (var (at, text) in lines)
            {
                newest.Add(new RunLogLine(++number, at, isError, text));
            }
        }
    }

    /// <summary>Lines that are not in the log yet; the oldest leave where they would leave the log in the same moment.</summary>
    private sealed class NewestLines(int mostBytes)
    {
        /// <summary>Each is an insert.</summary>
        private const int MostLines = 5000;

        private readonly Lock _lock = new();
        private Queue<RunLogLine> _lines = new();
        private long _bytes;

        public void Add(RunLogLine line)
        {
            lock (_lock)
            {
                _lines.Enqueue(line);
                _bytes += line.Text.Length;
                while (_lines.Count > 1 && (_bytes > mostBytes || _lines.Count > MostLines))
                {
                    _bytes -= _lines.Dequeue().Text.Length;
                }
            }
        }

        public IReadOnlyCollection<RunLogLine> TakeAll()
        {
            lock (_lock)
            {
                var taken = _lines;
                (_lines, _bytes) = (new(), 0);
                return taken;
            }
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
