using Dapper;
using Microsoft.Extensions.Options;
using Platform.Storage;

namespace Platform.Grains.Runs;

/// <summary>A line that a run wrote.</summary>
/// <param name="Number">Its place in the log, from 1; lines that are no longer kept leave a gap at the beginning.</param>
/// <param name="At">When the engine read it, in nanoseconds since 1970 (UTC).</param>
/// <param name="IsError">Whether it came on standard error.</param>
/// <param name="Text">The line without its end.</param>
public sealed record RunLogLine(long Number, long At, bool IsError, string Text);

/// <summary>Where a log ends: what is needed to go on with it after the engine's log is read from its beginning again.</summary>
/// <param name="Number">The number of the last line; 0: there is none.</param>
/// <param name="Output">Where standard output ends.</param>
/// <param name="Error">Where standard error ends.</param>
public sealed record RunLogPlace(long Number, RunStreamPlace Output, RunStreamPlace Error);

/// <summary>Where one stream of a log ends. Engines read several lines at one instant.</summary>
/// <param name="At">When the engine read the last line, in nanoseconds since 1970 (UTC); 0: there is none. Where none of its lines is kept: since when all are.</param>
/// <param name="Count">How many of the last lines were read at that instant.</param>
public sealed record RunStreamPlace(long At, int Count)
{
    /// <summary>Before the first line.</summary>
    public static RunStreamPlace Start { get; } = new(0, 0);
}

/// <summary>
/// What runs wrote, line by line, in a table of its own: every node can show it, while it comes and after the container is gone. Of each run the
/// newest <see cref="RunOptions.LogBytes"/> are kept. The rows go with the run's.
/// </summary>
public sealed class RunLogs(IDatabase database, IOptions<RunOptions> options)
{
    /// <summary>What a line takes beyond its text, roughly.</summary>
    private const int Overhead = 32;

    /// <summary>How much of each log is kept, in bytes.</summary>
    public int KeptBytes => options.Value.LogBytes;

    /// <summary>Adds lines behind those that there are; the oldest leave where it is too much. One machine alone writes the log of a run.</summary>
    /// <param name="run">Whose.</param>
    /// <param name="lines">The lines, in the order of their numbers, which are above the last one's.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task AppendAsync(RunId run, IReadOnlyCollection<RunLogLine> lines, CancellationToken cancellationToken) => await database.WriteAsync(
        async (connection, transaction, token) =>
        {
            var total = await connection.ExecuteScalarAsync<long?>(new CommandDefinition(
                "SELECT max(total) FROM run_log WHERE run = @run", new { run = run.GrainKey }, transaction, cancellationToken: token)) ?? 0;
            var rows = lines.Select(line => new
            {
                run = run.GrainKey,
                number = line.Number,
                at = line.At,
                error = line.IsError ? 1L : 0L,
                text = line.Text,
                total = total += System.Text.Encoding.UTF8.GetByteCount(line.Text) + Overhead,
            }).ToList();

            // A run that was deleted meanwhile has no log any more, and must not get one that nobody deletes.
            await connection.ExecuteAsync(new CommandDefinition(
                """
                INSERT INTO run_log (run, number, at, error, text, total)
                SELECT @run, @number, @at, @error, @text, @total WHERE EXISTS (SELECT 1 FROM run_index WHERE key = @run)
                ON CONFLICT (run, number) DO NOTHING
                """,
                rows,
                transaction,
                cancellationToken: token));
            return await connection.ExecuteAsync(new CommandDefinition(
                "DELETE FROM run_log WHERE run = @run AND total <= @until", new { run = run.GrainKey, until = total - options.Value.LogBytes }, transaction, cancellationToken: token));
        },
        cancellationToken);

    /// <summary>The lines behind a number, in order.</summary>
    /// <param name="run">Whose.</param>
    /// <param name="after">The number of the last line known; 0: none.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<IReadOnlyList<RunLogLine>> ReadAsync(RunId run, long after, int limit, CancellationToken cancellationToken) => await database.ReadAsync(
        async (connection, token) =>
        {
            var rows = await connection.QueryAsync<(long Number, long At, long Error, string Text)>(new CommandDefinition(
                "SELECT number, at, error, text FROM run_log WHERE run = @run AND number > @after ORDER BY number LIMIT @limit",
                new { run = run.GrainKey, after, limit },
                cancellationToken: token));
            return (IReadOnlyList<RunLogLine>)[.. rows.Select(row => new RunLogLine(row.Number, row.At, row.Error != 0, row.Text))];
        },
        cancellationToken);

    /// <summary>The newest lines, in order.</summary>
    public async Task<IReadOnlyList<RunLogLine>> ReadLastAsync(RunId run, int limit, CancellationToken cancellationToken)
    {
        var place = await FindPlaceAsync(run, cancellationToken);
        return await ReadAsync(run, Math.Max(0, place.Number - limit), limit, cancellationToken);
    }

    /// <summary>Where the log ends.</summary>
    public async Task<RunLogPlace> FindPlaceAsync(RunId run, CancellationToken cancellationToken) => await database.ReadAsync(
        async (connection, token) =>
        {
            var (number, first, oldest) = await connection.QuerySingleAsync<(long Number, long First, long Oldest)>(new CommandDefinition(
                "SELECT coalesce(max(number), 0), coalesce(min(number), 0), coalesce(min(at), 0) FROM run_log WHERE run = @run",
                new { run = run.GrainKey },
                cancellationToken: token));
            var ends = (await connection.QueryAsync<(long Error, long At, long Count)>(new CommandDefinition(
                """
                SELECT l.error, l.at, count(*) FROM run_log l
                WHERE l.run = @run AND l.at = (SELECT max(s.at) FROM run_log s WHERE s.run = l.run AND s.error = l.error)
                GROUP BY l.error, l.at
                """,
                new { run = run.GrainKey },
                cancellationToken: token))).AsList();

            // A stream of which nothing is kept is not at its start where the log's start is gone: what it wrote before the rest was there once.
            var otherwise = first > 1 ? new RunStreamPlace(oldest, 0) : RunStreamPlace.Start;
            return new RunLogPlace(number, End(0), End(1));

            RunStreamPlace End(long error) =>
                ends.Where(end => end.Error == error).Select(end => new RunStreamPlace(end.At, (int)end.Count)).FirstOrDefault(otherwise);
        },
        cancellationToken);
}
