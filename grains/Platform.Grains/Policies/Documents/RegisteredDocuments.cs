using Platform.Policies.Requests;

namespace Platform.Grains.Policies.Documents;

/// <summary>
/// The policy documents about one URL, as it came and as it is cleaned, at one instant. What speaks of it: those that name it, and wildcards that
/// stand for it, unless they are of another than its owner.
/// </summary>
internal sealed class RegisteredDocuments : IRegisteredDocuments
{
    private readonly (ResourceUrl Url, DocumentEntry[] Entries)[] _urls;

    /// <summary>Gathers what rows say.</summary>
    /// <param name="urls">Each URL with what its row says.</param>
    /// <param name="wildcards">What the row of the origin's wildcards says.</param>
    public RegisteredDocuments(IEnumerable<(ResourceUrl Url, DocumentEntries Row)> urls, DocumentEntries wildcards) =>
        _urls = [.. urls.Select(url => (url.Url, Gather(url.Url, url.Row, wildcards)))];

    /// <inheritdoc/>
    public string? Owner => _urls[0].Entries is [var first, ..] ? first.Owner : null;

    /// <inheritdoc/>
    public IEnumerable<string> Names => _urls[0].Entries.Select(entry => entry.Policy).Distinct();

    /// <inheritdoc/>
    public DocumentVerdict Decide(string url, string method, IPolicySubject subject)
    {
        var (known, entries) = _urls.FirstOrDefault(each => each.Url.Is(url));
        if (entries is null)
        {
            throw new ArgumentException("The documents of another URL were read.", nameof(url));
        }

        var allowed = DocumentVerdict.None;
        foreach (var entry in entries)
        {
            switch (entry.Decide(known, method, subject))
            {
                case false:
                    return new DocumentVerdict(false, entry.Policy);
                case true when allowed.Policy is null:
                    allowed = new DocumentVerdict(true, entry.Policy);
                    break;
            }
        }

        return allowed;
    }

    private static DocumentEntry[] Gather(ResourceUrl url, DocumentEntries row, DocumentEntries wildcards)
    {
        var owner = row.All is [var first, ..] ? first.Owner : null;
        return [.. row.All, .. wildcards.All.Where(entry => (owner is null || entry.Owner == owner) && entry.Url.Covers(url, StringComparison.OrdinalIgnoreCase))];
    }
}

/// <summary>What a row says of policy documents, decoded.</summary>
internal sealed class DocumentEntries(PolicyResourceState state)
{
    public static DocumentEntries None { get; } = new(new PolicyResourceState());

    public IReadOnlyList<DocumentEntry> All { get; } = [.. state.Entries.Select(entry => new DocumentEntry(entry))];
}

/// <summary>What one policy document says of a URL, ready to decide.</summary>
internal sealed class DocumentEntry(PolicyResourceEntryState state)
{
    public ResourceUrl Url { get; } = state.Url.ToUrl();

    public string Owner => state.Owner;

    public string Policy => state.Policy;

    /// <summary>Whether it lets this caller do the method; null: it does not speak of it. Deny wins, and ignores letter case as deny rules do.</summary>
    public bool? Decide(ResourceUrl url, string method, IPolicySubject subject)
    {
        if (!state.Active || !subject.IsAuthenticated)
        {
            return null;
        }

        bool? verdict = null;
        foreach (var action in state.Actions)
        {
            if (!action.Allow && action.Method.Equals(method, StringComparison.OrdinalIgnoreCase) && SpeaksOf(subject, allowing: false))
            {
                return false;
            }

            if (action.Allow && action.Method == method && Url.Covers(url, StringComparison.Ordinal) && SpeaksOf(subject, allowing: true))
            {
                verdict = true;
            }
        }

        return verdict;
    }

    private bool SpeaksOf(IPolicySubject subject, bool allowing)
    {
        foreach (var alternative in state.Subjects)
        {
            if (alternative.Values.Any(value => Is(subject, alternative.Kind, value, allowing && !alternative.Exclusive)) != alternative.Exclusive)
            {
                return true;
            }
        }

        return false;
    }

    private static bool Is(IPolicySubject subject, DocumentSubjectKind kind, string value, bool opens) => kind == DocumentSubjectKind.Users
        ? subject.IsUser(value)
        : subject.IsInGroup(value) && (!opens || subject.ActsFor(value));
}
