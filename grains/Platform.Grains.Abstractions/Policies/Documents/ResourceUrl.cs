using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Platform.Policies.Requests;
using Platform.Policies.Rules;

namespace Platform.Grains.Policies.Documents;

/// <summary>
/// A URL that policy documents speak of, normalised as all URLs are (<see cref="RequestUrl"/>). Segments of its path that are <c>-*-</c> stand
/// for exactly one segment each. Two that differ in letter case alone have one owner: nobody is to put a rule beside another's.
/// </summary>
/// <param name="Text">The URL.</param>
/// <param name="Origin">Its scheme and host, the beginning of <paramref name="Text"/>.</param>
[GenerateSerializer, Immutable, Alias("platform.ResourceUrl")]
public readonly record struct ResourceUrl([property: Id(0)] string Text, [property: Id(1)] string Origin)
{
    /// <summary>What stands for one segment.</summary>
    public const string Wildcard = "-*-";

    /// <summary>Whether it stands for several URLs.</summary>
    public bool IsWildcard => Text.AsSpan(Origin.Length).Contains(Wildcard, StringComparison.Ordinal);

    /// <summary>The key of what documents say of this URL: letter case does not matter in it.</summary>
    public string RowKey => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text.ToLowerInvariant())));

    /// <summary>The key of what documents say of the URLs of its origin with wildcards.</summary>
    public string WildcardsKey => "origin:" + Origin;

    /// <summary>Takes a normalised URL as it is.</summary>
    public static ResourceUrl Of(RequestUrl url)
    {
        var origin = $"{url.Scheme}://{url.Authority}";
        return new ResourceUrl(origin + url.Path, origin);
    }

    /// <summary>Takes an absolute URL. A <c>*</c> counts in whole segments <c>-*-</c> alone, and what is encoded twice or holds encoded slashes is refused.</summary>
    public static bool TryParse(string text, out ResourceUrl url, [NotNullWhen(false)] out string? fault)
    {
        url = default;
        if (!RequestUrl.TryNormalise(text, out var read, out fault))
        {
            return false;
        }

        if (read.Encoded != EncodingAllowance.None)
        {
            fault = "it holds encoded slashes, or is encoded twice";
            return false;
        }

        foreach (var segment in read.Path.Split('/'))
        {
            if (segment.Contains('*', StringComparison.Ordinal) && segment != Wildcard)
            {
                fault = "a wildcard is '-*-', in place of one whole segment";
                return false;
            }
        }

        url = Of(read);
        return true;
    }

    /// <summary>Whether two of them have a URL in common, letter case aside.</summary>
    public bool Overlaps(ResourceUrl other) =>
        Matches(other, StringComparison.OrdinalIgnoreCase, static (segment, others) => Stands(segment, others) || Stands(others, segment));

    /// <summary>Whether it is the other, or stands for it.</summary>
    public bool Covers(ResourceUrl other, StringComparison comparison) => Matches(other, comparison, Stands);

    private bool Matches(ResourceUrl other, StringComparison comparison, SegmentMatch stands)
    {
        if (Origin != other.Origin)
        {
            return false;
        }

        ReadOnlySpan<char> mine = Text.AsSpan(Origin.Length), others = other.Text.AsSpan(Origin.Length);
        var ours = mine.Split('/');
        var theirs = others.Split('/');
        while (true)
        {
            var (more, otherMore) = (ours.MoveNext(), theirs.MoveNext());
            if (!more || !otherMore)
            {
                return more == otherMore;
            }

            var segment = mine[ours.Current];
            var otherSegment = others[theirs.Current];
            if (!segment.Equals(otherSegment, comparison) && !stands(segment, otherSegment))
            {
                return false;
            }
        }
    }

    /// <summary>Whether it is the URL with this text, with or without the slash of a bare origin.</summary>
    public bool Is(string text) => Text == text || (text == Origin && Text.Length == Origin.Length + 1);

    /// <inheritdoc/>
    public override string ToString() => Text;

    private delegate bool SegmentMatch(ReadOnlySpan<char> segment, ReadOnlySpan<char> other);

    /// <summary>A wildcard stands for one segment, never for none.</summary>
    private static bool Stands(ReadOnlySpan<char> pattern, ReadOnlySpan<char> segment) => pattern is Wildcard && !segment.IsEmpty;
}
