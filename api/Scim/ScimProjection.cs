using System.Text.Json.Nodes;
using Platform.Api.Http.Wire;
using Platform.Api.Scim.Filters;

namespace Platform.Api.Scim;

/// <summary>Which attributes an answer has (RFC 7644 §3.4.2.5): those that were named, or all but those that were named. <c>id</c> and <c>schemas</c> always.</summary>
internal sealed class ScimProjection
{
    private readonly IReadOnlyList<ScimAttribute> _only;
    private readonly IReadOnlyList<ScimAttribute> _without;

    private ScimProjection(IReadOnlyList<ScimAttribute> only, IReadOnlyList<ScimAttribute> without)
    {
        _only = only;
        _without = without;
    }

    /// <summary>All attributes.</summary>
    public static ScimProjection All { get; } = new([], []);

    /// <summary>Reads <c>attributes</c> and <c>excludedAttributes</c>.</summary>
    public static (ScimProjection Projection, ScimRefusal? Refusal) Read(Parameters query) =>
        Of(query.Find("attributes")?.Split(','), query.Find("excludedAttributes")?.Split(','));

    /// <summary>The same, of lists.</summary>
    public static (ScimProjection Projection, ScimRefusal? Refusal) Of(IReadOnlyCollection<string>? attributes, IReadOnlyCollection<string>? excluded)
    {
        if (attributes is not null && excluded is not null)
        {
            return (All, ScimRefusal.InvalidValue("attributes and excludedAttributes exclude each other."));
        }

        var only = new List<ScimAttribute>();
        var without = new List<ScimAttribute>();
        foreach (var name in (attributes ?? excluded ?? []).Select(name => name.Trim()).Where(name => name.Length > 0))
        {
            if (!ScimFilterParser.TryParseAttribute(name, out var attribute))
            {
                return (All, ScimRefusal.InvalidValue("attributes and excludedAttributes are names of attributes, with commas between them."));
            }

            (attributes is not null ? only : without).Add(attribute);
        }

        return (new ScimProjection(only, without), null);
    }

    /// <summary>Whether an attribute that costs something to find is in the answer.</summary>
    /// <param name="name">The attribute.</param>
    /// <param name="otherwise">Whether it is where nothing was named.</param>
    public bool Wants(string name, bool otherwise) =>
        _only.Count > 0 ? _only.Any(one => Names(one, name)) : !_without.Any(one => Names(one, name) && one.Sub is null) && otherwise;

    /// <summary>What is left of a resource.</summary>
    public JsonObject Apply(JsonObject resource)
    {
        if (_only.Count == 0 && _without.Count == 0)
        {
            return resource;
        }

        var shown = new JsonObject();
        foreach (var (name, value) in resource)
        {
            if (name is "id" or "schemas")
            {
                shown[name] = value?.DeepClone();
            }
            else if (_only.Count > 0)
            {
                var named = _only.Where(one => Names(one, name)).ToList();
                if (named.Count > 0)
                {
                    shown[name] = named.Any(one => IsWhole(one, name)) ? value?.DeepClone() : Keep(value, named.Select(one => Part(one, name)));
                }
            }
            else if (!_without.Any(one => Names(one, name) && IsWhole(one, name)))
            {
                shown[name] = Drop(value, _without.Where(one => Names(one, name)).Select(one => Part(one, name)));
            }
        }

        return shown;
    }

    /// <summary>Whether a name is that of a member: an attribute, or the schema of an extension.</summary>
    private static bool Names(ScimAttribute attribute, string name) =>
        name.StartsWith("urn:", StringComparison.OrdinalIgnoreCase)
            ? name.Equals(attribute.Schema, StringComparison.OrdinalIgnoreCase) || name.Equals($"{attribute.Schema}:{attribute.Name}", StringComparison.OrdinalIgnoreCase)
            : attribute.Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    private static bool IsWhole(ScimAttribute attribute, string name) =>
        name.StartsWith("urn:", StringComparison.OrdinalIgnoreCase) ? !name.Equals(attribute.Schema, StringComparison.OrdinalIgnoreCase) : attribute.Sub is null;

    private static string Part(ScimAttribute attribute, string name) =>
        name.StartsWith("urn:", StringComparison.OrdinalIgnoreCase) ? attribute.Name : attribute.Sub ?? "";

    private static JsonNode? Keep(JsonNode? value, IEnumerable<string> parts) => Each(value, of =>
    {
        var kept = new JsonObject();
        foreach (var part in parts)
        {
            if (ScimFilterMatch.FindName(of, part) is { } name)
            {
                kept[name] = of[name]?.DeepClone();
            }
        }

        return kept;
    });

    private static JsonNode? Drop(JsonNode? value, IEnumerable<string> parts) => Each(value, of =>
    {
        var kept = (JsonObject)of.DeepClone();
        foreach (var part in parts)
        {
            if (ScimFilterMatch.FindName(kept, part) is { } name)
            {
                kept.Remove(name);
            }
        }

        return kept;
    });

    private static JsonNode? Each(JsonNode? value, Func<JsonObject, JsonObject> change) => value switch
    {
        JsonObject of => change(of),
        JsonArray array => new JsonArray([.. array.Select(item => item is JsonObject of ? change(of) : item?.DeepClone())]),
        _ => value?.DeepClone(),
    };
}
