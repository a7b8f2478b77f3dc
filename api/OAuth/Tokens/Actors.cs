using System.Buffers;
using System.Text;
using System.Text.Json;
using Platform.Grains.OAuth;

namespace Platform.Api.OAuth.Tokens;

/// <summary>Who acts for the subject of a token, and for whom they act in turn (RFC 8693 §4.1), as JSON texts.</summary>
internal static class Actors
{
    /// <summary>How many may act one for another; it bounds the size of a token.</summary>
    private const int Most = 5;

    /// <summary>An actor, and within it the one before; null where they are too many.</summary>
    /// <param name="subject">Who acts.</param>
    /// <param name="client">The client that they act as; null: none.</param>
    /// <param name="before">Who acted before, as this returned it; null: nobody.</param>
    public static string? TryAdd(string subject, ClientId? client, string? before)
    {
        if (before is not null && Depth(before) >= Most)
        {
            return null;
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("sub"u8, subject);
            if (client is { } id)
            {
                json.WriteString("client_id"u8, id.Value);
            }

            if (before is not null)
            {
                json.WritePropertyName("act"u8);
                json.WriteRawValue(before);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static int Depth(string actor)
    {
        using var document = JsonDocument.Parse(actor);
        var depth = 1;
        for (var element = document.RootElement; element.TryGetProperty("act", out var before); element = before)
        {
            depth++;
        }

        return depth;
    }
}
