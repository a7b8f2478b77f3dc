using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Platform.Storage.Sqlite;

/// <summary>
/// The committed version and last activity of the rows in use. It is exact: a row that is being committed is marked before the commit
/// and asked for in the database until the outcome stands here, so that no answer is older than one that was given before.
/// </summary>
internal sealed class CommittedVersions(int capacity)
{
    private const int MaxAttempts = 4;

    private readonly ConcurrentDictionary<StateKey, Entry> _entries = new(concurrencyLevel: 1, capacity: 1024, KeyComparer.Instance);
    private readonly Lock _gate = new();
    private int _count;
    private long _generation;

    /// <summary>Changes whenever rows are marked or settled; what was read from the database before may be old after.</summary>
    public long Generation => Volatile.Read(ref _generation);

    /// <summary>How many rows are known.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Answers all probes as of one instant; false where the database has to be asked.</summary>
    public bool TryAnswer(ReadOnlySpan<StateProbe> probes, Span<StateProbeAnswer> answers)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var generation = Generation;
            if (!TryLookUp(probes, answers))
            {
                return false;
            }

            if (Generation == generation)
            {
                // Nothing was marked or settled meanwhile, so all these entries stood here together.
                return true;
            }
        }

        return false;
    }

    /// <summary>Before a commit: these rows are to be asked for in the database.</summary>
    public void Mark(IReadOnlyCollection<StateKey> keys)
    {
        lock (_gate)
        {
            _generation++;
            foreach (var key in keys)
            {
                Set(key, Entry.BeingCommitted);
            }
        }
    }

    /// <summary>After a commit: this is what it left.</summary>
    public void Settle(IReadOnlyList<(StateKey Key, long Version, long? SeenAt)> rows)
    {
        lock (_gate)
        {
            // Before the entries: whoever read the database while they were marked must not put that here.
            _generation++;
            foreach (var (key, version, seenAt) in rows)
            {
                Set(key, new Entry(version, seenAt));
            }

            MakeRoom();
        }
    }

    /// <summary>After a commit that failed: the database says what holds.</summary>
    public void Forget(IReadOnlyCollection<StateKey> keys)
    {
        lock (_gate)
        {
            _generation++;
            foreach (var key in keys)
            {
                Remove(key);
            }
        }
    }

    /// <summary>Takes note of what was read from the database, unless anything was committed since <paramref name="generation"/>.</summary>
    public void Learn(StateKey key, long version, long? seenAt, long generation)
    {
        lock (_gate)
        {
            if (_generation == generation && _entries.TryAdd(key, new Entry(version, seenAt)))
            {
                _count++;
                MakeRoom();
            }
        }
    }

    private bool TryLookUp(ReadOnlySpan<StateProbe> probes, Span<StateProbeAnswer> answers)
    {
        for (var i = 0; i < probes.Length; i++)
        {
            if (!_entries.TryGetValue(probes[i].Key, out var entry) || entry.IsBeingCommitted)
            {
                return false;
            }

            if (entry.Version != probes[i].KnownVersion && entry.Version != 0)
            {
                return false;
            }

            if (!entry.IsUsed)
            {
                entry.IsUsed = true;
            }

            answers[i] = new StateProbeAnswer(entry.Version, default, entry.SeenAt);
        }

        return true;
    }

    private void Set(StateKey key, Entry entry)
    {
        if (_entries.TryAdd(key, entry))
        {
            _count++;
        }
        else
        {
            _entries[key] = entry;
        }
    }

    private void Remove(StateKey key)
    {
        if (_entries.TryRemove(key, out _))
        {
            _count--;
        }
    }

    /// <summary>Second chance: what was not asked for since the last time goes first, an eighth at least goes.</summary>
    private void MakeRoom()
    {
        if (_count <= capacity)
        {
            return;
        }

        var target = capacity - (capacity / 8);
        foreach (var (key, entry) in _entries)
        {
            if (_count > target && !entry.IsBeingCommitted && !entry.IsUsed)
            {
                Remove(key);
            }

            entry.IsUsed = false;
        }

        foreach (var (key, entry) in _entries)
        {
            if (_count <= target)
            {
                return;
            }

            if (!entry.IsBeingCommitted)
            {
                Remove(key);
            }
        }
    }

    private sealed class Entry(long version, long? seenAt)
    {
        public static readonly Entry BeingCommitted = new(-1, null);

        public long Version { get; } = version;

        public long? SeenAt { get; } = seenAt;

        public bool IsUsed { get; set; }

        public bool IsBeingCommitted => Version < 0;
    }

    /// <summary>Types are few and short: the key alone spreads well.</summary>
    private sealed class KeyComparer : IEqualityComparer<StateKey>
    {
        public static readonly KeyComparer Instance = new();

        public bool Equals(StateKey x, StateKey y) => string.Equals(x.Key, y.Key) && string.Equals(x.Type, y.Type);

        public int GetHashCode([DisallowNull] StateKey key) => key.Key.GetHashCode(StringComparison.Ordinal) + key.Type.Length;
    }
}
