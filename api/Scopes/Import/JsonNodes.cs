using System.Text;
using System.Text.Json;

namespace Platform.Api.Scopes.Import;

/// <summary>Reads JSON (RFC 8259) into nodes.</summary>
internal ref struct JsonNodes
{
    private readonly ReadOnlySpan<byte> _utf8;
    private Utf8JsonReader _reader;

    // Where the last token began: positions only move forward, so that the whole file is counted once.
    private int _offset;
    private int _line = 1;
    private int _column = 1;

    private JsonNodes(ReadOnlySpan<byte> utf8)
    {
        _utf8 = utf8;
        _reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = ImportNode.MaxDepth });
    }

    /// <exception cref="ImportSyntaxException">It is not JSON.</exception>
    internal static ImportNode Read(ReadOnlySpan<byte> utf8)
    {
        var nodes = new JsonNodes(utf8);
        try
        {
            nodes.Next();
            var node = nodes.ReadNode();

            // Throws where something follows.
            nodes._reader.Read();
            return node;
        }
        catch (JsonException e)
        {
            var (line, column) = Locate(utf8, (int)(e.LineNumber ?? 0), (int)(e.BytePositionInLine ?? 0));
            throw new ImportSyntaxException(Clean(e.Message), line, column);
        }
    }

    private ImportNode ReadNode() => _reader.TokenType switch
    {
        JsonTokenType.StartObject => ReadMap(),
        JsonTokenType.StartArray => ReadList(),
        JsonTokenType.String => new ScalarNode(Text(), ScalarKind.Text, _line, _column),
        JsonTokenType.Null => new ScalarNode("", ScalarKind.Null, _line, _column),
        _ => new ScalarNode(Encoding.UTF8.GetString(_reader.ValueSpan), ScalarKind.Literal, _line, _column),
    };

    private MapNode ReadMap()
    {
        var (line, column) = (_line, _column);
        var members = new List<KeyValuePair<ScalarNode, ImportNode>>();
        for (Next(); _reader.TokenType != JsonTokenType.EndObject; Next())
        {
            var key = new ScalarNode(Text(), ScalarKind.Text, _line, _column);
            Next();
            members.Add(new(key, ReadNode()));
        }

        return new MapNode(members, line, column);
    }

    private ListNode ReadList()
    {
        var (line, column) = (_line, _column);
        var items = new List<ImportNode>();
        for (Next(); _reader.TokenType != JsonTokenType.EndArray; Next())
        {
            items.Add(ReadNode());
        }

        return new ListNode(items, line, column);
    }

    private readonly string Text()
    {
        try
        {
            return _reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // RFC 8259 §8.2: an escaped half of a surrogate pair is no character.
            throw new ImportSyntaxException("half of a surrogate pair is not a character", _line, _column);
        }
    }

    private void Next()
    {
        if (!_reader.Read())
        {
            throw new ImportSyntaxException("the file ends too early", _line, _column);
        }

        for (; _offset < _reader.TokenStartIndex; _offset++)
        {
            Count(_utf8[_offset], ref _line, ref _column);
        }
    }

    private static (int Line, int Column) Locate(ReadOnlySpan<byte> utf8, int lineIndex, int byteInLine)
    {
        var (line, column, start) = (1, 1, 0);
        while (line <= lineIndex && utf8[start..].IndexOf((byte)'\n') is var end and >= 0)
        {
            start += end + 1;
            line++;
        }

        foreach (var unit in utf8.Slice(start, Math.Min(byteInLine, utf8.Length - start)))
        {
            Count(unit, ref line, ref column);
        }

        return (line, column);
    }

    private static void Count(byte unit, ref int line, ref int column)
    {
        if (unit == (byte)'\n')
        {
            line++;
            column = 1;
        }
        else if ((unit & 0xC0) != 0x80)
        {
            column++;
        }
    }

    private static string Clean(string message)
    {
        // The reader adds its own count of lines, from 0.
        var place = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return "this is not JSON: " + (place < 0 ? message : message[..place]).TrimEnd('.');
    }
}
