using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Platform.Policies.Rules;

namespace Platform.Policies.Requests.Reading;

/// <summary>
/// Reads the path of a raw target, and finds what a server behind us might read instead. In order: the query is cut; foreign characters
/// are refused; parameters are taken off; what is left is decoded once; then every further reading is looked at, and one with
/// dot segments, backslashes or control characters refuses the whole (CWE-22, CWE-436).
/// </summary>
internal static class UrlPathReader
{
    /// <summary>How often a path may be decoded before it stays the same.</summary>
    private const int MaxDecodings = 4;

    /// <summary>Without other characters, doubled slashes, leading dots and a slash at the end, a path means itself.</summary>
    private static readonly SearchValues<char> Plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,=:@/");

    /// <summary>Reads a path.</summary>
    public static bool TryRead(string rawTarget, out UrlPath path, [NotNullWhen(false)] out string? fault)
    {
        path = default;
        fault = FindFault(rawTarget);
        if (fault is not null)
        {
            return false;
        }

        var queryStart = rawTarget.IndexOf('?', StringComparison.Ordinal);
        var raw = queryStart < 0 ? rawTarget : rawTarget[..queryStart];
        if (MeansItself(raw))
        {
            path = new UrlPath(raw, EncodingAllowance.None, []);
            return true;
        }

        fault = FindPathFault(raw);
        return fault is null && TryReadCarefully(raw, out path, out fault);
    }

    private static bool MeansItself(string raw) =>
        !raw.AsSpan().ContainsAnyExcept(Plain)
        && !raw.Contains("//", StringComparison.Ordinal)
        && !raw.Contains("/.", StringComparison.Ordinal)
        && (raw.Length == 1 || raw[^1] != '/');

    private static string? FindFault(string rawTarget) =>
        rawTarget.Length > RequestUrl.MaxLength ? $"path and query have at most {RequestUrl.MaxLength} characters"
        : !rawTarget.StartsWith('/') ? "the path has to begin with '/'"
        : rawTarget.Contains('#', StringComparison.Ordinal) ? "a request has no fragment"
        : rawTarget.AsSpan().IndexOfAnyInRange('\0', ' ') >= 0 || rawTarget.Contains('\x7f', StringComparison.Ordinal) ? "a URL has no white space and no control characters"
        : null;

    private static string? FindPathFault(string raw)
    {
        for (var index = 0; index < raw.Length; index++)
        {
            if (raw[index] == '\\')
            {
                return "a path has no backslashes";
            }

            if (raw[index] > '~')
            {
                return "a path has ASCII characters alone, others are percent-encoded";
            }

            if (raw[index] == '%' && !PercentEncoding.IsAt(raw, index))
            {
                return "the percent-encoding is malformed";
            }
        }

        return null;
    }

    private static bool TryReadCarefully(string raw, out UrlPath path, [NotNullWhen(false)] out string? fault)
    {
        path = default;
        var readings = new HashSet<string>(StringComparer.Ordinal);
        if (!TryFollow(raw, withParameters: true, readings, out var once, out fault)
            || !TryFollow(WithoutParameters(raw), withParameters: false, readings, out _, out fault))
        {
            return false;
        }

        var encoded = raw.Contains("%2F", StringComparison.OrdinalIgnoreCase) ? EncodingAllowance.Slash : EncodingAllowance.None;
        if (PercentEncoding.IsIn(once))
        {
            encoded |= EncodingAllowance.Double;
        }

        var text = ReadForAllow(raw);
        readings.Remove(text);
        path = new UrlPath(text, encoded, [.. readings]);
        return true;
    }

    /// <summary>Decodes until nothing changes, and keeps every reading on the way.</summary>
    private static bool TryFollow(
        string raw, bool withParameters, HashSet<string> readings, out string once, [NotNullWhen(false)] out string? fault)
    {
        once = "";
        fault = null;
        var reading = raw;
        for (var decoding = 1; decoding == 1 || PercentEncoding.IsIn(reading); decoding++)
        {
            if (decoding > MaxDecodings)
            {
                fault = $"the path is encoded more than {MaxDecodings} times";
                return false;
            }

            if (!PercentEncoding.TryDecode(reading, out reading))
            {
                fault = "the path is not UTF-8";
                return false;
            }

            once = decoding == 1 ? reading : once;
            reading = withParameters ? reading : WithoutParameters(reading);
            fault = FindReadingFault(reading);
            if (fault is not null)
            {
                return false;
            }

            readings.Add(Collapse(reading));
        }

        return true;
    }

    private static string? FindReadingFault(string reading)
    {
        foreach (var range in reading.AsSpan().Split('/'))
        {
            if (reading.AsSpan(range) is "." or "..")
            {
                return "a path has no dot segments";
            }
        }

        foreach (var character in reading)
        {
            if (character == '\\')
            {
                return "a path has no backslashes";
            }

            if (char.IsControl(character))
            {
                return "a path has no control characters";
            }
        }

        return null;
    }

    /// <summary>Decoded once, with an encoded slash and what is encoded twice left as they are.</summary>
    private static string ReadForAllow(string raw)
    {
        var path = new StringBuilder(raw.Length);
        foreach (var range in raw.AsSpan().Split('/'))
        {
            var segment = raw.AsSpan(range);
            var parameters = segment.IndexOf(';');
            segment = parameters < 0 ? segment : segment[..parameters];
            if (segment.IsEmpty)
            {
                continue;
            }

            // The whole path was decoded before, so that each segment of it is UTF-8.
            _ = PercentEncoding.TryDecode(segment, out var decoded);
            path.Append('/');
            for (var index = 0; index < decoded.Length; index++)
            {
                path.Append(decoded[index] == '/' ? "%2F" : PercentEncoding.IsAt(decoded, index) ? "%25" : decoded.AsSpan(index, 1));
            }
        }

        return path.Length == 0 ? "/" : path.ToString();
    }

    private static string WithoutParameters(string path)
    {
        if (!path.Contains(';', StringComparison.Ordinal))
        {
            return path;
        }

        var without = new StringBuilder(path.Length);
        var inParameters = false;
        foreach (var character in path)
        {
            inParameters = character != '/' && (inParameters || character == ';');
            if (!inParameters)
            {
                without.Append(character);
            }
        }

        return without.ToString();
    }

    private static string Collapse(string path)
    {
        var collapsed = new StringBuilder(path.Length);
        foreach (var range in path.AsSpan().Split('/'))
        {
            var segment = path.AsSpan(range);
            if (!segment.IsEmpty)
            {
                collapsed.Append('/').Append(segment);
            }
        }

        return collapsed.Length == 0 ? "/" : collapsed.ToString();
    }
}
