using System.Buffers;
using System.Globalization;
using System.Text.Unicode;

namespace Platform.Api.Http.Targets;

/// <summary>
/// Reads the raw request target. The server's own decoded path no longer tells <c>;</c> from <c>%3B</c>, and has had its dot
/// segments resolved, so that it cannot be used to take <c>;jsessionid=</c> off (contracts/gcube-http.md, "jsessionid in the URL").
/// </summary>
internal static class RequestTargetParser
{
    /// <summary>The longest target taken, in characters. Kestrel's own limit is above it, so that the refusal is a problem document.</summary>
    public const int MaxLength = 8 * 1024;

    /// <summary>How many <c>jsessionid</c> values are kept.</summary>
    public const int MaxSessionIds = 8;

    private const string SessionParameter = "jsessionid=";

    /// <summary>Without any other character, and without a dot after a slash, a target means what the server made of it.</summary>
    private static readonly SearchValues<char> Plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,=:@/?");

    /// <summary>Reads a target; null where the server's own reading of it holds.</summary>
    public static RequestTarget? Parse(string raw)
    {
        if (raw.Length <= MaxLength
            && raw.Length > 0
            && raw[0] == '/'
            && !raw.AsSpan().ContainsAnyExcept(Plain)
            && !raw.Contains("/.", StringComparison.Ordinal))
        {
            return null;
        }

        return ParseCarefully(raw);
    }

    /// <summary>The session ids on a target that is another service's, and is not judged here; as many as are kept of our own.</summary>
    public static IReadOnlyList<string> FindSessionIds(string raw)
    {
        List<string>? ids = null;
        var query = raw.IndexOf('?', StringComparison.Ordinal);
        var path = query < 0 ? raw : raw[..query];
        for (var index = path.IndexOf(';', StringComparison.Ordinal); index >= 0; index = path.IndexOf(';', index))
        {
            var next = path.IndexOf('/', index);
            var end = next < 0 ? path.Length : next;
            TakeParameters(path.AsSpan(index + 1, end - index - 1), ref ids);
            index = end;
        }

        return ids ?? (IReadOnlyList<string>)[];
    }

    private static RequestTarget ParseCarefully(string raw)
    {
        if (raw.Length > MaxLength)
        {
            return Refused(HttpErrors.TargetTooLong, $"a target has at most {MaxLength} characters");
        }

        if (!TryFindPath(raw, out var start))
        {
            return Refused(HttpErrors.MalformedTarget, "the target has to be a path, or an http or https URL without user information");
        }

        for (var index = start; index < raw.Length; index++)
        {
            if (raw[index] is <= ' ' or >= '\x7f' or '\\' or '#')
            {
                return RefusedAt(index);
            }
        }

        var queryStart = raw.IndexOf('?', start);
        var pathEnd = queryStart < 0 ? raw.Length : queryStart;
        var query = queryStart < 0 ? "" : raw[queryStart..];
        if (query.Contains('%', StringComparison.Ordinal) && FindQueryFault(query) is { } fault)
        {
            return RefusedAt(queryStart + fault);
        }

        return ParsePath(raw, start, pathEnd, query);
    }

    private static RequestTarget ParsePath(string raw, int start, int end, string query)
    {
        if (start == end)
        {
            return new RequestTarget { Path = "/", Query = query };
        }

        List<string>? ids = null;
        var bytes = ArrayPool<byte>.Shared.Rent(end - start);
        try
        {
            var length = 0;
            var segmentStart = 0;
            for (var index = start; index <= end; index++)
            {
                var character = index == end ? '/' : raw[index];
                if (character == ';')
                {
                    var next = raw.IndexOf('/', index, end - index);
                    var parametersEnd = next < 0 ? end : next;
                    TakeParameters(raw.AsSpan(index + 1, parametersEnd - index - 1), ref ids);
                    index = parametersEnd - 1;
                    continue;
                }

                if (character == '/')
                {
                    if (IsDotSegment(bytes.AsSpan(segmentStart, length - segmentStart)))
                    {
                        return RefusedAt(index - 1);
                    }

                    if (index < end)
                    {
                        bytes[length++] = (byte)'/';
                        segmentStart = length;
                    }

                    continue;
                }

                if (character == '%')
                {
                    // An encoded slash or control character means one thing here and another to whoever decodes next.
                    if (!TryDecode(raw, index, end, out var value) || value is < 0x20 or 0x7f or (byte)'/' or (byte)'\\')
                    {
                        return RefusedAt(index);
                    }

                    bytes[length++] = value;
                    index += 2;
                    continue;
                }

                bytes[length++] = (byte)character;
            }

            if (!Utf8.IsValid(bytes.AsSpan(0, length)))
            {
                return Refused(HttpErrors.MalformedTarget, "the path is not UTF-8");
            }

            var path = System.Text.Encoding.UTF8.GetString(bytes, 0, length);
            if (path.Contains(';' + SessionParameter, StringComparison.OrdinalIgnoreCase))
            {
                // Somebody encoded the semicolon. It is no parameter, and no path has such a name; routing would log it with the id.
                return Refused(HttpErrors.NotFound, "an encoded ';' begins no parameter");
            }

            return new RequestTarget { Path = path, Query = query, SessionIds = ids ?? (IReadOnlyList<string>)[] };
        }
        finally
        {
            // The bytes may hold a name that somebody took for a secret; the pool hands them to the next.
            ArrayPool<byte>.Shared.Return(bytes, clearArray: true);
        }
    }

    private static void TakeParameters(ReadOnlySpan<char> parameters, ref List<string>? ids)
    {
        foreach (var range in parameters.Split(';'))
        {
            var parameter = parameters[range];
            if (parameter.StartsWith(SessionParameter, StringComparison.Ordinal) && (ids?.Count ?? 0) < MaxSessionIds)
            {
                (ids ??= new List<string>(1)).Add(parameter[SessionParameter.Length..].ToString());
            }
        }
    }

    /// <summary>RFC 9112 §3.2: origin-form, or absolute-form, which a server has to take too.</summary>
    private static bool TryFindPath(string raw, out int start)
    {
        start = 0;
        if (raw.StartsWith('/'))
        {
            return true;
        }

        var authority = raw.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? 7
            : raw.StartsWith("https://", StringComparison.OrdinalIgnoreCase) ? 8
            : -1;
        if (authority < 0)
        {
            return false;
        }

        var length = raw.AsSpan(authority).IndexOfAny('/', '?');
        start = length < 0 ? raw.Length : authority + length;
        return start > authority && !raw.AsSpan(authority, start - authority).ContainsAny("@;%\\#");
    }

    private static bool IsDotSegment(ReadOnlySpan<byte> segment) => segment is [(byte)'.'] or [(byte)'.', (byte)'.'];

    private static bool TryDecode(ReadOnlySpan<char> text, int index, int end, out byte value)
    {
        value = 0;
        return index + 2 < end
            && char.IsAsciiHexDigit(text[index + 1])
            && char.IsAsciiHexDigit(text[index + 2])
            && byte.TryParse(text.Slice(index + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>The index of what is not percent-encoded UTF-8; null where all is.</summary>
    private static int? FindQueryFault(string query)
    {
        var bytes = new byte[query.Length];
        var length = 0;
        for (var index = 0; index < query.Length; index++)
        {
            if (query[index] != '%')
            {
                bytes[length++] = (byte)query[index];
            }
            else if (TryDecode(query, index, query.Length, out var value) && value != 0)
            {
                bytes[length++] = value;
                index += 2;
            }
            else
            {
                return index;
            }
        }

        return Utf8.IsValid(bytes.AsSpan(0, length)) ? null : 0;
    }

    private static RequestTarget RefusedAt(int index) =>
        Refused(HttpErrors.MalformedTarget, string.Create(CultureInfo.InvariantCulture, $"the request target, character {index + 1}"));

    private static RequestTarget Refused(ErrorCode error, string place) =>
        new() { Path = "/", Query = "", Refusal = new TargetRefusal(error, place) };
}
