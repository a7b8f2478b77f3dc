using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Platform.Grains.Audit;

/// <summary>
/// The one form in which an entry is hashed and stored: JSON in ASCII with its members in a fixed order. The JSON encoder escapes
/// control characters, so that nothing that a client typed can forge a line in a listing.
/// </summary>
internal static class AuditEncoding
{
    internal const string DayFormat = "yyyy-MM-dd";

    /// <summary>What stands before the first entry of a chain.</summary>
    internal static string Beginning { get; } = new('0', SHA256.HashSizeInBytes * 2);

    internal static string DayOf(DateTimeOffset at) => at.UtcDateTime.ToString(DayFormat, CultureInfo.InvariantCulture);

    /// <summary>The text of an entry; over-long members are cut, so that a caller cannot fill the log with one request.</summary>
    internal static string Encode(AuditRecord record)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("v", 1);
            json.WriteString("node", record.Chain.Node);
            json.WriteString("day", record.Chain.Day);
            json.WriteNumber("seq", record.Seq);
            json.WriteNumber("at", record.At.ToUnixTimeMilliseconds());
            json.WriteString("action", Cut(record.Entry.Action, 64));
            json.WriteString("outcome", Cut(record.Entry.Outcome, 64));
            json.WriteString("subject", Cut(record.Entry.Subject, 128));
            json.WriteString("object", Cut(record.Entry.Object, 512));
            json.WriteString("address", Cut(record.Entry.Address, 64));
            json.WriteString("detail", Cut(record.Entry.Detail, 1024));
            if (record.Entry.Scope is { } scope)
            {
                json.WriteString("scope", Cut(scope, 400));
            }

            if (record.Witnessed.Length > 0)
            {
                json.WriteStartArray("witnessed");
                foreach (var head in record.Witnessed)
                {
                    json.WriteStartArray();
                    json.WriteStringValue(head.Chain.Node);
                    json.WriteStringValue(head.Chain.Day);
                    json.WriteNumberValue(head.Seq);
                    json.WriteStringValue(head.Hash);
                    json.WriteEndArray();
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        return Encoding.ASCII.GetString(buffer.WrittenSpan);
    }

    /// <summary>Reads what <see cref="Encode"/> wrote; false for anything else, which someone else put there.</summary>
    internal static bool TryDecode(string text, [NotNullWhen(true)] out AuditRecord? record)
    {
        record = null;
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            if (root.GetProperty("v").GetInt32() != 1)
            {
                return false;
            }

            var entry = new AuditEntry(
                root.GetProperty("action").GetString()!,
                root.GetProperty("outcome").GetString()!,
                root.GetProperty("subject").GetString(),
                root.GetProperty("object").GetString(),
                root.GetProperty("address").GetString()!,
                root.GetProperty("detail").GetString(),
                root.TryGetProperty("scope", out var scope) ? scope.GetString() : null);
            var witnessed = root.TryGetProperty("witnessed", out var heads)
                ? heads.EnumerateArray().Select(h => new AuditHead(new AuditChain(h[0].GetString()!, h[1].GetString()!), h[2].GetInt64(), h[3].GetString()!))
                : [];
            record = new AuditRecord(
                new AuditChain(root.GetProperty("node").GetString()!, root.GetProperty("day").GetString()!),
                root.GetProperty("seq").GetInt64(),
                DateTimeOffset.FromUnixTimeMilliseconds(root.GetProperty("at").GetInt64()),
                entry)
            {
                Witnessed = [.. witnessed],
            };
            return true;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or IndexOutOfRangeException or ArgumentOutOfRangeException)
        {
            // An entry that was tampered with may hold anything; the verifier reports it.
            return false;
        }
    }

    /// <summary>The hash of an entry: SHA-256 over the hash before it and its text.</summary>
    internal static string Hash(string previousHash, string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(previousHash + "\n" + text)));

    /// <summary>What the signature of a head covers.</summary>
    internal static byte[] SignedBytes(AuditHead head) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"platform.audit.head/1\n{head.Chain.Node}\n{head.Chain.Day}\n{head.Seq}\n{head.Hash}"));

    [return: NotNullIfNotNull(nameof(text))]
    private static string? Cut(string? text, int length) => text is null || text.Length <= length ? text : text[..length];
}
