using Microsoft.Data.Sqlite;

namespace Platform.Storage.Sqlite;

internal static class SqliteErrors
{
    // https://sqlite.org/rescode.html: ERROR (a statement that is wrong), CONSTRAINT, MISMATCH, MISUSE, RANGE speak of the statement;
    // everything else of the file, the disk or the memory.
    private static readonly int[] s_ofTheStatement = [1, 19, 20, 21, 25];

    public static bool IsOfTheStatement(SqliteException exception) => s_ofTheStatement.Contains(exception.SqliteErrorCode);

    public static StorageUnavailableException Unavailable(Exception exception) => new("The database file cannot be read or written.", exception);
}
