namespace Platform.Storage;

/// <summary>The address of one row of grain state.</summary>
/// <param name="Type">The state's name, for instance <c>session</c>.</param>
/// <param name="Key">The grain's key.</param>
public readonly record struct StateKey(string Type, string Key)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Type}/{Key}";
}

/// <summary>One row of grain state.</summary>
/// <param name="Key">Its address.</param>
/// <param name="Version">Its version, above 0. A row that was deleted and made anew does not come back with an old version.</param>
/// <param name="Payload">The state as UTF-8 JSON.</param>
public sealed record StateRow(StateKey Key, long Version, ReadOnlyMemory<byte> Payload);

/// <summary>A question about one row: is it still at the version that the asker knows?</summary>
/// <param name="Key">The row.</param>
/// <param name="KnownVersion">The version that the asker holds; 0 where it holds none or knows that there is no row.</param>
public readonly record struct StateProbe(StateKey Key, long KnownVersion);

/// <summary>The answer to a <see cref="StateProbe"/>.</summary>
/// <param name="Version">The row's version now; 0 without a row.</param>
/// <param name="Payload">The state where the version differs from the known one; empty otherwise.</param>
/// <param name="SeenAt">The row's last activity in milliseconds since 1970 (UTC), from the activity table; null without one.</param>
public readonly record struct StateProbeAnswer(long Version, ReadOnlyMemory<byte> Payload, long? SeenAt);

/// <summary>One change among several that take effect together or not at all.</summary>
/// <param name="Key">The row.</param>
/// <param name="ExpectedVersion">The version that the change rests on; 0: no row.</param>
/// <param name="Payload">The new state; null deletes the row.</param>
public sealed record StateChange(StateKey Key, long ExpectedVersion, ReadOnlyMemory<byte>? Payload)
{
    /// <summary>Whether the row stays as it is, and the other changes rest on its version.</summary>
    public bool IsCheck { get; private init; }

    /// <summary>No change: the others take effect only where this row is at this version (0: where there is no row), until they have.</summary>
    public static StateChange Check(StateKey key, long expectedVersion) => new(key, expectedVersion, null) { IsCheck = true };
}

/// <summary>
/// Grain state: one row a grain, each with a version. Every read is of the primary database and starts after the call did;
/// every write is durable before its task completes.
/// </summary>
/// <remarks>All methods throw <see cref="StorageUnavailableException"/> where the database does not answer.</remarks>
public interface IStateStore
{
    /// <summary>Reads one row; null without one.</summary>
    ValueTask<StateRow?> ReadAsync(StateKey key, CancellationToken cancellationToken);

    /// <summary>Writes one row.</summary>
    /// <param name="key">The row.</param>
    /// <param name="expectedVersion">The version that was read; 0 where there was no row.</param>
    /// <param name="payload">The state as UTF-8 JSON.</param>
    /// <param name="cancellationToken">Ends the wait; the write may have happened.</param>
    /// <returns>The new version.</returns>
    /// <exception cref="StateConflictException">The row is not at the expected version.</exception>
    ValueTask<long> WriteAsync(StateKey key, long expectedVersion, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken);

    /// <summary>Deletes one row.</summary>
    /// <exception cref="StateConflictException">The row is not at the expected version.</exception>
    ValueTask ClearAsync(StateKey key, long expectedVersion, CancellationToken cancellationToken);

    /// <summary>Makes all the changes in one transaction, or none.</summary>
    /// <exception cref="StateConflictException">A row is not at its expected version; nothing was changed.</exception>
    ValueTask WriteAllAsync(IReadOnlyList<StateChange> changes, CancellationToken cancellationToken);

    /// <summary>
    /// Asks for several rows in one statement, so that the answers are of one instant. Calls that arrive while a statement
    /// is under way share the next one; none joins a statement that has begun.
    /// </summary>
    /// <returns>An answer for each probe, in their order.</returns>
    ValueTask<StateProbeAnswer[]> ProbeAsync(ReadOnlyMemory<StateProbe> probes, CancellationToken cancellationToken);

    /// <summary>All rows of a type whose key is above <paramref name="afterKey"/> (ordinal), ordered by key.</summary>
    /// <param name="type">The state's name.</param>
    /// <param name="afterKey">Where to go on; null from the start.</param>
    /// <param name="limit">The number of rows at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask<IReadOnlyList<StateRow>> ListAsync(string type, string? afterKey, int limit, CancellationToken cancellationToken);
}
