using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Platform.Grains.Cluster;
using Platform.Grains.Users;

namespace Platform.Grains.Policies.Documents;

/// <summary>What registering and removing one user's policy documents does to rows.</summary>
internal sealed class DocumentChanges(StateTransaction transaction, UserKey owner, DateTimeOffset now)
{
    /// <summary>How many documents may speak of one URL; their owner alone registers them, and each is in every decision about it.</summary>
    public const int MaxPoliciesOfUrl = 100;

    /// <summary>How many times documents may speak of URLs with wildcards of one origin.</summary>
    public const int MaxWildcardsOfOrigin = 1000;

    private readonly string _owner = owner.ToString();
    private readonly HashSet<string> _added = [];

    /// <summary>The rows as they will be: a document may speak of a URL that one before it in the same registration took.</summary>
    private readonly Dictionary<(string Type, string Key), ImmutableArray<PolicyResourceEntryState>> _entries = [];

    /// <summary>
    /// The key of the row that lists a document. A hash stands for the owner, since what a directory calls its users may hold anything.
    /// </summary>
    public static string ListKey(UserKey owner, string name) =>
        $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(owner.ToString())))}:{name}";

    /// <summary>Adds a document; what is in the way otherwise.</summary>
    public async Task<DocumentRegistration?> AddAsync(DocumentToRegister document, CancellationToken cancellationToken)
    {
        var key = PolicyDocumentState.KeyOf(document.Name);
        if (await transaction.FindAsync<PolicyDocumentState>(StateNames.PolicyDocument, key, cancellationToken) is not null || !_added.Add(key))
        {
            return new DocumentRegistration(DocumentOutcome.NameTaken, document.Name);
        }

        foreach (var resource in document.Resources)
        {
            if (await ClaimAsync(document, resource, cancellationToken) is { } refusal)
            {
                return refusal;
            }
        }

        transaction.Set(StateNames.PolicyDocument, key, new PolicyDocumentState
        {
            Owner = _owner,
            Xml = document.Xml,
            Resources = [.. document.Resources.Select(resource => PolicyUrlState.From(resource.Url))],
            RegisteredAt = now,
        });
        var listed = ListKey(owner, document.Name);
        await transaction.FindAsync<PolicyOwnerState>(StateNames.PolicyOwner, listed, cancellationToken);
        transaction.Set(StateNames.PolicyOwner, listed, new PolicyOwnerState());
        return null;
    }

    /// <summary>Removes a document; false where the user has none of this name.</summary>
    public async Task<bool> RemoveAsync(string name, CancellationToken cancellationToken)
    {
        var key = PolicyDocumentState.KeyOf(name);
        if (await transaction.FindAsync<PolicyDocumentState>(StateNames.PolicyDocument, key, cancellationToken) is not { } document || document.Owner != _owner)
        {
            return false;
        }

        foreach (var resource in document.Resources)
        {
            var row = RowOf(resource.ToUrl());
            var entries = await EntriesAsync(row, cancellationToken);
            Store(row, entries.RemoveAll(entry => entry.Policy == name));
        }

        transaction.Remove(StateNames.PolicyDocument, key);
        var listed = ListKey(owner, name);
        await transaction.FindAsync<PolicyOwnerState>(StateNames.PolicyOwner, listed, cancellationToken);
        transaction.Remove(StateNames.PolicyOwner, listed);
        return true;
    }

    private static (string Type, string Key) RowOf(ResourceUrl url) => url.IsWildcard
        ? (StateNames.PolicyWildcards, url.WildcardsKey)
        : (StateNames.PolicyResource, url.RowKey);

    private async Task<DocumentRegistration?> ClaimAsync(DocumentToRegister document, DocumentResource resource, CancellationToken cancellationToken)
    {
        var url = resource.Url;
        var row = RowOf(url);
        var entries = await EntriesAsync(row, cancellationToken);

        // A URL that somebody's wildcard stands for is theirs, too. Of those that a new wildcard stands for, others' stay theirs: it does not decide there.
        var wildcards = url.IsWildcard ? entries : await EntriesAsync((StateNames.PolicyWildcards, url.WildcardsKey), cancellationToken);
        if (entries.Concat(wildcards).Any(entry => entry.Owner != _owner && entry.Url.ToUrl().Overlaps(url)))
        {
            return new DocumentRegistration(DocumentOutcome.ResourceTaken, url.Text);
        }

        if (entries.Length >= (url.IsWildcard ? MaxWildcardsOfOrigin : MaxPoliciesOfUrl))
        {
            return new DocumentRegistration(DocumentOutcome.TooMany, url.Text);
        }

        Store(row, entries.Add(new PolicyResourceEntryState
        {
            Url = PolicyUrlState.From(url),
            Owner = _owner,
            Policy = document.Name,
            Active = document.Active,
            Actions = [.. resource.Actions.Select(action => new PolicyActionState { Method = action.Method, Allow = action.Allow })],
            Subjects = [.. document.Subjects.Select(subject => new PolicySubjectState { Kind = subject.Kind, Exclusive = subject.Exclusive, Values = subject.Values })],
        }));
        return null;
    }

    private async Task<ImmutableArray<PolicyResourceEntryState>> EntriesAsync((string Type, string Key) row, CancellationToken cancellationToken) =>
        _entries.TryGetValue(row, out var staged)
            ? staged
            : _entries[row] = (await transaction.FindAsync<PolicyResourceState>(row.Type, row.Key, cancellationToken))?.Entries ?? [];

    private void Store((string Type, string Key) row, ImmutableArray<PolicyResourceEntryState> entries)
    {
        _entries[row] = entries;
        if (entries.IsEmpty)
        {
            transaction.Remove(row.Type, row.Key);
        }
        else
        {
            transaction.Set(row.Type, row.Key, new PolicyResourceState { Entries = entries });
        }
    }
}
