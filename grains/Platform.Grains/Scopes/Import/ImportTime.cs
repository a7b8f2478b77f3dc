using System.Globalization;

namespace Platform.Grains.Scopes.Import;

/// <summary>Times as files of scopes and memberships write them: RFC 3339 with its offset.</summary>
public static class ImportTime
{
    private static readonly string[] Formats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mm:ssK"];

    /// <summary>The time in UTC.</summary>
    public static string Write(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    /// <summary>Takes a time that says its offset; one without would mean another instant on another machine.</summary>
    public static bool TryRead(string text, out DateTimeOffset time)
    {
        time = default;
        var clock = text.IndexOf('T', StringComparison.Ordinal);
        if (clock < 0 || text.AsSpan(clock).IndexOfAny("Z+-") < 0
            || !DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var read))
        {
            return false;
        }

        time = read.ToUniversalTime();
        return true;
    }
}
