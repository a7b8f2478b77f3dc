using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Platform.Api.Scim.Filters;

/// <summary>Whether a resource, as JSON, is what a filter asks for.</summary>
internal static class ScimFilterMatch
{
    /// <summary>Attributes whose letter case counts (RFC 7643: <c>caseExact</c>): ids and paths. All others are compared without it.</summary>
    private static readonly HashSet<string> CaseExact = new(StringComparer.OrdinalIgnoreCase) { "id", "members.value", "groups.value", "members", "groups", "meta.version" };

    /// <summary>Whether it holds.</summary>
    public static bool Matches(this ScimFilter filter, JsonObject resource) => filter.Matches(resource, null);

    /// <summary>Whether it holds for one value of an attribute with several: a filter in brackets names that value's own parts.</summary>
    /// <param name="filter">The filter.</param>
    /// <param name="value">The value: an object, or a plain value that is called <c>value</c>.</param>
    /// <param name="parent">The attribute's name.</param>
    public static bool MatchesValue(this ScimFilter filter, JsonNode? value, string parent) =>
        filter.Matches(value as JsonObject ?? new JsonObject { ["value"] = value?.DeepClone() }, parent);

    /// <summary>A member of an object, whatever the letter case of its name.</summary>
    public static string? FindName(JsonObject of, string name) =>
        of.ContainsKey(name) ? name : of.FirstOrDefault(member => member.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Key;

    private static bool Matches(this ScimFilter filter, JsonObject resource, string? parent) => filter switch
    {
        AndFilter and => and.Left.Matches(resource, parent) && and.Right.Matches(resource, parent),
        OrFilter or => or.Left.Matches(resource, parent) || or.Right.Matches(resource, parent),
        NotFilter not => !not.Inner.Matches(resource, parent),
        ValueFilter values => Values(resource, values.Path).Any(value => values.Inner.MatchesValue(value, values.Path.Name)),
        ComparisonFilter comparison => Compares(comparison, resource, parent),
        _ => false,
    };

    private static bool Compares(ComparisonFilter filter, JsonObject resource, string? parent)
    {
        var exact = CaseExact.Contains((parent is null ? "" : parent + ".") + filter.Path.Name + (filter.Path.Sub is { } sub ? "." + sub : ""));
        var values = Values(resource, filter.Path).SelectMany(Plain).Where(value => value is not null).ToList();
        return filter.Operator switch
        {
            ScimOperator.Present => values.Any(IsPresent),

            // "ne" is that no value equals, "eq null" that there is none.
            ScimOperator.NotEqual => filter.Value.ValueKind == JsonValueKind.Null ? values.Count > 0 : !values.Any(value => Equal(value!, filter.Value, exact)),
            ScimOperator.Equal when filter.Value.ValueKind == JsonValueKind.Null => values.Count == 0,
            _ => values.Any(value => Compares(value!, filter.Operator, filter.Value, exact)),
        };
    }

    private static bool Compares(JsonNode value, ScimOperator comparison, JsonElement with, bool exact)
    {
        if (comparison == ScimOperator.Equal)
        {
            return Equal(value, with, exact);
        }

        if (Text(value) is { } text && with.ValueKind == JsonValueKind.String)
        {
            var other = with.GetString()!;
            var rule = exact ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
            return comparison switch
            {
                ScimOperator.Contains => text.Contains(other, rule),
                ScimOperator.StartsWith => text.StartsWith(other, rule),
                ScimOperator.EndsWith => text.EndsWith(other, rule),
                _ => Ordered(comparison, Time(text) is { } at && Time(other) is { } then ? at.CompareTo(then) : string.Compare(text, other, rule)),
            };
        }

        return Number(value) is { } number && with.ValueKind == JsonValueKind.Number && with.TryGetDecimal(out var limit)
            && Ordered(comparison, number.CompareTo(limit));
    }

    private static bool Equal(JsonNode value, JsonElement with, bool exact) => with.ValueKind switch
    {
        JsonValueKind.String => Text(value) is { } text && text.Equals(with.GetString(), exact ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase),
        JsonValueKind.Number => Number(value) is { } number && with.TryGetDecimal(out var other) && number == other,
        JsonValueKind.True => value.GetValueKind() == JsonValueKind.True,
        JsonValueKind.False => value.GetValueKind() == JsonValueKind.False,
        _ => false,
    };

    private static bool Ordered(ScimOperator comparison, int order) => comparison switch
    {
        ScimOperator.Greater => order > 0,
        ScimOperator.GreaterOrEqual => order >= 0,
        ScimOperator.Less => order < 0,
        _ => comparison == ScimOperator.LessOrEqual && order <= 0,
    };

    /// <summary>The values that a name leads to; several where it leads through an array.</summary>
    private static IEnumerable<JsonNode?> Values(JsonObject resource, ScimAttribute attribute)
    {
        var from = attribute.Schema is { } schema && FindName(resource, schema) is { } extension ? resource[extension] as JsonObject : resource;
        if (from is null || FindName(from, attribute.Name) is not { } name)
        {
            return [];
        }

        var values = from[name] is JsonArray array ? array : (IEnumerable<JsonNode?>)[from[name]];
        return attribute.Sub is not { } sub
            ? values
            : values.OfType<JsonObject>().Select(value => FindName(value, sub) is { } found ? value[found] : null);
    }

    /// <summary>A value that can be compared: that of a complex one is its <c>value</c> (RFC 7644 §3.4.2.2), or its being there.</summary>
    private static IEnumerable<JsonNode?> Plain(JsonNode? node) => node switch
    {
        JsonArray array => array.SelectMany(Plain),
        JsonObject complex when FindName(complex, "value") is { } name => [complex[name]],
        JsonObject { Count: > 0 } complex => [complex],
        JsonObject => [],
        _ => [node],
    };

    private static bool IsPresent(JsonNode? value) => value is not null && !(Text(value) is { Length: 0 });

    private static string? Text(JsonNode value) => value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    private static decimal? Number(JsonNode value) =>
        value.GetValueKind() == JsonValueKind.Number && decimal.TryParse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static DateTimeOffset? Time(string text) =>
        text.Length >= 10 && text[4] == '-' && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
