using System.Text;
using System.Text.RegularExpressions;
using Platform.Api.Runs.Containers;

namespace Platform.Api.Runs.Machine;

/// <summary>
/// Makes lines of what one stream of a container brings in pieces, with whatever looks like a token taken out: the token of an algorithm that
/// prints it stays out of the log (invariant 6). Lines longer than <see cref="LongestLine"/> are cut into several.
/// </summary>
internal sealed partial class LogLines
{
    /// <summary>The longest line, in bytes.</summary>
    public const int LongestLine = 16 * 1024;

    /// <summary>What stands where a token stood.</summary>
    public const string Redacted = "[token]";

    /// <summary>What could be a token at the end of a cut is kept back up to here, so that none is cut in two.</summary>
    private const int LongestToken = 8 * 1024;

    private readonly List<byte> _pending = [];
    private long _pendingAt;

    /// <summary>Whether something waits for its line's end.</summary>
    public bool HasRest => _pending.Count > 0;

    /// <summary>Takes a piece; gives the lines that end in it, each with the time of its first piece.</summary>
    public IEnumerable<(long At, string Text)> Take(ContainerOutput piece)
    {
        var bytes = piece.Bytes;
        while (bytes.Length > 0)
        {
            if (_pending.Count == 0)
            {
                _pendingAt = piece.At;
            }

            var end = bytes.Span.IndexOf((byte)'\n');
            var taken = Math.Min(end < 0 ? bytes.Length : end, LongestLine + LongestToken - _pending.Count);
            _pending.AddRange(bytes.Span[..taken]);
            bytes = bytes[taken..];
            if (bytes.Length > 0 && bytes.Span[0] == (byte)'\n')
            {
                bytes = bytes[1..];
                yield return Flush(_pending.Count);
            }
            else if (_pending.Count >= LongestLine + LongestToken)
            {
                yield return Flush(FindCut());
            }
        }
    }

    /// <summary>What is left when the stream is over.</summary>
    public IEnumerable<(long At, string Text)> Finish()
    {
        if (HasRest)
        {
            yield return Flush(_pending.Count);
        }
    }

    /// <summary>A text without what looks like a signed token (RFC 7519 §3: three parts in base64url, the first an object).</summary>
    public static string Redact(string text) => text.Contains("eyJ", StringComparison.Ordinal) ? JwtPattern().Replace(text, match => match.Groups[1].Success ? Redacted : match.Value) : text;

    private (long At, string Text) Flush(int length)
    {
        var text = Encoding.UTF8.GetString(_pending.Take(length).ToArray());
        _pending.RemoveRange(0, length);

        // No database takes a zero character in a text.
        return (_pendingAt, Redact(text.TrimEnd('\r').Replace('\0', '\uFFFD')));
    }

    /// <summary>Where to cut: before what may be the beginning of a token that goes on, else at the longest line.</summary>
    private int FindCut()
    {
        var text = Encoding.Latin1.GetString([.. _pending]);
        foreach (Match token in TokenLike().Matches(text))
        {
            if (token.Index < LongestLine && token.Index + token.Length > LongestLine)
            {
                // One that begins the line is cut behind it, however long it is.
                return token.Index > 0 ? token.Index : token.Length;
            }
        }

        return LongestLine;
    }

    // A stretch that begins like a token and is none is passed over whole: looked at from each of its beginnings, a line could take for ever.
    [GeneratedRegex(@"eyJ[A-Za-z0-9_-]{8,}(\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,})?")]
    private static partial Regex JwtPattern();

    [GeneratedRegex(@"eyJ[A-Za-z0-9_.-]*")]
    private static partial Regex TokenLike();
}
