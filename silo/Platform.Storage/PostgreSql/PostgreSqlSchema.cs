using System.Globalization;
using Npgsql;
using Platform.Storage.Schema;

namespace Platform.Storage.PostgreSql;

/// <summary>Brings the schema of a PostgreSQL database up to date, one node at a time.</summary>
internal static class PostgreSqlSchema
{
    // Any number, the same in every version of this program.
    private const long LockId = 0x706c6174_666f726d;

    public static async Task<bool> MigrateAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await CheckServerAsync(connection, cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        // Held until the transaction ends, on failure too: of five nodes that start at once one migrates and four find it done.
        await ExecuteAsync(connection, $"set local lock_timeout = 0; select pg_advisory_xact_lock({LockId})", cancellationToken);
        await ExecuteAsync(connection, SchemaScripts.CreateVersionTable, cancellationToken);
        var current = Convert.ToInt32(
            await ReadAsync(connection, "select coalesce(max(version), 0) from schema_version", cancellationToken), CultureInfo.InvariantCulture);
        foreach (var script in SchemaScripts.Missing(SchemaScripts.Of("PostgreSql"), current))
        {
            await ExecuteAsync(connection, script.Sql, cancellationToken);
            await ExecuteAsync(
                connection, $"delete from schema_version; insert into schema_version (version) values ({script.Version})", cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    private static async Task CheckServerAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (await ReadAsync(connection, "select pg_is_in_recovery()", cancellationToken) is true)
        {
            throw new StorageUnavailableException("The database server is a standby; the platform needs the primary.");
        }

        foreach (var setting in (string[])["fsync", "synchronous_commit"])
        {
            if (await ReadAsync(connection, $"select current_setting('{setting}')", cancellationToken) is "off")
            {
                throw new InvalidOperationException(
                    $"The database has {setting} = off: it would lose what it has acknowledged. Set it to on.");
            }
        }
    }

    private static async Task<object?> ReadAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancellationToken);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        // Without a time-out: the wait for another node's migration, or a long one, is no failure.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
