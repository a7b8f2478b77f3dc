using System.Globalization;
using System.Text.Json;

namespace Platform.Grains.Audit;

/// <summary>The audit as JSON lines: one document an entry, with what finds it again in the chains.</summary>
public static class AuditLines
{
    /// <summary>The line of an entry, without the line's end.</summary>
    public static string ToJson(AuditRecord record) => JsonSerializer.Serialize(
        new
        {
            at = Time(record.At),
            record.Chain.Node,
            record.Chain.Day,
            record.Seq,
            record.Entry.Action,
            record.Entry.Outcome,
            record.Entry.Subject,
            record.Entry.Object,
            record.Entry.Scope,
            record.Entry.Address,
            record.Entry.Detail,
        },
        JsonSerializerOptions.Web);

    /// <summary>A time to the millisecond, as the lines have it.</summary>
    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
