using Platform.Grains.Scopes.Import;

namespace Platform.Grains.Administration.Bulk;

/// <summary>How a file of users or members is written.</summary>
public enum BulkFormat
{
    /// <summary>Comma-separated values with a line of names (RFC 4180), in UTF-8 with or without a byte order mark.</summary>
    Csv,

    /// <summary>A JSON array of objects.</summary>
    Json,
}

/// <summary>A value of a file, with its place.</summary>
/// <param name="Values">The value; several where it is a list; one empty text where the cell is empty.</param>
/// <param name="Place">Where it stands.</param>
internal sealed record BulkCell(IReadOnlyList<string> Values, ImportPlace Place)
{
    /// <summary>The value as one text.</summary>
    public string Text => Values.Count == 1 ? Values[0] : string.Join(' ', Values);
}

/// <summary>A row of a file: what it says of one user or membership.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Cells">Its values by the names of their columns; what is left out or null is not in it.</param>
internal sealed record BulkRow(ImportPlace Place, IReadOnlyDictionary<string, BulkCell> Cells)
{
    /// <summary>A value; null where it is left out or empty.</summary>
    public BulkCell? Find(string column) => Cells.TryGetValue(column, out var cell) && cell.Values.Any(value => value.Length > 0) ? cell : null;
}

/// <summary>A file as it was read: its rows, and all that is wrong with it.</summary>
internal sealed class BulkFile
{
    /// <summary>The largest file, in bytes.</summary>
    public const int MaxBytes = 64 * 1024 * 1024;

    /// <summary>The most rows of a file: short ones take far more memory than bytes.</summary>
    public const int MaxRows = 500_000;

    /// <summary>How many problems are kept; a file that is wrong throughout needs no more to say so.</summary>
    public const int MaxProblems = 1000;

    private readonly List<ImportProblem> _problems = [];
    private readonly List<BulkRow> _rows = [];

    private BulkFile()
    {
    }

    /// <summary>The rows that could be read.</summary>
    public IReadOnlyList<BulkRow> Rows => _rows;

    /// <summary>What is wrong, up to <see cref="MaxProblems"/>.</summary>
    public List<ImportProblem> Problems => _problems;

    /// <summary>Reads a file.</summary>
    /// <param name="content">Its bytes.</param>
    /// <param name="format">How it is written; null: told from its first character.</param>
    /// <param name="columns">The columns that there are.</param>
    public static BulkFile Read(ReadOnlyMemory<byte> content, BulkFormat? format, IReadOnlyList<string> columns)
    {
        var file = new BulkFile();
        if (content.Span.StartsWith("\uFEFF"u8))
        {
            content = content[3..];
        }

        if ((format ?? Guess(content.Span)) == BulkFormat.Json)
        {
            JsonRows.Read(content.Span, columns, file._rows, file.Report);
        }
        else
        {
            CsvRows.Read(content.Span, columns, file._rows, file.Report);
        }

        return file;
    }

    /// <summary>Whether the file may have another row; where not, that is a problem.</summary>
    internal static bool HasRoom(List<BulkRow> rows, ImportPlace place, Action<ImportPlace, string> report)
    {
        if (rows.Count < MaxRows)
        {
            return true;
        }

        report(place, $"the file has more than {MaxRows} rows: import it in parts");
        return false;
    }

    /// <summary>Notes a problem.</summary>
    public void Report(ImportPlace place, string message)
    {
        if (_problems.Count < MaxProblems)
        {
            _problems.Add(new ImportProblem(place, message));
        }
    }

    private static BulkFormat Guess(ReadOnlySpan<byte> content) =>
        content.TrimStart(" \t\r\n"u8) is [(byte)'[' or (byte)'{', ..] ? BulkFormat.Json : BulkFormat.Csv;
}
