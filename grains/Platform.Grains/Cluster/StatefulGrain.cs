using System.Data.Common;
using System.Globalization;
using Platform.Storage;

namespace Platform.Grains.Cluster;

/// <summary>
/// A grain with one row of state. Before each turn the row's version is compared with the one in memory, so that a call never
/// answers from a state that another node has since replaced; a failed write leaves the value in memory as it was.
/// </summary>
/// <remarks>
/// None of its methods interleaves. On Orleans a write may begin while one of several <c>[ReadOnly]</c> calls is still under way;
/// that call would answer from a value that is not yet on disk, or put back the one that was just replaced.
/// </remarks>
/// <typeparam name="TState">The persisted shape: immutable, with a version field and a parameterless constructor.</typeparam>
/// <param name="stateName">The state's name, one of <see cref="StateNames"/>.</param>
/// <param name="stored">The row.</param>
public abstract class StatefulGrain<TState>(string stateName, IPersistentState<TState> stored) : Grain, IRefreshableGrain
    where TState : class, new()
{
    /// <summary>The value that the row held at the start of the turn, or that this turn wrote.</summary>
    protected TState State => stored.State;

    /// <summary>Whether there is a row.</summary>
    protected bool Exists => stored.RecordExists;

    /// <summary>The grain's key.</summary>
    protected string Key => this.GetPrimaryKeyString();

    /// <summary>Writes a new value.</summary>
    /// <exception cref="InconsistentStateException">Another node wrote first; this activation is discarded.</exception>
    /// <exception cref="StorageUnavailableException">The database did not answer.</exception>
    protected async Task WriteAsync(TState next)
    {
        var before = stored.State;
        stored.State = next;
        try
        {
            await stored.WriteStateAsync();
        }
        catch (Exception failure)
        {
            stored.State = before;
            if (failure is DbException)
            {
                throw new StorageUnavailableException("The state could not be written.", failure);
            }

            throw;
        }
    }

    /// <summary>Deletes the row.</summary>
    /// <exception cref="InconsistentStateException">Another node wrote first; this activation is discarded.</exception>
    /// <exception cref="StorageUnavailableException">The database did not answer.</exception>
    protected async Task DeleteRowAsync()
    {
        try
        {
            await stored.ClearStateAsync();
        }
        catch (DbException failure)
        {
            throw new StorageUnavailableException("The state could not be deleted.", failure);
        }
    }

    void IRefreshableGrain.GiveUp() => DeactivateOnIdle();

    async ValueTask IRefreshableGrain.RefreshAsync(IStateStore store)
    {
        var known = stored.RecordExists && stored.Etag is { Length: > 0 } etag ? long.Parse(etag, CultureInfo.InvariantCulture) : 0;
        var answers = await store.ProbeAsync(new[] { new StateProbe(new StateKey(stateName, Key), known) }, CancellationToken.None);
        if (answers[0].Version != known)
        {
            await stored.ReadStateAsync();
        }
    }
}

/// <summary>A grain that can compare what it holds with the database.</summary>
public interface IRefreshableGrain
{
    /// <summary>Reads the state again where the database holds a newer one.</summary>
    ValueTask RefreshAsync(IStateStore store);

    /// <summary>Leaves memory after this turn; the next call activates the grain anew, on another node perhaps.</summary>
    void GiveUp();
}
