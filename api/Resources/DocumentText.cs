using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Platform.Api.Http;

namespace Platform.Api.Resources;

/// <summary>
/// Reads documents. Strict, since two readers of a lax one would see different things in it: no name twice in an object (RFC 8259 §4), no
/// half of a surrogate pair (RFC 7493 §2.1), no byte-order mark, nothing after the value.
/// </summary>
internal static class DocumentText
{
    /// <summary>How deep objects and arrays may nest.</summary>
    public const int MaxDepth = 64;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = int.MaxValue };

    /// <summary>The document as text, or what is wrong with it.</summary>
    public static bool TryRead(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out string? document, [NotNullWhen(false)] out Problem? problem)
    {
        document = null;
        problem = Utf8.IsValid(utf8) ? FindFault(utf8) : new Problem(ResourceErrors.MalformedDocument, "The bytes are not UTF-8.");
        if (problem is not null)
        {
            return false;
        }

        document = Encoding.UTF8.GetString(utf8);
        return true;
    }

    private static Problem? FindFault(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, Options);
        var open = new Stack<HashSet<string>?>();
        try
        {
            while (reader.Read())
            {
                if (FindFault(ref reader, open) is { } fault)
                {
                    return new Problem(ResourceErrors.UnacceptableDocument, fault);
                }
            }

            return null;
        }
        catch (JsonException e)
        {
            // Its message quotes the document, and may be long; the place says enough.
            return new Problem(ResourceErrors.MalformedDocument, $"line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}");
        }
        catch (InvalidOperationException)
        {
            return new Problem(ResourceErrors.UnacceptableDocument, "A text holds half of a surrogate pair.");
        }
    }

    private static string? FindFault(ref Utf8JsonReader reader, Stack<HashSet<string>?> open)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                open.Push(reader.TokenType == JsonTokenType.StartObject ? new HashSet<string>(StringComparer.Ordinal) : null);
                return open.Count > MaxDepth ? $"Objects and arrays nest deeper than {MaxDepth} levels." : null;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                open.Pop();
                return null;
            case JsonTokenType.PropertyName:
                return open.Peek()!.Add(reader.GetString()!) ? null : "An object has two members of one name.";
            case JsonTokenType.String when reader.ValueIsEscaped:
                reader.GetString();
                break;
        }

        return open.Count == 0 ? "A document is an object or an array." : null;
    }
}
