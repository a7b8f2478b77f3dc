using System.Runtime.CompilerServices;
using Platform.Grains.Cluster;
using Platform.Grains.Scopes;
using Platform.Grains.Sessions;
using Platform.Storage;

namespace Platform.Grains.Resources;

/// <inheritdoc cref="IResourceReader"/>
/// <remarks>It reads rows, not grains: asking one grain for each scope above would not give one instant, and none of them could list.</remarks>
internal sealed class ResourceReader(IStateStore store, FactCache facts) : IResourceReader
{
    /// <summary>Rows of one scope read at a time; each may be as large as a document may be.</summary>
    private const int Chunk = 32;

    public async ValueTask<IReadOnlyList<ResourceSnapshot>> FindAsync(ScopePath scope, ResourcePath path, CancellationToken cancellationToken)
    {
        var keys = scope.UpToRoot().Select(each => new ResourceKey(each, path)).ToArray();
        var rows = Array.ConvertAll(keys, key => new StateKey(StateNames.Resource, key.ToString()));
        var known = Array.ConvertAll(rows, facts.Find);
        var answers = await store.ProbeAsync(rows.Zip(known, (row, fact) => new StateProbe(row, fact?.Version ?? 0)).ToArray(), cancellationToken);
        var found = new List<ResourceSnapshot>(keys.Length);
        for (var index = 0; index < keys.Length; index++)
        {
            if (answers[index].Version == 0)
            {
                facts.Forget(rows[index]);
            }
            else
            {
                found.Add(Take(keys[index], rows[index], known[index], answers[index]));
            }
        }

        return found;
    }

    public async IAsyncEnumerable<ResourceSnapshot> ListAsync(
        ScopePath scope, string prefix, string? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var streams = scope.UpToRoot().Select(each => ReadAsync(each, prefix, after, cancellationToken).GetAsyncEnumerator(cancellationToken)).ToList();
        try
        {
            var open = new List<IAsyncEnumerator<ResourceSnapshot>>(streams.Count);
            foreach (var stream in streams)
            {
                if (await stream.MoveNextAsync())
                {
                    open.Add(stream);
                }
            }

            while (open.Count > 0)
            {
                // Of equal paths the first, which is the nearer scope's.
                var next = open.MinBy(stream => stream.Current.Key.Path)!;
                yield return next.Current;
                if (!await next.MoveNextAsync())
                {
                    open.Remove(next);
                }
            }
        }
        finally
        {
            foreach (var stream in streams)
            {
                await stream.DisposeAsync();
            }
        }
    }

    private async IAsyncEnumerable<ResourceSnapshot> ReadAsync(
        ScopePath scope, string prefix, string? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var start = $"{scope.Value}:{prefix}";
        var from = after is null || string.CompareOrdinal(after, prefix) < 0 ? Before(start) : $"{scope.Value}:{after}";
        while (true)
        {
            var rows = await store.ListAsync(StateNames.Resource, from, Chunk, cancellationToken);
            foreach (var row in rows)
            {
                if (!row.Key.Key.StartsWith(start, StringComparison.Ordinal))
                {
                    yield break;
                }

                yield return StateSerializer.Deserialize<ResourceState>(row.Payload.Span).ToSnapshot(ResourceKey.Parse(row.Key.Key));
            }

            if (rows.Count < Chunk)
            {
                yield break;
            }

            from = rows[^1].Key.Key;
        }
    }

    /// <summary>A text below every key that begins with <paramref name="start"/>, and above every key that is below those: DEL is in no key.</summary>
    private static string Before(string start) => $"{start[..^1]}{(char)(start[^1] - 1)}\u007f";

    private ResourceSnapshot Take(ResourceKey key, StateKey row, Fact? known, StateProbeAnswer answer)
    {
        if (known is not null && known.Version == answer.Version)
        {
            return (ResourceSnapshot)known.Value!;
        }

        var snapshot = StateSerializer.Deserialize<ResourceState>(answer.Payload.Span).ToSnapshot(key);
        facts.Keep(row, new Fact(answer.Version, snapshot, answer.Payload.Length));
        return snapshot;
    }
}
