using Platform.Storage;

namespace Platform.Engine.Tests.Embedded;

/// <summary>A store whose first write takes place, and is reported as if nobody knew.</summary>
internal sealed class UnsureStore : IStateStore
{
    private StateRow? _row;

    public ValueTask<StateRow?> ReadAsync(StateKey key, CancellationToken cancellationToken) => new(_row);

    public ValueTask<long> WriteAsync(StateKey key, long expectedVersion, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        _row = new StateRow(key, 1, payload);
        return ValueTask.FromException<long>(new StorageUnavailableException("No answer."));
    }

    public ValueTask ClearAsync(StateKey key, long expectedVersion, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask WriteAllAsync(IReadOnlyList<StateChange> changes, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<StateProbeAnswer[]> ProbeAsync(ReadOnlyMemory<StateProbe> probes, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<StateRow>> ListAsync(string type, string? afterKey, int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}
