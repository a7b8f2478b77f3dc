using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace Platform.Grains.Administration.Lists;

/// <summary>
/// Where a page ends: the values of the columns that the list is ordered by, with the list's name. To callers it is a word without meaning; one
/// that was tampered with leads to another place in the same list, whose filters still decide what is seen.
/// </summary>
internal static class ListCursor
{
    private const int MaxLength = 8000;

    /// <summary>The cursor of an item.</summary>
    public static string Encode(string list, IEnumerable<object> values) => WebEncoders.Base64UrlEncode(JsonSerializer.SerializeToUtf8Bytes<object[]>([list, .. values]));

    /// <summary>Reads what <see cref="Encode"/> wrote for the same list.</summary>
    /// <param name="cursor">The cursor.</param>
    /// <param name="list">The list.</param>
    /// <param name="order">The columns that the list is ordered by.</param>
    /// <param name="values">Their values.</param>
    public static bool TryDecode(string cursor, string list, IReadOnlyList<ListOrder> order, [NotNullWhen(true)] out object[]? values)
    {
        values = null;
        try
        {
            if (cursor.Length > MaxLength
                || JsonSerializer.Deserialize<JsonElement[]>(WebEncoders.Base64UrlDecode(cursor)) is not [{ ValueKind: JsonValueKind.String } name, .. var rest]
                || name.GetString() != list
                || rest.Length != order.Count)
            {
                return false;
            }

            var read = new object[rest.Length];
            for (var i = 0; i < rest.Length; i++)
            {
                read[i] = order[i].IsNumber ? rest[i].GetInt64() : rest[i].GetString()!;
                if (read[i] is null || (read[i] is string text && text.Contains('\0', StringComparison.Ordinal)))
                {
                    return false;
                }
            }

            values = read;
            return true;
        }
        catch (Exception exception) when (exception is FormatException or JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}

/// <summary>A column that a list is ordered by.</summary>
/// <param name="Expression">The column, or an expression over columns.</param>
/// <param name="IsNumber">Whether it holds 64-bit integers; otherwise text.</param>
internal sealed record ListOrder(string Expression, bool IsNumber = false);
