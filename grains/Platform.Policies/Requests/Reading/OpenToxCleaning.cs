namespace Platform.Policies.Requests.Reading;

/// <summary>What OpenTox services do to a URI before their rules look at it (contracts/opentox-opensso.md, "The filter before every request").</summary>
internal static class OpenToxCleaning
{
    private const string Models = "/model/";

    /// <summary>Cuts what is behind the first number or UUID that is followed by a slash, and then the last segment's extension.</summary>
    /// <param name="path">A normalised path.</param>
    public static string Clean(string path)
    {
        var cleaned = path;
        var start = 1;
        for (var end = path.IndexOf('/', start); end >= 0; end = path.IndexOf('/', start))
        {
            if (IsIdentifier(path.AsSpan(start, end - start)))
            {
                cleaned = path[..end];
                break;
            }

            start = end + 1;
        }

        var last = cleaned.LastIndexOf('/');
        var extension = cleaned.IndexOf('.', last);
        cleaned = extension < 0 ? cleaned : cleaned[..extension];
        return cleaned.Length > 1 && cleaned[^1] == '/' ? cleaned[..^1] : cleaned;
    }

    /// <summary>Whether it is one model; what is posted to it is a question, and counts as GET.</summary>
    /// <param name="path">A cleaned path.</param>
    public static bool IsModel(string path) => path.StartsWith(Models, StringComparison.Ordinal) && IsNumber(path.AsSpan(Models.Length));

    private static bool IsIdentifier(ReadOnlySpan<char> segment) => IsNumber(segment) || Guid.TryParseExact(segment, "D", out _);

    private static bool IsNumber(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExceptInRange('0', '9');
}
