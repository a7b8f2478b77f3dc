using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace Platform.Storage.Sqlite;

/// <summary>
/// The functions that the triggers of the lists call (Schema/Sqlite/0005_lists.sql). They take whatever a row holds: a trigger never keeps a
/// write from happening.
/// </summary>
internal static class ListFunctions
{
    /// <summary>Adds them to the connection that writes.</summary>
    public static void Add(SqliteConnection connection)
    {
        connection.CreateFunction<byte[]?, string?>("list_doc", Document, isDeterministic: true);
        connection.CreateFunction<object?, string>("list_text", text => SearchText.Of(text as string), isDeterministic: true);
        connection.CreateFunction<object?, long?>("list_time", Time, isDeterministic: true);
    }

    /// <summary>State as JSON that SQLite takes, which knows no zero character; null where it is no JSON object.</summary>
    private static string? Document(byte[]? payload)
    {
        try
        {
            using var document = JsonDocument.Parse(payload);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? Encoding.UTF8.GetString(payload!).Replace("\\u0000", "\\ufffd", StringComparison.Ordinal)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static long? Time(object? value) =>
        value is string text && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time.ToUnixTimeMilliseconds()
            : null;
}
