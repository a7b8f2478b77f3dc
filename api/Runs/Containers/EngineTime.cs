using System.Globalization;

namespace Platform.Api.Runs.Containers;

/// <summary>Times as engines write them (RFC 3339), to the nanosecond.</summary>
internal static class EngineTime
{
    /// <summary>Reads a time.</summary>
    /// <param name="text">The text, with up to nine decimals.</param>
    /// <param name="nanoseconds">Nanoseconds since 1970 (UTC).</param>
    public static bool TryParse(ReadOnlySpan<char> text, out long nanoseconds)
    {
        nanoseconds = 0;
        var point = text.IndexOf('.');
        var fraction = 0L;
        var seconds = text.ToString();
        if (point > 0)
        {
            var end = point + 1;
            while (end < text.Length && char.IsAsciiDigit(text[end]))
            {
                end++;
            }

            var digits = text[(point + 1)..Math.Min(end, point + 10)];
            if (digits.IsEmpty || !long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out fraction))
            {
                return false;
            }

            for (var missing = 9 - digits.Length; missing > 0; missing--)
            {
                fraction *= 10;
            }

            seconds = $"{text[..point]}{text[end..]}";
        }

        if (!DateTimeOffset.TryParseExact(seconds, "yyyy-MM-dd'T'HH:mm:ssK", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var whole))
        {
            return false;
        }

        nanoseconds = (whole.ToUnixTimeSeconds() * 1_000_000_000) + fraction;
        return true;
    }
}
