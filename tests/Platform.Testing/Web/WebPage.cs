using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace Platform.Testing.Web;

/// <summary>What a browser shows in the end, or where it was sent away to.</summary>
/// <param name="Address">The address that it is of.</param>
/// <param name="Status">The status.</param>
/// <param name="Html">The page.</param>
/// <param name="Headers">The headers that came with it.</param>
/// <param name="Left">The address of another site that the browser was sent to, not followed; null: it stayed.</param>
public sealed partial record WebPage(Uri Address, HttpStatusCode Status, string Html, HttpResponseHeaders Headers, Uri? Left)
{
    /// <summary>The forms on it.</summary>
    public IReadOnlyList<WebForm> Forms { get; } = WebForm.Read(Html);

    /// <summary>Whether it asks to log in.</summary>
    public bool IsLogin => Left is null && Forms.Any(form => form.AsksForPassword);

    /// <summary>Whether it has such a button.</summary>
    public bool Has(string button) => Left is null && Forms.Any(form => form.Find(button) is not null);

    /// <summary>The address of the other site, with what was wrong where the browser stayed.</summary>
    public Uri Leaving => Left ?? throw new InvalidOperationException($"The browser stayed at {Address.PathAndQuery}: {(int)Status} {Html}");

    /// <summary>Where the link with these words on it leads; null: there is none.</summary>
    public string? FindLink(string words) => LinkTag().Matches(Html)
        .Where(link => WebUtility.HtmlDecode(link.Groups["text"].Value).Contains(words, StringComparison.Ordinal))
        .Select(link => WebUtility.HtmlDecode(link.Groups["target"].Value))
        .FirstOrDefault();

    [GeneratedRegex("<a [^>]*?href=\"(?<target>[^\"]*)\"[^>]*>(?<text>[^<]*)</a>")]
    private static partial Regex LinkTag();
}
