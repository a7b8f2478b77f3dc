using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace Platform.Api.Http.Wire;

/// <summary>
/// Chooses the format of an answer by <c>Accept</c> (RFC 9110 §12.5.1): the highest quality, then the most specific range, then
/// the endpoint's own order. So <c>application/json, */*</c> gets JSON where XML is the default.
/// </summary>
internal static class Negotiation
{
    /// <summary>The format; null where the request accepts none of the offers.</summary>
    public static WireFormat? Choose(StringValues accept, Offers offers)
    {
        if (StringValues.IsNullOrEmpty(accept) || accept is ["*/*"])
        {
            return offers.Formats[0];
        }

        WireFormat? best = null;
        var bestRank = (Quality: 0, Specificity: 0);
        foreach (var format in offers.Formats)
        {
            var rank = Rank(accept, format);
            if (rank.Quality > 0 && rank.CompareTo(bestRank) > 0)
            {
                (best, bestRank) = (format, rank);
            }
        }

        return best;
    }

    /// <summary>The quality in thousandths that the most specific matching range gives a format.</summary>
    private static (int Quality, int Specificity) Rank(StringValues accept, WireFormat format)
    {
        var result = (Quality: 0, Specificity: 0);
        foreach (var header in accept)
        {
            foreach (var part in header.AsSpan().Split(','))
            {
                var element = header.AsSpan()[part].Trim();
                var semicolon = element.IndexOf(';');
                var specificity = Match(semicolon < 0 ? element : element[..semicolon].TrimEnd(), format);
                if (specificity == 0 || specificity < result.Specificity)
                {
                    continue;
                }

                var quality = semicolon < 0 ? 1000 : Quality(element[(semicolon + 1)..]);
                if (specificity > result.Specificity || quality > result.Quality)
                {
                    result = (quality, specificity);
                }
            }
        }

        return result;
    }

    private static int Match(ReadOnlySpan<char> range, WireFormat format)
    {
        const int exact = 3, type = 2, any = 1;
        return format switch
        {
            WireFormat.Xml when Is(range, "application/xml") || Is(range, "text/xml") || Is(range, "application/problem+xml") => exact,
            WireFormat.Json when Is(range, "application/json") || Is(range, "application/problem+json") => exact,
            WireFormat.Html when Is(range, "text/html") => exact,
            WireFormat.Html when Is(range, "text/*") => type,
            WireFormat.Xml or WireFormat.Json when Is(range, "application/*") => type,
            _ when Is(range, "*/*") => any,
            _ => 0,
        };

        static bool Is(ReadOnlySpan<char> range, string name) => range.Equals(name, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The weight among the parameters; one that is malformed counts as none at all.</summary>
    private static int Quality(ReadOnlySpan<char> parameters)
    {
        foreach (var part in parameters.Split(';'))
        {
            var parameter = parameters[part].Trim();
            if (parameter.StartsWith("q=", StringComparison.OrdinalIgnoreCase))
            {
                return parameter.Length <= 7
                    && decimal.TryParse(parameter[2..], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
                    && value <= 1
                    ? (int)(value * 1000)
                    : 0;
            }
        }

        return 1000;
    }
}
