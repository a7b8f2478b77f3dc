using Platform.Api.Http.Access;
using Platform.Api.Resources;
using Platform.Grains.Resources;
using Platform.Grains.Scopes;

namespace Platform.Api.Runs.Machine;

/// <summary>The documents that a run takes in: those that its user sees in the scope, and that its OAuth scopes let it read.</summary>
internal sealed class RunInputs(IResourceReader reader, TimeProvider time)
{
    /// <summary>Reads them.</summary>
    /// <param name="principal">Who reads.</param>
    /// <param name="scope">From where.</param>
    /// <param name="paths">Which.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The documents in the order of the paths; or the first path at which there is none for them.</returns>
    public async Task<(IReadOnlyList<ResourceSnapshot> Documents, string? Missing)> ReadAsync(
        Principal principal, ScopeSnapshot scope, IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        var view = new ResourceView(scope, principal, Named: false);
        var documents = new List<ResourceSnapshot>(paths.Count);
        foreach (var path in paths)
        {
            var nearest = ResourcePath.TryParse(path, out var parsed)
                ? (await reader.FindAsync(scope.Path, parsed, cancellationToken)).FirstOrDefault(view.Shows)
                : null;
            if (nearest is null || (nearest.Visibility != ResourceVisibility.Public && view.IsStaleFor(nearest, time.GetUtcNow())))
            {
                return ([], path);
            }

            documents.Add(nearest);
        }

        return (documents, null);
    }
}
