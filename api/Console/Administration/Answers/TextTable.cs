using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Platform.Api.Console.Administration.Answers;

/// <summary>JSON as people read it: a list as a table, an object as lines of name and value.</summary>
internal static class TextTable
{
    private const int MaxCell = 60;
    private const string Gap = "  ";

    /// <summary>A table of items.</summary>
    /// <param name="items">The items.</param>
    /// <param name="columns">The columns; each <c>title=path.to.member</c>, or the path alone.</param>
    /// <param name="withHeader">Whether the titles come first.</param>
    public static string Of(IReadOnlyList<JsonNode?> items, IReadOnlyList<string> columns, bool withHeader = true)
    {
        var paths = columns.Select(column => column[(column.IndexOf('=', StringComparison.Ordinal) + 1)..]).ToList();
        var rows = items.Select(item => paths.Select(path => Cut(Text(Find(item, path)))).ToList()).ToList();
        if (withHeader)
        {
            rows.Insert(0, [.. columns.Select(column => column.Split('=')[0].ToUpperInvariant())]);
        }

        var widths = Enumerable.Range(0, columns.Count).Select(i => rows.Select(row => Width(row[i])).DefaultIfEmpty(0).Max()).ToList();
        var table = new StringBuilder();
        foreach (var row in rows)
        {
            var line = new StringBuilder();
            for (var i = 0; i < row.Count; i++)
            {
                line.Append(row[i]).Append(' ', widths[i] - Width(row[i])).Append(Gap);
            }

            table.Append(line.ToString().TrimEnd()).Append('\n');
        }

        return table.ToString();
    }

    /// <summary>An object, a line for each member; what is empty is left out.</summary>
    public static string Of(JsonObject item)
    {
        var lines = Lines(item, "").Where(line => line.Value.Length > 0).ToList();
        var width = lines.Select(line => Width(line.Name)).DefaultIfEmpty(0).Max();
        var text = new StringBuilder();
        foreach (var (name, value) in lines)
        {
            text.Append(name).Append(' ', width - Width(name)).Append(Gap).Append(value).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>What a path of members leads to; null where it leads nowhere.</summary>
    public static JsonNode? Find(JsonNode? item, string path)
    {
        foreach (var name in path.Split('.'))
        {
            item = item is JsonObject of && of.TryGetPropertyValue(name, out var member) ? member : null;
        }

        return item;
    }

    private static IEnumerable<(string Name, string Value)> Lines(JsonObject item, string prefix)
    {
        foreach (var (name, value) in item)
        {
            var shown = ConsoleText.Printable(prefix + name);
            if (value is JsonObject inner)
            {
                foreach (var line in Lines(inner, shown + "."))
                {
                    yield return line;
                }
            }
            else if (value is JsonArray array && array.Any(one => one is JsonObject))
            {
                for (var i = 0; i < array.Count; i++)
                {
                    yield return (string.Create(CultureInfo.InvariantCulture, $"{shown}[{i}]"), Text(array[i]));
                }
            }
            else
            {
                yield return (shown, Text(value));
            }
        }
    }

    private static string Text(JsonNode? value) => value switch
    {
        null => "",
        JsonArray array => string.Join(", ", array.Select(Text)),
        JsonObject of => string.Join(", ", of.Where(member => member.Value is not null).Select(member => $"{ConsoleText.Printable(member.Key)}: {Text(member.Value)}")),
        _ => value.GetValueKind() switch
        {
            JsonValueKind.True => "yes",
            JsonValueKind.False => "no",
            JsonValueKind.String => ConsoleText.Printable(value.GetValue<string>()),
            _ => value.ToJsonString(),
        },
    };

    private static string Cut(string text)
    {
        var elements = new StringInfo(text);
        return elements.LengthInTextElements <= MaxCell ? text : elements.SubstringByTextElements(0, MaxCell - 1) + "…";
    }

    private static int Width(string text) => new StringInfo(text).LengthInTextElements;
}
