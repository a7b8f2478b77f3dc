using Platform.Api.Http.Access;
using Platform.Api.Resources;
using Platform.Grains.Resources;
using Platform.Grains.Scopes;

namespace Platform.Api.Runs.Machine;

/// <summary>The documents that a run takes in: those that its user sees in the scope, and that its OAuth scopes let it read.</summary>
internal sealed class RunInputs(IResourceReader reader, TimeProvider time)
{
    /// <summary>Reads one.</summary>
    /// <param name="principal">Who reads.</param>
    /// <param name="scope">From where.</param>
    /// <param name="path">Which.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The document; null where there is none for them.</returns>
    public async Task<ResourceSnapshot?> FindAsync(Principal principal, ScopeSnapshot scope, string path, CancellationToken cancellationToken)
    {
        var view = new ResourceView(scope, principal, Named: false);
        var nearest = ResourcePath.TryParse(path, out var parsed)
            ? (await reader.FindAsync(scope.Path, parsed, cancellationToken)).FirstOrDefault(view.Shows)
            : null;
        return nearest is null || (nearest.Visibility != ResourceVisibility.Public && view.IsStaleFor(nearest, time.GetUtcNow())) ? null : nearest;
    }
}
