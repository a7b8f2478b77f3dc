using System.Text;
using Platform.Policies.Requests;
using Platform.Policies.Rules.Patterns;

namespace Platform.Policies.Decisions.Index;

/// <summary>One way of reading a request's URL, and what it is looked up by.</summary>
internal readonly struct UrlReading
{
    private readonly RequestUrl _url;

    /// <summary>The reading that allow rules look at.</summary>
    public UrlReading(RequestUrl url, bool ignoreCase)
        : this(url, url.Path, ignoreCase)
    {
    }

    /// <summary>Another one.</summary>
    public UrlReading(RequestUrl url, string path, bool ignoreCase)
    {
        _url = url;
        Path = path;
        Key = ignoreCase ? LetterCase.Fold(path) : path;
    }

    /// <summary>The path.</summary>
    public string Path { get; }

    /// <summary>The path as the index has it.</summary>
    public string Key { get; }

    /// <summary>
    /// Whether letter case does not matter and the path holds letters of which regular expressions do not know all cases, as <c>ſ</c>, which is
    /// an <c>S</c> in upper case: they are tried on what the index has, too.
    /// </summary>
    public bool HasOtherLetters => !ReferenceEquals(Key, Path) && !Ascii.IsValid(Path);

    /// <summary>The URL for regular expressions.</summary>
    public string Text => ReferenceEquals(Path, _url.Path) ? _url.Text : Origin + Path;

    /// <summary>The URL as the index has it.</summary>
    public string UrlKey => Origin + Key;

    /// <summary>A segment of a path, from 0; null where it has fewer.</summary>
    public static string? FindSegment(string path, int index)
    {
        var rest = path.AsSpan(1);
        for (; index > 0; index--)
        {
            var end = rest.IndexOf('/');
            if (end < 0)
            {
                return null;
            }

            rest = rest[(end + 1)..];
        }

        var length = rest.IndexOf('/');
        var segment = length < 0 ? rest : rest[..length];
        return segment.IsEmpty ? null : segment.ToString();
    }

    private string Origin => $"{_url.Scheme}://{_url.Authority}";
}
