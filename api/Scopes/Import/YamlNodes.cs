using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Platform.Api.Scopes.Import;

/// <summary>
/// Reads YAML into nodes. Anchors and aliases are refused: a few lines of them stand for billions of nodes. So are tags, which mean
/// types that the schema does not have.
/// </summary>
internal sealed class YamlNodes
{
    private readonly Scanner _scanner;
    private readonly Parser _parser;
    private int _depth;

    private YamlNodes(string text)
    {
        _scanner = new Scanner(new StringReader(text), skipComments: true);
        _parser = new Parser(_scanner);
    }

    /// <exception cref="ImportSyntaxException">It is not YAML, or not YAML that is taken here.</exception>
    internal static ImportNode Read(string text)
    {
        var nodes = new YamlNodes(text);
        try
        {
            nodes.Next();
            if (nodes.Next() is not DocumentStart)
            {
                return new ScalarNode("", ScalarKind.Null, 1, 1);
            }

            var node = nodes.ReadNode(nodes.Next());
            nodes.Next();
            if (nodes.Next() is DocumentStart second)
            {
                throw Refuse("a file holds one document", second.Start);
            }

            return node;
        }
        catch (YamlException e)
        {
            throw Refuse($"this is not YAML: {Clean(e.Message)}", e.Start);
        }
    }

    private ImportNode ReadNode(ParsingEvent at)
    {
        if (at is AnchorAlias)
        {
            throw Refuse("aliases are not taken", at.Start);
        }

        if (at is NodeEvent { Anchor.IsEmpty: false })
        {
            throw Refuse("anchors are not taken", at.Start);
        }

        if (at is NodeEvent { Tag: { IsEmpty: false, IsNonSpecific: false } })
        {
            throw Refuse("tags are not taken", at.Start);
        }

        var (line, column) = Place(at.Start);
        switch (at)
        {
            case Scalar scalar:
                return new ScalarNode(scalar.Value, KindOf(scalar), line, column);
            case SequenceStart:
                Enter(at.Start);
                var items = new List<ImportNode>();
                for (var next = Next(); next is not SequenceEnd; next = Next())
                {
                    items.Add(ReadNode(next));
                }

                _depth--;
                return new ListNode(items, line, column);
            case MappingStart:
                Enter(at.Start);
                var members = new List<KeyValuePair<ScalarNode, ImportNode>>();
                for (var next = Next(); next is not MappingEnd; next = Next())
                {
                    var key = ReadNode(next) as ScalarNode ?? throw Refuse("a key is text", next.Start);
                    members.Add(new(key, ReadNode(Next())));
                }

                _depth--;
                return new MapNode(members, line, column);
            default:
                throw Refuse("this is not YAML", at.Start);
        }
    }

    private static ScalarKind KindOf(Scalar scalar)
    {
        if (scalar.Style != ScalarStyle.Plain)
        {
            return ScalarKind.Text;
        }

        // YAML 1.2, core schema.
        return scalar.Value is "" or "~" or "null" or "Null" or "NULL" ? ScalarKind.Null : ScalarKind.Plain;
    }

    private void Enter(Mark at)
    {
        if (++_depth > ImportNode.MaxDepth)
        {
            throw Refuse($"lists and objects nest deeper than {ImportNode.MaxDepth} levels", at);
        }
    }

    private ParsingEvent Next()
    {
        try
        {
            return _parser.MoveNext() ? _parser.Current! : throw Refuse("the file ends too early", _scanner.CurrentPosition);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or FormatException or OverflowException or IndexOutOfRangeException)
        {
            // The scanner's own words for some of what is not YAML.
            throw Refuse("this is not YAML", _scanner.CurrentPosition);
        }
    }

    private static ImportSyntaxException Refuse(string message, Mark at)
    {
        var (line, column) = Place(at);
        return new ImportSyntaxException(message, line, column);
    }

    private static (int Line, int Column) Place(Mark mark) => (Math.Max(1, (int)mark.Line), Math.Max(1, (int)mark.Column));

    private static string Clean(string message)
    {
        // "(Line: 1, Col: 2, Idx: 1) - (Line: …): words"
        var words = message.LastIndexOf("): ", StringComparison.Ordinal);
        return (words < 0 ? message : message[(words + 3)..]).TrimEnd('.');
    }
}
