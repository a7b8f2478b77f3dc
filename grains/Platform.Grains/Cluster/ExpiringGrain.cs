using Platform.Storage;

namespace Platform.Grains.Cluster;

/// <summary>A <see cref="StatefulGrain{TState}"/> whose row ends by itself.</summary>
/// <typeparam name="TState">The persisted shape.</typeparam>
/// <param name="stateName">The state's name, one of <see cref="StateNames"/>.</param>
/// <param name="stored">The row.</param>
/// <param name="activity">By which the sweeper finds the row.</param>
/// <param name="time">The clock.</param>
public abstract class ExpiringGrain<TState>(string stateName, IPersistentState<TState> stored, IActivityStore activity, TimeProvider time)
    : StatefulGrain<TState>(stateName, stored), IExpiringGrain
    where TState : class, new()
{
    private readonly string _stateName = stateName;

    /// <summary>Until when a row that exists is kept (UTC).</summary>
    protected abstract DateTimeOffset KeptUntil { get; }

    /// <summary>The time (UTC).</summary>
    protected DateTimeOffset Now => time.GetUtcNow();

    private StateKey ActivityKey => new(_stateName, Key);

    /// <inheritdoc/>
    public async Task SweepAsync(DateTimeOffset now)
    {
        // Activity keeps milliseconds.
        if (Exists && KeptUntil.ToUnixTimeMilliseconds() > now.ToUnixTimeMilliseconds())
        {
            // It was prolonged since it was noted down, or a write that would have ended it did not take place.
            await NoteEndAsync(KeptUntil);
            return;
        }

        await ForgetAsync();
    }

    /// <summary>Writes a value, and notes first when it is over: by that the sweeper finds what a crash between the two leaves behind.</summary>
    protected async Task WriteAsync(TState next, DateTimeOffset keptUntil)
    {
        await NoteEndAsync(keptUntil);
        await WriteAsync(next);
    }

    /// <summary>Deletes the row and what was noted of it.</summary>
    /// <returns>False where there was no row.</returns>
    protected async Task<bool> ForgetAsync()
    {
        var existed = Exists;
        if (existed)
        {
            await DeleteRowAsync();
        }

        // Also where the row was gone: an earlier call may have been cut off between these writes.
        await activity.EndAsync(ActivityKey, CancellationToken.None);
        return existed;
    }

    private ValueTask NoteEndAsync(DateTimeOffset end) => activity.StartAsync(ActivityKey, Now, end, CancellationToken.None);
}
