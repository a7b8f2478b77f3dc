using System.Globalization;
using System.Text.Json;
using Platform.Grains.Scopes.Import;

namespace Platform.Grains.Administration.Bulk;

/// <summary>Reads a JSON array of objects as rows; values are strings, numbers, booleans, null, and arrays of strings.</summary>
internal static class JsonRows
{
    /// <summary>Reads rows.</summary>
    public static void Read(ReadOnlySpan<byte> content, IReadOnlyList<string> columns, List<BulkRow> rows, Action<ImportPlace, string> report)
    {
        var places = new Places(content);
        var json = new Utf8JsonReader(content, new JsonReaderOptions { MaxDepth = 4 });
        try
        {
            json.Read();
            if (json.TokenType != JsonTokenType.StartArray)
            {
                report(places.At(json.TokenStartIndex), "the file is an array of objects");
                return;
            }

            while (json.Read() && json.TokenType != JsonTokenType.EndArray)
            {
                var place = places.At(json.TokenStartIndex) with { Path = string.Create(CultureInfo.InvariantCulture, $"[{rows.Count}]") };
                if (json.TokenType != JsonTokenType.StartObject)
                {
                    report(place, "an object was expected");
                    json.Skip();
                    continue;
                }

                if (!BulkFile.HasRoom(rows, place, report))
                {
                    return;
                }

                rows.Add(new BulkRow(place, ReadCells(ref json, ref places, place.Path, columns, report)));
            }

            // Throws where anything but white space follows.
            json.Read();
        }
        catch (JsonException e)
        {
            report(new ImportPlace("", (int)(e.LineNumber ?? 0) + 1, (int)(e.BytePositionInLine ?? 0) + 1), "this is no JSON");
        }
        catch (InvalidOperationException)
        {
            // GetString met bytes that are no UTF-8, or half a surrogate pair.
            report(places.At(json.TokenStartIndex), "this is no text in UTF-8");
        }
    }

    private static Dictionary<string, BulkCell> ReadCells(
        ref Utf8JsonReader json, ref Places places, string row, IReadOnlyList<string> columns, Action<ImportPlace, string> report)
    {
        var cells = new Dictionary<string, BulkCell>(StringComparer.Ordinal);
        while (json.Read() && json.TokenType != JsonTokenType.EndObject)
        {
            var at = places.At(json.TokenStartIndex);
            var name = json.GetString()!;
            var column = columns.FirstOrDefault(one => one == name);
            json.Read();
            var place = places.At(json.TokenStartIndex) with { Path = $"{row}.{column}" };
            if (column is null)
            {
                report(at with { Path = row }, $"there is no member '{name}': the members are {string.Join(", ", columns)}");
                json.Skip();
            }
            else if (cells.ContainsKey(column))
            {
                report(place, $"the member '{column}' is named twice");
                json.Skip();
            }
            else if (ReadValues(ref json) is not { } values)
            {
                report(place, "a text, a number, a boolean, null or an array of texts was expected");
            }
            else if (values.Count > 0)
            {
                cells.Add(column, new BulkCell(values, place));
            }
        }

        return cells;
    }

    /// <summary>The values; none for null; null for what is none.</summary>
    private static List<string>? ReadValues(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartArray)
        {
            return json.TokenType == JsonTokenType.Null ? [] : ReadOne(ref json) is { } one ? [one] : null;
        }

        List<string>? values = [];
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType == JsonTokenType.String)
            {
                values?.Add(json.GetString()!);
            }
            else
            {
                values = null;
                json.Skip();
            }
        }

        // An empty list is said, too: no roles.
        return values is { Count: 0 } ? [""] : values;
    }

    private static string? ReadOne(ref Utf8JsonReader json)
    {
        switch (json.TokenType)
        {
            case JsonTokenType.String:
                return json.GetString();
            case JsonTokenType.True:
                return "true";
            case JsonTokenType.False:
                return "false";
            case JsonTokenType.Number:
                return json.GetDouble().ToString("R", CultureInfo.InvariantCulture);
            default:
                json.Skip();
                return null;
        }
    }

    /// <summary>Lines and columns of places that come in the order of the file, each byte looked at once however long the lines are.</summary>
    private ref struct Places(ReadOnlySpan<byte> content)
    {
        private readonly ReadOnlySpan<byte> _content = content;
        private int _counted;
        private int _line = 1;
        private int _column = 1;

        public ImportPlace At(long index)
        {
            for (; _counted < index && _counted < _content.Length; _counted++)
            {
                switch (_content[_counted])
                {
                    case (byte)'\n':
                        (_line, _column) = (_line + 1, 1);
                        break;
                    case < 0x80 or (>= 0xC0 and < 0xF0):
                        _column++;
                        break;
                    case >= 0xF0:
                        // What takes four bytes is two characters, a surrogate pair.
                        _column += 2;
                        break;
                }
            }

            return new ImportPlace("", _line, _column);
        }
    }
}
