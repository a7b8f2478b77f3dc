using Platform.Grains.Cluster;
using Platform.Grains.OAuth.Clients;
using Platform.Grains.Scopes.Import;

namespace Platform.Grains.OAuth.Import;

/// <summary>What an import makes of the clients.</summary>
internal sealed class ClientPlan(StateTransaction transaction, DateTimeOffset now)
{
    private readonly Dictionary<ClientId, bool> _exists = [];
    private readonly Dictionary<ClientId, ImportPlace> _seen = [];

    internal List<ImportProblem> Problems { get; } = [];

    internal List<ImportChange> Changes { get; } = [];

    internal HashSet<ClientId> Removed { get; } = [];

    /// <summary>Works out the changes and stages them in the transaction.</summary>
    internal async Task MakeAsync(IReadOnlyList<ImportedClient> imported, CancellationToken cancellationToken)
    {
        foreach (var client in imported)
        {
            if (!_seen.TryAdd(client.Id, client.Place))
            {
                Problems.Add(new ImportProblem(client.Place, $"the client '{client.Id}' stands in this file before, in line {_seen[client.Id].Line}"));
                continue;
            }

            var state = await transaction.FindAsync<ClientState>(StateNames.Client, client.Id.GrainKey, cancellationToken);
            _exists[client.Id] = !client.Remove;
            if (!client.Remove)
            {
                Apply(client, state);
            }
            else if (state is not null)
            {
                Removed.Add(client.Id);
                transaction.Remove(StateNames.Client, client.Id.GrainKey);
                Changes.Add(ImportChange.OfClient(ImportChangeKind.Removed, client.Id, null));
            }
        }
    }

    /// <summary>Whether there is such a client afterwards.</summary>
    internal async Task<bool> ContainsAsync(ClientId id, CancellationToken cancellationToken) =>
        _exists.TryGetValue(id, out var exists)
            ? exists
            : await transaction.FindAsync<ClientState>(StateNames.Client, id.GrainKey, cancellationToken) is not null;

    private void Apply(ImportedClient client, ClientState? before)
    {
        var definition = client.Edits.Aggregate(
            before?.Definition.ToDefinition() ?? new ClientDefinition { Name = client.Id.Value },
            (current, edit) => edit(current));
        if (client.Secret is { } secret && (definition.Secrets is not [var kept] || !secret.Matches(kept)))
        {
            definition = definition with { Secrets = [secret.Keep()] };
        }

        Problems.AddRange(client.FindProblems(definition));
        var next = before is null
            ? ClientChanges.Make(definition, ClientOrigin.Imported, now)
            : ClientChanges.Redefine(before, definition, now);
        if (client.Suspended is { } suspended && suspended.Value != next.Suspended)
        {
            next = ClientChanges.SetSuspended(next, suspended.Value);
        }

        if (before is null || next.Suspended != before.Suspended || !ClientChanges.Same(before.Definition, next.Definition))
        {
            transaction.Set(StateNames.Client, client.Id.GrainKey, next);
            Changes.Add(ImportChange.OfClient(before is null ? ImportChangeKind.Added : ImportChangeKind.Changed, client.Id, Describe(next)));
        }
    }

    private static string Describe(ClientState client) =>
        string.Join(' ', client.Definition.GrantTypes) + (client.Definition.Trusted ? ", trusted" : "") + (client.Suspended ? ", suspended" : "");
}
