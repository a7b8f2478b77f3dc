using Dapper;
using Platform.Grains.Resources;
using Platform.Storage;

namespace Platform.Grains.Runs;

/// <summary>A document that a run stored.</summary>
/// <param name="Key">Which.</param>
/// <param name="At">When it did last (UTC).</param>
public sealed record RunWriting(ResourceKey Key, DateTimeOffset At);

/// <summary>What runs stored: a trigger notes it in the transaction that stores the document. Of each run the first 1,000 are noted.</summary>
public sealed class RunWritings(IDatabase database)
{
    /// <summary>The documents that a run stored, by scope and path.</summary>
    public async Task<IReadOnlyList<RunWriting>> ListAsync(RunId run, CancellationToken cancellationToken) => await database.ReadAsync<IReadOnlyList<RunWriting>>(
        async (connection, token) =>
        {
            var rows = await connection.QueryAsync<(string Resource, long At)>(new CommandDefinition(
                "SELECT resource, written_at FROM run_writing WHERE run = @run ORDER BY resource", new { run = run.Value }, cancellationToken: token));
            return [.. rows.Select(row => new RunWriting(ResourceKey.Parse(row.Resource), DateTimeOffset.FromUnixTimeMilliseconds(row.At)))];
        },
        cancellationToken);
}
