using System.Net.Sockets;
using Npgsql;

namespace Platform.Storage.PostgreSql;

internal static class PostgreSqlErrors
{
    /// <summary>Raised by <c>grain_state_write_all</c>.</summary>
    public const string WriteAllConflict = "PS409";

    /// <summary>What a failure means to the callers of storage; null: it is not the database's, and passes as it is.</summary>
    public static Exception? Translate(Exception exception) => exception switch
    {
        PostgresException postgres => Translate(postgres),
        NpgsqlException or SocketException or IOException or TimeoutException => Unavailable(exception),
        _ => null,
    };

    public static StorageUnavailableException Unavailable(Exception exception) => new("The database does not answer.", exception);

    // https://www.postgresql.org/docs/current/errcodes-appendix.html
    private static Exception? Translate(PostgresException exception) => exception.SqlState switch
    {
        PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or WriteAllConflict =>
            new StateConflictException("Another write came first.", exception),

        // Connected to a server that only reads: not, or no longer, the primary.
        PostgresErrorCodes.ReadOnlySqlTransaction => Unavailable(exception),
        PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.LockNotAvailable or "25P03" => Unavailable(exception),

        // Connection exception, invalid authorization, insufficient resources, operator intervention, system error, and a database
        // that is not there (yet).
        ['0', '8', ..] or ['2', '8', ..] or ['5', '3', ..] or ['5', '7', ..] or ['5', '8', ..] or PostgresErrorCodes.InvalidCatalogName => Unavailable(exception),
        _ => null,
    };
}
