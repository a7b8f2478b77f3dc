using System.Buffers;
using System.Text;
using System.Text.Json;
using Platform.Api.Scopes.Import;

namespace Platform.Api.OAuth.Clients.Import;

/// <summary>Writes a piece of a file, JSON or YAML, as JSON. What YAML has without quotes is text, truth values and null aside.</summary>
internal static class JsonText
{
    internal static string Write(ImportNode node)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            Write(json, node);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, ImportNode node)
    {
        switch (node)
        {
            case MapNode map:
                json.WriteStartObject();

                // Of a name that stands twice the last counts, as in other readers; validation of what it stands for follows.
                foreach (var (name, value) in map.Members.GroupBy(member => member.Key.Text, member => member.Value, StringComparer.Ordinal).Select(group => (group.Key, group.Last())))
                {
                    json.WritePropertyName(name);
                    Write(json, value);
                }

                json.WriteEndObject();
                break;
            case ListNode list:
                json.WriteStartArray();
                foreach (var item in list.Items)
                {
                    Write(json, item);
                }

                json.WriteEndArray();
                break;
            case ScalarNode { Kind: ScalarKind.Null }:
                json.WriteNullValue();
                break;
            case ScalarNode { Kind: ScalarKind.Literal, Text: var literal }:
                json.WriteRawValue(literal);
                break;
            case ScalarNode { Kind: ScalarKind.Plain, Text: "true" or "false" } truth:
                json.WriteBooleanValue(truth.Text == "true");
                break;
            case ScalarNode scalar:
                json.WriteStringValue(scalar.Text);
                break;
        }
    }
}
