using Dapper;
using Platform.Grains.Cluster;
using Platform.Storage;

namespace Platform.Grains.Administration.Idempotency;

/// <inheritdoc cref="IIdempotencyKeys"/>
/// <remarks>A table of its own and no grain: a row is made, answered once and read now and then, and the database decides who made it.</remarks>
internal sealed class IdempotencyTable(IDatabase database, TimeProvider time) : IIdempotencyKeys, IExpiredRows
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(24);

    public async Task<IdempotencyClaim> ClaimAsync(string key, string content, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var parameters = new { key, content, now = now.ToUnixTimeMilliseconds(), endsAt = (now + KeptFor).ToUnixTimeMilliseconds() };
        return await database.WriteAsync(
            async (connection, transaction, token) =>
            {
                var taken = await connection.ExecuteAsync(new CommandDefinition(
                    """
                    INSERT INTO idempotency (key, content, ends_at) VALUES (@key, @content, @endsAt)
                    ON CONFLICT (key) DO UPDATE SET content = excluded.content, answer = null, ends_at = excluded.ends_at
                    WHERE idempotency.ends_at <= @now
                    """,
                    parameters,
                    transaction,
                    cancellationToken: token));
                if (taken == 1)
                {
                    return new IdempotencyClaim(IdempotencyState.Taken, null);
                }

                var row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
                    "SELECT content, answer FROM idempotency WHERE key = @key", parameters, transaction, cancellationToken: token));
                return row is { } there && there.Content != content ? new IdempotencyClaim(IdempotencyState.Reused, null)
                    : row?.Answer is { } answer ? new IdempotencyClaim(IdempotencyState.Answered, answer)
                    : new IdempotencyClaim(IdempotencyState.UnderWay, null);
            },
            cancellationToken);
    }

    public async Task KeepAsync(string key, byte[] answer, CancellationToken cancellationToken) =>
        await WriteAsync("UPDATE idempotency SET answer = @answer WHERE key = @key", new { key, answer }, cancellationToken);

    public async Task ReleaseAsync(string key, CancellationToken cancellationToken) =>
        await WriteAsync("DELETE FROM idempotency WHERE key = @key AND answer IS NULL", new { key }, cancellationToken);

    public async Task<int> PurgeAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        await WriteAsync("DELETE FROM idempotency WHERE ends_at <= @now", new { now = now.ToUnixTimeMilliseconds() }, cancellationToken);

    private async Task<int> WriteAsync(string sql, object parameters, CancellationToken cancellationToken) => await database.WriteAsync(
        (connection, transaction, token) => connection.ExecuteAsync(new CommandDefinition(sql, parameters, transaction, cancellationToken: token)),
        cancellationToken);

    private sealed class Row
    {
        public string Content { get; init; } = "";

        public byte[]? Answer { get; init; }
    }
}
