using System.Globalization;
using Platform.Engine.Activations;
using Platform.Storage;

namespace Platform.Engine.Persistence;

/// <summary>A state that is read before its grain is activated.</summary>
internal abstract class StateLoader
{
    public abstract Task LoadAsync(CancellationToken cancellationToken);
}

/// <summary>
/// One row of grain state and its value in memory. A write carries the version that was read. Where the row has moved on, or
/// where it is unknown whether the write took place, memory can no longer be trusted: the activation leaves after its turn,
/// whatever the grain does with the exception, and the next one reads the row.
/// </summary>
internal sealed class PersistentState<TState> : StateLoader, IPersistentState<TState>
{
    private readonly Activation _activation;
    private readonly IStateStore _store;
    private readonly StateKey _key;
    private Task _last = Task.CompletedTask;
    private long _version;

    public PersistentState(Activation activation, IStateStore store, string name)
    {
        _activation = activation;
        _store = store;
        _key = new StateKey(name, activation.Key);
        State = Activator.CreateInstance<TState>();
        activation.AddState(this);
    }

    public TState State { get; set; }

    public string? Etag { get; private set; }

    public bool RecordExists => _version > 0;

    public override Task LoadAsync(CancellationToken cancellationToken) => ReadStateAsync(cancellationToken);

    public Task ReadStateAsync(CancellationToken cancellationToken = default) => InOrder(ReadAsync, cancellationToken);

    public Task WriteStateAsync(CancellationToken cancellationToken = default) => InOrder(WriteAsync, cancellationToken);

    public Task ClearStateAsync(CancellationToken cancellationToken = default) => InOrder(ClearAsync, cancellationToken);

    // Interleaving turns may write at the same time; the second write has to carry the version that the first one made.
    private Task InOrder(Func<CancellationToken, Task> operation, CancellationToken cancellationToken)
    {
        var previous = _last;
        return _last = previous.IsCompleted ? operation(cancellationToken) : AfterAsync();

        async Task AfterAsync()
        {
            await previous.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            await operation(cancellationToken);
        }
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        var row = await _store.ReadAsync(_key, cancellationToken);
        State = row is null ? Activator.CreateInstance<TState>() : StateSerializer.Deserialize<TState>(row.Payload.Span);
        Know(row?.Version ?? 0);
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        var payload = StateSerializer.Serialize(State);
        try
        {
            Know(await _store.WriteAsync(_key, _version, payload, cancellationToken));
        }
        catch (StateConflictException conflict)
        {
            throw Discard(conflict);
        }
        catch
        {
            DiscardUnknown();
            throw;
        }
    }

    private async Task ClearAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (RecordExists)
            {
                await _store.ClearAsync(_key, _version, cancellationToken);
            }
        }
        catch (StateConflictException conflict)
        {
            throw Discard(conflict);
        }
        catch
        {
            DiscardUnknown();
            throw;
        }

        State = Activator.CreateInstance<TState>();
        Know(0);
    }

    private void Know(long version)
    {
        _version = version;
        Etag = version == 0 ? null : version.ToString(CultureInfo.InvariantCulture);
    }

    private InconsistentStateException Discard(StateConflictException conflict)
    {
        _activation.Leave(new DeactivationReason(DeactivationReasonCode.ApplicationError, "Another write has replaced its state."));
        return new InconsistentStateException($"The state '{_key.Type}' was replaced by another write since it was read.", conflict);
    }

    private void DiscardUnknown() =>
        _activation.Leave(new DeactivationReason(DeactivationReasonCode.ApplicationError, "It is unknown whether its state was written."));
}
