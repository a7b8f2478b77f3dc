using System.Text;
using System.Text.Json;

namespace Platform.Grains.Administration.Bulk;

/// <summary>Writes rows as a file that imports to the same.</summary>
/// <param name="to">Where to.</param>
/// <param name="format">How.</param>
/// <param name="columns">The columns.</param>
internal sealed class BulkWriter(Stream to, BulkFormat format, IReadOnlyList<string> columns)
{
    private const int PieceChars = 32 * 1024;

    private readonly StringBuilder _text = new();
    private bool _begun;
    private int _rows;

    /// <summary>Writes a row; values are texts, booleans, lists of texts and null, in the order of the columns.</summary>
    public async Task WriteAsync(IReadOnlyList<object?> values, CancellationToken cancellationToken)
    {
        Begin();
        if (format == BulkFormat.Csv)
        {
            using var line = new StringWriter(_text);
            CsvRows.Write(line, values.Select(value => value switch
            {
                null => null,
                bool flag => flag ? "true" : "false",
                IEnumerable<string> list => string.Join(';', list),
                _ => value.ToString(),
            }));
        }
        else
        {
            var row = columns.Zip(values).Where(pair => pair.Second is not null).ToDictionary(pair => pair.First, pair => pair.Second);
            _text.Append(_rows++ == 0 ? "\n" : ",\n").Append(JsonSerializer.Serialize(row, JsonSerializerOptions.Web));
        }

        if (_text.Length > PieceChars)
        {
            await FlushAsync(cancellationToken);
        }
    }

    /// <summary>Ends the file.</summary>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        Begin();
        _text.Append(format == BulkFormat.Json ? "\n]\n" : "");
        await FlushAsync(cancellationToken);
    }

    private void Begin()
    {
        if (_begun)
        {
            return;
        }

        _begun = true;
        _text.Append(format == BulkFormat.Json ? "[" : string.Join(',', columns) + "\r\n");
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        await to.WriteAsync(Encoding.UTF8.GetBytes(_text.ToString()), cancellationToken);
        _text.Clear();
    }
}
