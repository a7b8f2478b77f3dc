using System.Collections.Concurrent;
using Platform.Storage;

namespace Platform.Grains.Sessions;

/// <summary>
/// Decoded rows with their versions. Nothing in it is believed without the version query that follows; it only saves reading
/// payloads again. Bounded: two generations by the size of the payloads, the older one dropped when the younger is full.
/// </summary>
internal sealed class FactCache(long generationBytes)
{
    /// <summary>What an entry costs beyond its payload, roughly.</summary>
    private const int Overhead = 512;

    private ConcurrentDictionary<StateKey, Fact> _young = new();
    private ConcurrentDictionary<StateKey, Fact> _old = new();
    private long _youngBytes;

    public Fact? Find(StateKey key)
    {
        if (_young.TryGetValue(key, out var fact))
        {
            return fact;
        }

        if (_old.TryGetValue(key, out fact))
        {
            Keep(key, fact);
            return fact;
        }

        return null;
    }

    public void Keep(StateKey key, Fact fact)
    {
        _young[key] = fact;
        if (Interlocked.Add(ref _youngBytes, fact.Size + Overhead) > generationBytes)
        {
            Interlocked.Exchange(ref _youngBytes, 0);
            _old = _young;
            _young = new();
        }
    }

    public void Forget(StateKey key)
    {
        _young.TryRemove(key, out _);
        _old.TryRemove(key, out _);
    }
}

/// <summary>A decoded row.</summary>
/// <param name="Version">The row's version; 0: there was no row.</param>
/// <param name="Value">What was decoded from it; what stands for an absent row otherwise.</param>
/// <param name="Size">The payload's size in bytes.</param>
internal sealed record Fact(long Version, object? Value, int Size);
