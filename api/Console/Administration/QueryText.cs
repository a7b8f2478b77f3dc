using System.Text;
using System.Text.Json.Nodes;

namespace Platform.Api.Console.Administration;

/// <summary>Builds paths, queries and bodies of what was given on the command line; what was not given is left out.</summary>
internal static class QueryText
{
    /// <summary>A path with these parameters, after those that it has.</summary>
    public static string Of(string path, params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        var text = new StringBuilder(path);
        var separator = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        foreach (var (name, value) in parameters)
        {
            if (value is not null)
            {
                text.Append(separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
                separator = '&';
            }
        }

        return text.ToString();
    }

    /// <summary>A value as a segment of a path.</summary>
    public static string Segment(string value) => Uri.EscapeDataString(value);

    /// <summary>A body with these members.</summary>
    public static JsonObject Body(params ReadOnlySpan<(string Name, JsonNode? Value)> members)
    {
        var body = new JsonObject();
        foreach (var (name, value) in members)
        {
            if (value is not null)
            {
                body[name] = value;
            }
        }

        return body;
    }

    /// <summary>A list as JSON; null where it is empty.</summary>
    public static JsonArray? ListOf(IReadOnlyCollection<string>? values) =>
        values is { Count: > 0 } ? [.. values.Select(value => JsonValue.Create(value))] : null;
}
