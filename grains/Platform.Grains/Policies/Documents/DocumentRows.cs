using Platform.Grains.Cluster;
using Platform.Grains.Sessions;
using Platform.Policies.Requests;
using Platform.Policies.Rules;
using Platform.Storage;

namespace Platform.Grains.Policies.Documents;

/// <summary>
/// The rows of the policy documents about a URL: the URL's, that of the URL as OpenTox services clean it where that is another, and that of the
/// origin's wildcards.
/// </summary>
internal sealed class DocumentRows
{
    private readonly ResourceUrl[] _urls;

    private DocumentRows(ResourceUrl[] urls)
    {
        _urls = urls;
        Keys = [.. urls.Select(url => new StateKey(StateNames.PolicyResource, url.RowKey)), new StateKey(StateNames.PolicyWildcards, urls[0].WildcardsKey)];
    }

    /// <summary>Their keys.</summary>
    public StateKey[] Keys { get; }

    /// <summary>The rows about a URL.</summary>
    public static DocumentRows Of(RequestUrl url)
    {
        var asCame = ResourceUrl.Of(url);
        var cleaned = ResourceUrl.Of(url.Clean(UrlCleaning.OpenTox));
        return new DocumentRows(asCame == cleaned ? [asCame] : [asCame, cleaned]);
    }

    /// <summary>What they say.</summary>
    /// <param name="facts">What <see cref="Keys"/> said, in their order.</param>
    public RegisteredDocuments Read(ReadOnlySpan<FactNow> facts)
    {
        var urls = new (ResourceUrl, DocumentEntries)[_urls.Length];
        for (var index = 0; index < urls.Length; index++)
        {
            urls[index] = (_urls[index], (DocumentEntries)facts[index].Value!);
        }

        return new RegisteredDocuments(urls, (DocumentEntries)facts[urls.Length].Value!);
    }
}
