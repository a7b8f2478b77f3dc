using System.Text;
using Platform.Grains.Scopes.Import;

namespace Platform.Grains.Administration.Bulk;

/// <summary>Reads and writes comma-separated values (RFC 4180).</summary>
internal static class CsvRows
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads rows; the first line names the columns, in any order and letter case.</summary>
    public static void Read(ReadOnlySpan<byte> content, IReadOnlyList<string> columns, List<BulkRow> rows, Action<ImportPlace, string> report)
    {
        string text;
        try
        {
            text = Strict.GetString(content);
        }
        catch (DecoderFallbackException)
        {
            report(new ImportPlace("", 1, 1), "the file is not in UTF-8");
            return;
        }

        var reader = new Reader(text, report);
        if (reader.Next() is not { } header)
        {
            report(new ImportPlace("", 1, 1), $"the file is empty: its first line names the columns, of {string.Join(", ", columns)}");
            return;
        }

        if (ReadHeader(header, columns, report) is not { } names)
        {
            return;
        }

        while (reader.Next() is { } fields)
        {
            if (fields.Count == 1 && fields[0].Text.Length == 0)
            {
                // An empty line.
                continue;
            }

            if (!BulkFile.HasRoom(rows, fields[0].Place, report))
            {
                return;
            }

            if (fields.Count != names.Length)
            {
                report(fields[0].Place, $"the line has {fields.Count} values, and the first line names {names.Length} columns");
                continue;
            }

            var cells = new Dictionary<string, BulkCell>(names.Length, StringComparer.Ordinal);
            for (var i = 0; i < names.Length; i++)
            {
                cells.Add(names[i], new BulkCell([Unguard(fields[i].Text)], fields[i].Place with { Path = names[i] }));
            }

            rows.Add(new BulkRow(fields[0].Place, cells));
        }
    }

    /// <summary>Writes a line.</summary>
    public static void Write(TextWriter to, IEnumerable<string?> values)
    {
        var first = true;
        foreach (var value in values)
        {
            if (!first)
            {
                to.Write(',');
            }

            first = false;
            var text = Guard(value ?? "");
            if (text.AsSpan().IndexOfAny("\",\r\n") >= 0)
            {
                to.Write('"');
                to.Write(text.Replace("\"", "\"\"", StringComparison.Ordinal));
                to.Write('"');
            }
            else
            {
                to.Write(text);
            }
        }

        to.Write("\r\n");
    }

    /// <summary>
    /// A spreadsheet takes a cell that begins so for a formula, which whoever chose the name could have written. The apostrophe says that it is
    /// text; <see cref="Unguard"/> takes it off again.
    /// </summary>
    private static string Guard(string text) => IsFormula(text) || IsGuarded(text) ? "'" + text : text;

    private static string Unguard(string text) => IsGuarded(text) ? text[1..] : text;

    private static bool IsFormula(string text) => text is ['=' or '+' or '-' or '@' or '\t' or '\r', ..];

    /// <summary>An apostrophe is a guard where a formula follows, or guards: so that what was written comes back as it was.</summary>
    private static bool IsGuarded(string text) => text.Length > 1 && text[0] == '\'' && IsFormula(text.TrimStart('\''));

    private static string[]? ReadHeader(List<Field> header, IReadOnlyList<string> columns, Action<ImportPlace, string> report)
    {
        var names = new string[header.Count];
        var isGood = true;
        for (var i = 0; i < names.Length; i++)
        {
            var named = header[i].Text.Trim();
            names[i] = columns.FirstOrDefault(column => column.Equals(named, StringComparison.OrdinalIgnoreCase)) ?? "";
            if (names[i].Length == 0)
            {
                report(header[i].Place, $"there is no column '{named}': the columns are {string.Join(", ", columns)}");
                isGood = false;
            }
            else if (Array.IndexOf(names, names[i]) < i)
            {
                report(header[i].Place, $"the column '{names[i]}' is named twice");
                isGood = false;
            }
        }

        return isGood ? names : null;
    }

    private readonly record struct Field(string Text, ImportPlace Place);

    private sealed class Reader(string text, Action<ImportPlace, string> report)
    {
        private int _at;
        private int _line = 1;
        private int _lineStart;

        private ImportPlace Place => new("", _line, _at - _lineStart + 1);

        /// <summary>The fields of the next line; null at the end.</summary>
        public List<Field>? Next()
        {
            if (_at >= text.Length)
            {
                return null;
            }

            var fields = new List<Field>();
            while (true)
            {
                var place = Place;
                fields.Add(new Field(_at < text.Length && text[_at] == '"' ? Quoted(place) : Bare(), place));
                if (_at < text.Length && text[_at] == ',')
                {
                    _at++;
                    continue;
                }

                EndLine();
                return fields;
            }
        }

        private string Bare()
        {
            var rest = text.AsSpan(_at);
            var length = rest.IndexOfAny(",\r\n");
            length = length < 0 ? rest.Length : length;
            _at += length;
            return rest[..length].ToString();
        }

        private string Quoted(ImportPlace place)
        {
            var value = new StringBuilder();
            _at++;
            while (true)
            {
                if (_at >= text.Length)
                {
                    report(place, "a quotation mark is not closed");
                    return value.ToString();
                }

                var character = text[_at++];
                if (character == '"')
                {
                    if (_at < text.Length && text[_at] == '"')
                    {
                        value.Append('"');
                        _at++;
                        continue;
                    }

                    break;
                }

                value.Append(character);
                if (character == '\n')
                {
                    _line++;
                    _lineStart = _at;
                }
            }

            if (_at < text.Length && text[_at] is not (',' or '\r' or '\n'))
            {
                report(Place, "a comma or the end of the line was expected after the quotation mark");
                Bare();
            }

            return value.ToString();
        }

        private void EndLine()
        {
            if (_at < text.Length && text[_at] == '\r')
            {
                _at++;
            }

            if (_at < text.Length && text[_at] == '\n')
            {
                _at++;
            }

            _line++;
            _lineStart = _at;
        }
    }
}
