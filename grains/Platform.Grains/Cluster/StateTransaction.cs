using System.Runtime.CompilerServices;
using Platform.Storage;

namespace Platform.Grains.Cluster;

/// <summary>
/// Several rows of grain state, read and changed together: all changes take effect or none does, and only where no row that was
/// read for a change has been replaced meanwhile. Grains see the new rows at their next turn, as they see the writes of other nodes.
/// </summary>
internal sealed class StateTransaction
{
    private const int MaxAttempts = 10;

    private readonly IStateStore _store;
    private readonly Dictionary<StateKey, StateRow?> _read = [];
    private readonly Dictionary<StateKey, ReadOnlyMemory<byte>?> _written = [];
    private readonly HashSet<StateKey> _restedOn = [];

    private StateTransaction(IStateStore store) => _store = store;

    /// <summary>Runs <paramref name="body"/> and commits what it wrote; after a conflict again, from a fresh read.</summary>
    /// <exception cref="ConflictException">Others went on changing the same rows.</exception>
    internal static async Task<TResult> RunAsync<TResult>(
        IStateStore store, Func<StateTransaction, CancellationToken, Task<TResult>> body, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var transaction = new StateTransaction(store);
            try
            {
                var result = await body(transaction, cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                return result;
            }
            catch (StateConflictException) when (attempt < MaxAttempts)
            {
                // Someone else wrote first: what was planned rests on old rows.
            }
            catch (StateConflictException e)
            {
                throw new ConflictException("The same users or scopes were being changed all the time; nothing was changed. Try again.", e);
            }
        }
    }

    /// <summary>The value of a row, as this transaction has set it; null without a row.</summary>
    internal async Task<TState?> FindAsync<TState>(string type, string key, CancellationToken cancellationToken)
        where TState : class
    {
        var address = new StateKey(type, key);
        if (_written.TryGetValue(address, out var set))
        {
            return set is { } payload ? StateSerializer.Deserialize<TState>(payload.Span) : null;
        }

        if (!_read.TryGetValue(address, out var row))
        {
            row = _read[address] = await _store.ReadAsync(address, cancellationToken);
        }

        return row is null ? null : StateSerializer.Deserialize<TState>(row.Payload.Span);
    }

    /// <summary>Reads several rows at once, so that finding them later asks nobody.</summary>
    internal async Task PrefetchAsync(IEnumerable<StateKey> keys, CancellationToken cancellationToken)
    {
        var probes = keys.Where(key => !_read.ContainsKey(key)).Distinct().Select(key => new StateProbe(key, 0)).ToArray();
        if (probes.Length == 0)
        {
            return;
        }

        var answers = await _store.ProbeAsync(probes, cancellationToken);
        for (var i = 0; i < probes.Length; i++)
        {
            _read[probes[i].Key] = answers[i].Version == 0 ? null : new StateRow(probes[i].Key, answers[i].Version, answers[i].Payload);
        }
    }

    /// <summary>All rows of a type, each counted as read.</summary>
    internal async IAsyncEnumerable<(string Key, TState State)> ListAsync<TState>(
        string type, [EnumeratorCancellation] CancellationToken cancellationToken)
        where TState : class
    {
        string? after = null;
        while (true)
        {
            var page = await _store.ListAsync(type, after, 500, cancellationToken);
            foreach (var row in page)
            {
                _read.TryAdd(row.Key, row);
                yield return (row.Key.Key, StateSerializer.Deserialize<TState>(row.Payload.Span));
            }

            if (page.Count == 0)
            {
                yield break;
            }

            after = page[^1].Key.Key;
        }
    }

    /// <summary>All rows of a type whose keys begin with a prefix and go on after it, each counted as read.</summary>
    internal async IAsyncEnumerable<(string Key, TState State)> ListAsync<TState>(
        string type, string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
        where TState : class
    {
        var after = prefix;
        while (true)
        {
            var page = await _store.ListAsync(type, after, 100, cancellationToken);
            foreach (var row in page)
            {
                if (!row.Key.Key.StartsWith(prefix, StringComparison.Ordinal))
                {
                    yield break;
                }

                _read.TryAdd(row.Key, row);
                yield return (row.Key.Key, StateSerializer.Deserialize<TState>(row.Payload.Span));
            }

            if (page.Count == 0)
            {
                yield break;
            }

            after = page[^1].Key.Key;
        }
    }

    /// <summary>Sets the value of a row that was read before.</summary>
    internal void Set<TState>(string type, string key, TState state)
        where TState : class => _written[new StateKey(type, key)] = StateSerializer.Serialize(state);

    /// <summary>Deletes a row that was read before.</summary>
    internal void Remove(string type, string key) => _written[new StateKey(type, key)] = null;

    /// <summary>Deletes all rows of a type whose keys begin with a prefix and go on after it.</summary>
    internal async Task RemoveAllAsync(string type, string prefix, CancellationToken cancellationToken)
    {
        var after = prefix;
        while (true)
        {
            var page = await _store.ListAsync(type, after, 100, cancellationToken);
            foreach (var row in page.Where(row => row.Key.Key.StartsWith(prefix, StringComparison.Ordinal)))
            {
                _read.TryAdd(row.Key, row);
                _written[row.Key] = null;
            }

            if (page.Count == 0 || !page[^1].Key.Key.StartsWith(prefix, StringComparison.Ordinal))
            {
                return;
            }

            after = page[^1].Key.Key;
        }
    }

    /// <summary>
    /// Makes the commit depend on a row that was read but is not changed: nothing is committed where another write replaced, deleted or
    /// made it meanwhile. The row keeps its version.
    /// </summary>
    internal void RestOn(string type, string key)
    {
        var address = new StateKey(type, key);
        if (!_read.ContainsKey(address))
        {
            throw new InvalidOperationException($"The row of {type} was not read in this transaction.");
        }

        _restedOn.Add(address);
    }

    /// <summary>Forgets what was set; the commit changes nothing.</summary>
    internal void Discard() => _written.Clear();

    private async Task CommitAsync(CancellationToken cancellationToken)
    {
        var changes = _written
            .Where(written => written.Value is not null || _read[written.Key] is not null)
            .Select(written => new StateChange(written.Key, _read[written.Key]?.Version ?? 0, written.Value))
            .ToList();
        if (changes.Count > 0)
        {
            var checks = _restedOn.Except(changes.Select(change => change.Key)).Select(key => StateChange.Check(key, _read[key]?.Version ?? 0));
            await _store.WriteAllAsync([.. changes, .. checks], cancellationToken);
        }
    }
}
