using System.Globalization;
using System.Text;
using System.Xml;
using Platform.Grains.Scopes;
using Platform.Grains.Scopes.Import;

namespace Platform.Api.Scopes.Import;

/// <summary>Reads the members of one object of the file; what is wrong goes to the list of problems, and reading goes on.</summary>
internal sealed class EntryReader
{
    private readonly Dictionary<string, ImportNode> _members = new(StringComparer.Ordinal);
    private readonly List<ImportProblem> _problems;

    private EntryReader(string path, MapNode map, List<ImportProblem> problems)
    {
        Path = path;
        _problems = problems;
        Place = new ImportPlace(path, map.Line, map.Column);
    }

    internal string Path { get; }

    internal ImportPlace Place { get; }

    /// <summary>Begins an object with these keys; null where there is no object.</summary>
    internal static EntryReader? Begin(string path, ImportNode node, IReadOnlyCollection<string> keys, List<ImportProblem> problems)
    {
        if (node is not MapNode map)
        {
            problems.Add(new ImportProblem(new ImportPlace(path, node.Line, node.Column), $"an object was expected, not {node.What}"));
            return null;
        }

        var reader = new EntryReader(path, map, problems);
        foreach (var (key, value) in map.Members)
        {
            var place = new ImportPlace(reader.PathOf(key.Text), key.Line, key.Column);
            if (!keys.Contains(key.Text))
            {
                problems.Add(new ImportProblem(place, $"the key is not known; the keys here are {string.Join(", ", keys)}"));
            }
            else if (!reader._members.TryAdd(key.Text, value))
            {
                problems.Add(new ImportProblem(place, "the key stands here twice"));
            }
        }

        return reader;
    }

    internal bool Has(string key) => _members.ContainsKey(key);

    internal ImportNode? Find(string key) => _members.GetValueOrDefault(key);

    internal string PathOf(string key) => Path.Length == 0 ? key : $"{Path}.{key}";

    internal ImportPlace PlaceOf(string key) =>
        _members.TryGetValue(key, out var node) ? new ImportPlace(PathOf(key), node.Line, node.Column) : Place;

    internal void Report(string key, string message) => _problems.Add(new ImportProblem(PlaceOf(key), message));

    /// <summary>Text that has to be there; null where it is not.</summary>
    internal string? Required(string key, int maxBytes)
    {
        if (!Has(key))
        {
            _problems.Add(new ImportProblem(Place, $"'{key}' is missing"));
            return null;
        }

        return Text(key, maxBytes, nullable: false)?.Value;
    }

    /// <summary>Text; null where the key is absent, or where what is there is no such text.</summary>
    internal Given<string?>? Text(string key, int maxBytes, bool nullable)
    {
        if (Find(key) is not { } node)
        {
            return null;
        }

        if (node is ScalarNode { Kind: ScalarKind.Null } && nullable)
        {
            return new Given<string?>(null);
        }

        return TextOf(node, PathOf(key), maxBytes) is { } text ? new Given<string?>(text) : null;
    }

    /// <summary>A truth value; null where the key is absent or something else is there.</summary>
    internal Given<bool>? Truth(string key)
    {
        switch (Find(key))
        {
            case null:
                return null;
            case ScalarNode { Kind: ScalarKind.Plain or ScalarKind.Literal, Text: "true" }:
                return new Given<bool>(true);
            case ScalarNode { Kind: ScalarKind.Plain or ScalarKind.Literal, Text: "false" }:
                return new Given<bool>(false);
            case var other:
                Report(key, $"true or false was expected, not {other.What}");
                return null;
        }
    }

    /// <summary>A whole number that is not negative.</summary>
    internal Given<int?>? Number(string key)
    {
        switch (Find(key))
        {
            case null:
                return null;
            case ScalarNode { Kind: ScalarKind.Null }:
                return new Given<int?>(null);
            case ScalarNode { Kind: ScalarKind.Plain or ScalarKind.Literal } scalar when int.TryParse(scalar.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number):
                return new Given<int?>(number);
            case var other:
                Report(key, $"a whole number was expected, not {other.What}");
                return null;
        }
    }

    /// <summary>A time with its offset, in UTC.</summary>
    internal Given<DateTimeOffset?>? Time(string key)
    {
        if (Text(key, 64, nullable: true) is not { } given)
        {
            return null;
        }

        if (given.Value is null)
        {
            return new Given<DateTimeOffset?>(null);
        }

        if (ImportTime.TryRead(given.Value, out var time))
        {
            return new Given<DateTimeOffset?>(time);
        }

        Report(key, $"'{given.Value}' is not a time such as 2027-06-30T22:00:00Z");
        return null;
    }

    /// <summary>A scope's path; null where it is absent or not one.</summary>
    internal ScopePath? Scope(string key)
    {
        if (Required(key, 4096) is not { } text)
        {
            return null;
        }

        if (ScopePath.TryParse(text, out var path))
        {
            return path;
        }

        Report(key, $"'{text}' is not a scope: {ScopePath.Grammar}");
        return null;
    }

    /// <summary>The texts of a list, each with its place; null where the key is absent or no list is there.</summary>
    internal List<(string Text, ImportPlace Place)>? Texts(string key, int maxItems, int maxBytes)
    {
        if (Find(key) is not { } node)
        {
            return null;
        }

        if (node is not ListNode list)
        {
            Report(key, $"a list was expected, not {node.What}");
            return null;
        }

        if (list.Items.Count > maxItems)
        {
            Report(key, $"the list has more than {maxItems} items");
            return null;
        }

        var texts = new List<(string, ImportPlace)>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < list.Items.Count; i++)
        {
            var path = $"{PathOf(key)}[{i}]";
            if (TextOf(list.Items[i], path, maxBytes) is not { } text)
            {
                continue;
            }

            var place = new ImportPlace(path, list.Items[i].Line, list.Items[i].Column);
            if (seen.Add(text))
            {
                texts.Add((text, place));
            }
            else
            {
                _problems.Add(new ImportProblem(place, $"'{text}' stands in this list twice"));
            }
        }

        return texts;
    }

    private string? TextOf(ImportNode node, string path, int maxBytes)
    {
        var place = new ImportPlace(path, node.Line, node.Column);
        if (node is not ScalarNode { Kind: ScalarKind.Text or ScalarKind.Plain } scalar)
        {
            _problems.Add(new ImportProblem(place, $"text was expected, not {node.What}"));
            return null;
        }

        if (Encoding.UTF8.GetByteCount(scalar.Text) > maxBytes)
        {
            _problems.Add(new ImportProblem(place, $"the text is longer than {maxBytes} bytes"));
            return null;
        }

        if (FindForbidden(scalar.Text) is { } forbidden)
        {
            _problems.Add(new ImportProblem(place, $"character {forbidden + 1} of the text is U+{(int)scalar.Text[forbidden]:X4}, which XML 1.0 cannot carry"));
            return null;
        }

        return scalar.Text;
    }

    /// <summary>The first character that XML 1.0 §2.2 forbids; null where there is none.</summary>
    private static int? FindForbidden(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && XmlConvert.IsXmlSurrogatePair(text[i + 1], text[i]))
            {
                i++;
            }
            else if (!XmlConvert.IsXmlChar(text[i]))
            {
                return i;
            }
        }

        return null;
    }
}
