using System.Text;
using System.Xml;

namespace Platform.Api.Policies.OpenSso.Documents;

/// <summary>An element of a small XML document, without namespaces, comments and processing instructions; all texts are trimmed.</summary>
internal sealed class XmlTree
{
    private const int MaxDepth = 16;

    private static readonly XmlReaderSettings Settings = new()
    {
        // A DOCTYPE may stand there; it is skipped unread. Entities that it would declare are unknown, and so malformed.
        DtdProcessing = DtdProcessing.Ignore,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        IgnoreWhitespace = true,
    };

    private readonly Dictionary<string, string> _attributes = new(StringComparer.Ordinal);
    private readonly List<XmlTree> _children = [];

    private XmlTree(string name) => Name = name;

    /// <summary>The element's name.</summary>
    public string Name { get; }

    /// <summary>The text between its tags; empty where there is none.</summary>
    public string Text { get; private set; } = "";

    /// <summary>The elements in it.</summary>
    public IReadOnlyList<XmlTree> Children => _children;

    /// <summary>The value of an attribute; empty where there is none.</summary>
    public string this[string attribute] => _attributes.GetValueOrDefault(attribute, "");

    /// <summary>Reads a document; null where it is no well-formed XML, or nests deeper than any policy does.</summary>
    public static XmlTree? Read(byte[] document)
    {
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(document), Settings);
            reader.MoveToContent();
            var tree = Read(reader);
            while (tree is not null && reader.Read())
            {
                // What follows the document's element has to be well-formed, too.
            }

            return tree;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    private static XmlTree? Read(XmlReader reader)
    {
        if (reader.Depth > MaxDepth)
        {
            return null;
        }

        var tree = new XmlTree(reader.Name);
        while (reader.MoveToNextAttribute())
        {
            tree._attributes[reader.Name] = reader.Value.Trim();
        }

        reader.MoveToElement();
        if (reader.IsEmptyElement)
        {
            return tree;
        }

        // Comments and sections cut a text into any number of pieces.
        var text = new StringBuilder();
        while (reader.Read() && reader.NodeType != XmlNodeType.EndElement)
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    if (Read(reader) is not { } child)
                    {
                        return null;
                    }

                    tree._children.Add(child);
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace:
                    text.Append(reader.Value);
                    break;
            }
        }

        tree.Text = text.ToString().Trim();
        return tree;
    }
}
