using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Platform.Storage;

/// <summary>
/// Grain state as UTF-8 JSON, the same bytes on every engine: property names as in the source, enums by name, no computed
/// properties. What an older version wrote loads as long as the names stay; members that are gone are skipped.
/// </summary>
public static class StateSerializer
{
    /// <summary>The one set of options for state. Read-only.</summary>
    public static JsonSerializerOptions Options { get; } = CreateOptions();

    /// <summary>The state as UTF-8 JSON.</summary>
    public static ReadOnlyMemory<byte> Serialize<TState>(TState state) => JsonSerializer.SerializeToUtf8Bytes(state, Options);

    /// <summary>The state that these bytes hold.</summary>
    /// <exception cref="JsonException">The bytes are not the JSON of such a state.</exception>
    public static TState Deserialize<TState>(ReadOnlySpan<byte> payload) =>
        JsonSerializer.Deserialize<TState>(payload, Options)
        ?? throw new JsonException($"The state of type {typeof(TState).Name} is null.");

    private static JsonSerializerOptions CreateOptions()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.General)
        {
            // The bytes go to a database, never into a page.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { DropComputed } },
        };
        options.Converters.Add(new JsonStringEnumConverter());
        options.MakeReadOnly();
        return options;
    }

    // A property that nothing can set is never read back; written, it would only grow the row.
    private static void DropComputed(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object)
        {
            return;
        }

        for (var i = type.Properties.Count - 1; i >= 0; i--)
        {
            if (type.Properties[i] is { Set: null, AssociatedParameter: null, IsExtensionData: false })
            {
                type.Properties.RemoveAt(i);
            }
        }
    }
}
