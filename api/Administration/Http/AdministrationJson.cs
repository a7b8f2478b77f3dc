using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Platform.Api.Http;

namespace Platform.Api.Administration.Http;

/// <summary>The JSON of <c>/admin/api</c> and <c>/account/api</c>: camelCase, times in UTC, and nothing in a body that is not known.</summary>
internal static class AdministrationJson
{
    /// <summary>How it is read and written.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>Reads a body.</summary>
    /// <returns>The value; or what is wrong with it, and where.</returns>
    public static (T? Value, Problem? Refusal) Read<T>(ReadOnlyMemory<byte> body)
        where T : class
    {
        JsonElement root;
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = Options.MaxDepth, AllowDuplicateProperties = false });
            root = document.RootElement.Clone();
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, or what is no UTF-8, in the name of a member.
            return (null, Malformed("", "The name of a member is no text."));
        }
        catch (JsonException e)
        {
            var fault = new Fault("", (int)(e.LineNumber ?? 0) + 1, (int)(e.BytePositionInLine ?? 0) + 1, "This is no JSON, or an object names a member twice.");
            return (null, new Problem(AdministrationErrors.MalformedBody, "The body is no JSON, or an object in it names a member twice.", "body") { Faults = [fault] });
        }

        if (root.ValueKind != JsonValueKind.Object)
        {
            return (null, Malformed("", "The body is a JSON object."));
        }

        if (FindUnknown(root, Options.GetTypeInfo(typeof(T)), "") is { } unknown)
        {
            return (null, Malformed(unknown, "There is no such member here, or it is a list that holds null."));
        }

        try
        {
            return (root.Deserialize<T>(Options), null);
        }
        catch (JsonException e)
        {
            // Its message names our types; its path is what the client needs.
            return (null, Malformed(e.Path?.TrimStart('$').TrimStart('.') ?? "", "A value is missing here, or is not of the kind that is needed."));
        }
    }

    private static Problem Malformed(string path, string message) =>
        new(AdministrationErrors.MalformedBody, message, path.Length == 0 ? "body" : $"body member {Shorten(path)}");

    private static string Shorten(string path) => path.Length <= 200 ? path : path[..200];

    /// <summary>The path of the first member that no type has.</summary>
    private static string? FindUnknown(JsonElement element, JsonTypeInfo type, string path)
    {
        if (type.Type.IsGenericType && type.Type.GetGenericTypeDefinition() == typeof(Given<>))
        {
            return FindUnknown(element, Options.GetTypeInfo(type.Type.GetGenericArguments()[0]), path);
        }

        if (element.ValueKind == JsonValueKind.Array && type.Kind == JsonTypeInfoKind.Enumerable)
        {
            // No list of ours has holes, and the serializer would let them through.
            if (element.EnumerateArray().Any(item => item.ValueKind == JsonValueKind.Null))
            {
                return path;
            }

            var items = Options.GetTypeInfo(type.ElementType!);
            return element.EnumerateArray().Select((item, index) => FindUnknown(item, items, FormattableString.Invariant($"{path}[{index}]"))).FirstOrDefault(found => found is not null);
        }

        if (element.ValueKind != JsonValueKind.Object || type.Kind != JsonTypeInfoKind.Object)
        {
            return null;
        }

        foreach (var member in element.EnumerateObject())
        {
            string name;
            try
            {
                name = member.Name;
            }
            catch (InvalidOperationException)
            {
                // Half of a surrogate pair is no text.
                return path;
            }

            var at = path.Length == 0 ? name : $"{path}.{name}";
            var known = type.Properties.FirstOrDefault(property => property.Name == name);
            if (known is null)
            {
                return at;
            }

            if (FindUnknown(member.Value, Options.GetTypeInfo(known.PropertyType), at) is { } unknown)
            {
                return unknown;
            }
        }

        return null;
    }

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            MaxDepth = 16,
            NumberHandling = JsonNumberHandling.Strict,
            PropertyNameCaseInsensitive = false,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        };
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        options.Converters.Add(new UtcConverter());
        options.MakeReadOnly();
        return options;
    }

    /// <summary>Times have an offset, and leave in UTC.</summary>
    private sealed class UtcConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            // A time without an offset would be one thing on one node and another on the next.
            if (reader.TokenType != JsonTokenType.String
                || reader.GetString() is not { } text
                || !(text.EndsWith('Z') || (text.Length > 6 && text[^6] is '+' or '-'))
                || !reader.TryGetDateTimeOffset(out var value))
            {
                throw new JsonException();
            }

            return value.ToUniversalTime();
        }

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(value.UtcDateTime);
    }
}
