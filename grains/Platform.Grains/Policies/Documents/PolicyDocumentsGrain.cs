using System.Collections.Immutable;
using Platform.Grains.Cluster;
using Platform.Grains.Users;
using Platform.Storage;

namespace Platform.Grains.Policies.Documents;

/// <inheritdoc cref="IPolicyDocumentsGrain"/>
/// <remarks>
/// It has no state of its own. A document is several rows, of which those of its URLs are shared with other documents; they change together
/// or not at all (docs/decisions/0056-policy-documents-are-rows.md).
/// </remarks>
[GrainType("policy-documents")]
internal sealed class PolicyDocumentsGrain(IStateStore store, TimeProvider time) : Grain, IPolicyDocumentsGrain
{
    private const int PageSize = 500;

    private UserKey Owner => UserKey.Parse(this.GetPrimaryKeyString());

    public Task<DocumentRegistration> RegisterAsync(ImmutableArray<DocumentToRegister> documents) => StateTransaction.RunAsync(
        store,
        async (transaction, token) =>
        {
            var changes = new DocumentChanges(transaction, Owner, time.GetUtcNow());
            foreach (var document in documents)
            {
                if (await changes.AddAsync(document, token) is { } refusal)
                {
                    transaction.Discard();
                    return refusal;
                }
            }

            return new DocumentRegistration(DocumentOutcome.Registered);
        },
        CancellationToken.None);

    public Task<bool> RemoveAsync(string name) => StateTransaction.RunAsync(
        store, (transaction, token) => new DocumentChanges(transaction, Owner, time.GetUtcNow()).RemoveAsync(name, token), CancellationToken.None);

    public async Task<string?> FindAsync(string name) =>
        await store.ReadAsync(new StateKey(StateNames.PolicyDocument, PolicyDocumentState.KeyOf(name)), CancellationToken.None) is { } row
        && StateSerializer.Deserialize<PolicyDocumentState>(row.Payload.Span) is var state
        && state.Owner == Owner.ToString()
            ? state.Xml
            : null;

    public async Task<ImmutableArray<string>> ListAsync(string? after)
    {
        var prefix = DocumentChanges.ListKey(Owner, "");
        var rows = await store.ListAsync(StateNames.PolicyOwner, DocumentChanges.ListKey(Owner, after ?? ""), PageSize, CancellationToken.None);
        return [.. rows.Select(row => row.Key.Key).TakeWhile(key => key.StartsWith(prefix, StringComparison.Ordinal)).Select(key => key[prefix.Length..])];
    }
}
