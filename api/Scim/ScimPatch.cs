using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Api.Scim.Filters;

namespace Platform.Api.Scim;

/// <summary>What one operation of a PATCH does (RFC 7644 §3.5.2).</summary>
internal enum ScimPatchKind
{
    /// <summary>Adds values.</summary>
    Add,

    /// <summary>Replaces values.</summary>
    Replace,

    /// <summary>Takes values away.</summary>
    Remove,
}

/// <summary>An operation of a PATCH.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Path">To what; null: to the resource, whose members the value names.</param>
/// <param name="Value">With which value; null with <see cref="ScimPatchKind.Remove"/>.</param>
internal sealed record ScimPatchOperation(ScimPatchKind Kind, ScimPath? Path, JsonNode? Value);

/// <summary>A PATCH, read and applied to a resource as JSON.</summary>
internal static class ScimPatch
{
    private const string Schema = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
    private const int MaxOperations = 100;

    /// <summary>Reads the operations of a body.</summary>
    public static (IReadOnlyList<ScimPatchOperation> Operations, ScimRefusal? Refusal) Read(JsonObject body)
    {
        if (!ScimBody.Has(body, Schema) || ScimBody.Find(body, "Operations") is not JsonArray { Count: > 0 and <= MaxOperations } items)
        {
            return ([], ScimRefusal.InvalidSyntax($"A PATCH has \"schemas\": [\"{Schema}\"] and 1 to {MaxOperations} Operations."));
        }

        var operations = new List<ScimPatchOperation>();
        foreach (var item in items)
        {
            var (operation, refusal) = ReadOne(item);
            if (refusal is not null)
            {
                return ([], refusal);
            }

            operations.Add(operation!);
        }

        return (operations, null);
    }

    /// <summary>Applies operations to a resource, in their order.</summary>
    public static ScimRefusal? Apply(JsonObject resource, IEnumerable<ScimPatchOperation> operations)
    {
        foreach (var operation in operations)
        {
            if (Apply(resource, operation) is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }

    private static (ScimPatchOperation? Operation, ScimRefusal? Refusal) ReadOne(JsonNode? item)
    {
        // Some clients write the operations' names in capitals.
        if (item is not JsonObject of || ScimBody.Text(ScimBody.Find(of, "op")) is not { } op || !Enum.TryParse<ScimPatchKind>(op, ignoreCase: true, out var kind) || !char.IsAsciiLetter(op[0]))
        {
            return (null, ScimRefusal.InvalidSyntax("An operation is an object whose 'op' is add, replace or remove."));
        }

        ScimPath? path = null;
        if (ScimBody.Find(of, "path") is { } given)
        {
            if (ScimBody.Text(given) is not { } text || !ScimFilterParser.TryParsePath(text, out path, out var fault))
            {
                return (null, ScimRefusal.InvalidPath($"The path cannot be read{(ScimBody.Text(given) is { } shown && !ScimFilterParser.TryParsePath(shown, out _, out fault) ? ": " + fault : "")}."));
            }
        }

        var value = ScimBody.Find(of, "value")?.DeepClone();
        return kind switch
        {
            ScimPatchKind.Remove when path is null => (null, new ScimRefusal(StatusCodes.Status400BadRequest, "noTarget", "What is removed needs a path.")),
            ScimPatchKind.Remove => (new ScimPatchOperation(kind, path, value), null),
            _ when value is null => (null, ScimRefusal.InvalidValue("An operation that adds or replaces has a value.")),
            _ when path is null && value is not JsonObject => (null, ScimRefusal.InvalidValue("Without a path the value is an object with the attributes.")),
            _ => (new ScimPatchOperation(kind, path, value), null),
        };
    }

    private static ScimRefusal? Apply(JsonObject resource, ScimPatchOperation operation)
    {
        if (operation.Path is { } path)
        {
            return ApplyAt(resource, path, operation.Kind, operation.Value);
        }

        foreach (var (name, value) in (JsonObject)operation.Value!)
        {
            // Clients that know no better write the path as the name of a member.
            if (!ScimFilterParser.TryParsePath(name, out var named, out _))
            {
                return ScimRefusal.InvalidPath("A member of the value is not named as an attribute is.");
            }

            if (ApplyAt(resource, named, operation.Kind, value) is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }

    private static ScimRefusal? ApplyAt(JsonObject resource, ScimPath path, ScimPatchKind kind, JsonNode? value)
    {
        var of = resource;
        if (path.Attribute.Schema is { } schema && !ScimBody.Has(new JsonObject { ["schemas"] = new JsonArray(Scim.Resources.ScimSchemas.User, Scim.Resources.ScimSchemas.Group) }, schema))
        {
            of = Inner(resource, schema);
        }

        var name = ScimFilterMatch.FindName(of, path.Attribute.Name) ?? path.Attribute.Name;
        return path.Values is { } filter ? ApplyToValues(of, name, filter, path.Sub, kind, value)
            : path.Attribute.Sub is { } sub ? ApplyToSub(of, name, sub, kind, value)
            : Set(of, name, kind, value);
    }

    private static ScimRefusal? Set(JsonObject of, string name, ScimPatchKind kind, JsonNode? value)
    {
        if (kind == ScimPatchKind.Remove)
        {
            of.Remove(name);
        }
        else if (kind == ScimPatchKind.Add && of[name] is JsonArray present)
        {
            foreach (var added in value is JsonArray several ? several.ToList() : [value])
            {
                // §3.5.2.1: what is there already is not added again.
                if (!present.Any(one => JsonNode.DeepEquals(one, added)))
                {
                    if (added is JsonObject { } primary && primary["primary"]?.GetValueKind() == JsonValueKind.True)
                    {
                        foreach (var other in present.OfType<JsonObject>())
                        {
                            other.Remove("primary");
                        }
                    }

                    present.Add(added?.DeepClone());
                }
            }
        }
        else if (value is JsonObject merged && of[name] is JsonObject existing)
        {
            foreach (var (member, inner) in merged)
            {
                existing[ScimFilterMatch.FindName(existing, member) ?? member] = inner?.DeepClone();
            }
        }
        else
        {
            of[name] = value?.DeepClone();
        }

        return null;
    }

    private static ScimRefusal? ApplyToSub(JsonObject of, string name, string sub, ScimPatchKind kind, JsonNode? value)
    {
        if (of[name] is JsonArray several)
        {
            foreach (var one in several.OfType<JsonObject>())
            {
                Set(one, ScimFilterMatch.FindName(one, sub) ?? sub, kind, value);
            }

            return null;
        }

        if (of[name] is not (null or JsonObject))
        {
            return ScimRefusal.InvalidPath($"'{name}' has no sub-attributes.");
        }

        var inner = Inner(of, name);
        return Set(inner, ScimFilterMatch.FindName(inner, sub) ?? sub, kind, value);
    }

    private static ScimRefusal? ApplyToValues(JsonObject of, string name, ScimFilter filter, string? sub, ScimPatchKind kind, JsonNode? value)
    {
        var values = of[name] as JsonArray;
        var picked = values?.Where(one => filter.MatchesValue(one, name)).ToList() ?? [];
        if (kind == ScimPatchKind.Remove)
        {
            foreach (var one in picked)
            {
                if (sub is null)
                {
                    values!.Remove(one);
                }
                else if (one is JsonObject inner && ScimFilterMatch.FindName(inner, sub) is { } found)
                {
                    inner.Remove(found);
                }
            }

            if (values is { Count: 0 })
            {
                of.Remove(name);
            }

            return null;
        }

        if (picked.Count == 0)
        {
            // §3.5.2.3; clients that set emails[type eq "work"].value where there is none mean that it be made.
            return Implied(filter) is { } made && sub is not null
                ? Add(of, name, made, sub, value)
                : new ScimRefusal(StatusCodes.Status400BadRequest, "noTarget", $"No value of '{name}' is as the path's filter asks.");
        }

        foreach (var one in picked.OfType<JsonObject>())
        {
            if (sub is not null)
            {
                Set(one, ScimFilterMatch.FindName(one, sub) ?? sub, kind, value);
            }
            else if (value is JsonObject merged)
            {
                foreach (var (member, inner) in merged)
                {
                    one[ScimFilterMatch.FindName(one, member) ?? member] = inner?.DeepClone();
                }
            }
            else
            {
                return ScimRefusal.InvalidValue($"A value of '{name}' is an object.");
            }
        }

        return null;
    }

    private static ScimRefusal? Add(JsonObject of, string name, JsonObject made, string sub, JsonNode? value)
    {
        made[sub] = value?.DeepClone();
        if (of[name] is JsonArray values)
        {
            values.Add(made);
        }
        else
        {
            of[name] = new JsonArray(made);
        }

        return null;
    }

    /// <summary>The value that a filter of equalities describes; null where it describes none.</summary>
    private static JsonObject? Implied(ScimFilter filter)
    {
        var made = new JsonObject();
        foreach (var part in filter.Conjuncts())
        {
            if (part is not ComparisonFilter { Operator: ScimOperator.Equal, Path.Sub: null } equality)
            {
                return null;
            }

            made[equality.Path.Name] = JsonNode.Parse(equality.Value.GetRawText());
        }

        return made;
    }

    private static JsonObject Inner(JsonObject of, string name)
    {
        var found = ScimFilterMatch.FindName(of, name) ?? name;
        if (of[found] is JsonObject inner)
        {
            return inner;
        }

        inner = [];
        of[found] = inner;
        return inner;
    }
}
