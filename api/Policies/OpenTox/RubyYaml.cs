using Platform.Api.Scopes.Import;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Platform.Api.Policies.OpenTox;

/// <summary>Reads YAML as Ruby programs write it. Anchors and aliases are refused: a few lines of them stand for billions of nodes.</summary>
internal sealed class RubyYaml
{
    private readonly Parser _parser;
    private int _depth;

    private RubyYaml(string text) => _parser = new Parser(new Scanner(new StringReader(text), skipComments: true));

    /// <exception cref="ImportSyntaxException">It is not YAML, or not YAML that is taken here.</exception>
    internal static RubyNode Read(string text)
    {
        var yaml = new RubyYaml(text);
        try
        {
            yaml.Next();
            return yaml.Next() is DocumentStart ? yaml.ReadNode(yaml.Next()) : new RubyScalar("", "", 1, 1);
        }
        catch (YamlException e)
        {
            throw Refuse("this is not YAML", e.Start);
        }
    }

    private RubyNode ReadNode(ParsingEvent at)
    {
        if (at is AnchorAlias or NodeEvent { Anchor.IsEmpty: false })
        {
            throw Refuse("anchors and aliases are not taken", at.Start);
        }

        if (++_depth > ImportNode.MaxDepth)
        {
            throw Refuse($"lists and maps nest deeper than {ImportNode.MaxDepth} levels", at.Start);
        }

        var (line, column) = ((int)at.Start.Line, (int)at.Start.Column);
        RubyNode node;
        switch (at)
        {
            case Scalar scalar:
                node = new RubyScalar(scalar.Value, scalar.Tag is { IsEmpty: false, IsNonSpecific: false } tag ? tag.Value : "", line, column);
                break;
            case SequenceStart:
                var items = new List<RubyNode>();
                for (var next = Next(); next is not SequenceEnd; next = Next())
                {
                    items.Add(ReadNode(next));
                }

                node = new RubyList(items, line, column);
                break;
            case MappingStart:
                var members = new List<(RubyNode, RubyNode)>();
                for (var next = Next(); next is not MappingEnd; next = Next())
                {
                    members.Add((ReadNode(next), ReadNode(Next())));
                }

                node = new RubyMap(members, line, column);
                break;
            default:
                throw Refuse("this is not YAML", at.Start);
        }

        _depth--;
        return node;
    }

    private ParsingEvent Next()
    {
        try
        {
            return _parser.MoveNext() ? _parser.Current! : throw new ImportSyntaxException("the file ends too early", 1, 1);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or FormatException or OverflowException or IndexOutOfRangeException)
        {
            // The scanner's own words for some of what is not YAML.
            throw Refuse("this is not YAML", _parser.Current?.End ?? Mark.Empty);
        }
    }

    private static ImportSyntaxException Refuse(string message, Mark at) => new(message, Math.Max(1, (int)at.Line), Math.Max(1, (int)at.Column));
}
