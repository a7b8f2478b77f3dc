using System.Security.Cryptography;
using System.Text;
using Dapper;
using Platform.Grains.Cluster;
using Platform.Storage;

namespace Platform.Grains.OAuth.UsedNames;

/// <inheritdoc cref="IUsedNames"/>
/// <remarks>A table of its own and no grain: a name needs one insert, and nobody ever reads it.</remarks>
internal sealed class UsedNameTable(IDatabase database, TimeProvider time) : IUsedNames, IExpiredRows
{
    public async ValueTask<bool> TryUseAsync(string name, DateTimeOffset endsAt, CancellationToken cancellationToken)
    {
        var parameters = new
        {
            key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name))),
            endsAt = endsAt.ToUnixTimeMilliseconds(),
            now = time.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        return await database.WriteAsync(
            async (connection, transaction, token) => await connection.ExecuteAsync(new CommandDefinition(
                """
                INSERT INTO oauth_used (key, ends_at) VALUES (@key, @endsAt)
                ON CONFLICT (key) DO UPDATE SET ends_at = excluded.ends_at WHERE oauth_used.ends_at <= @now
                """,
                parameters,
                transaction,
                cancellationToken: token)) == 1,
            cancellationToken);
    }

    public async Task<int> PurgeAsync(DateTimeOffset now, CancellationToken cancellationToken) => await database.WriteAsync(
        (connection, transaction, token) => connection.ExecuteAsync(new CommandDefinition(
            "DELETE FROM oauth_used WHERE ends_at <= @now", new { now = now.ToUnixTimeMilliseconds() }, transaction, cancellationToken: token)),
        cancellationToken);
}
