using Platform.Grains.Scopes;

namespace Platform.Grains.Resources;

/// <summary>
/// Reads documents as a scope sees them: its own, and those of the scopes above it. Each answer is read from the primary database after
/// the call began. Who may see what, the caller checks.
/// </summary>
public interface IResourceReader
{
    /// <summary>The documents at a path in the scope and above it, the scope's own first; all of one instant.</summary>
    ValueTask<IReadOnlyList<ResourceSnapshot>> FindAsync(ScopePath scope, ResourcePath path, CancellationToken cancellationToken);

    /// <summary>The documents of the scope and above it whose path begins with a prefix, ordered by path, at each path the scope's own first.</summary>
    /// <param name="scope">The scope.</param>
    /// <param name="prefix">What the paths begin with; empty: all.</param>
    /// <param name="after">The path after which to begin; null: at the first.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    IAsyncEnumerable<ResourceSnapshot> ListAsync(ScopePath scope, string prefix, string? after, CancellationToken cancellationToken);
}
