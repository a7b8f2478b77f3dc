namespace Platform.Engine;

/// <summary>The state of one grain, in memory and in its row.</summary>
/// <typeparam name="TState">The shape; a parameterless constructor makes the value of a grain without a row.</typeparam>
public interface IPersistentState<TState>
{
    /// <summary>The value in memory.</summary>
    TState State { get; set; }

    /// <summary>The version of the row that was last read or written; null without a row.</summary>
    string? Etag { get; }

    /// <summary>Whether there is a row.</summary>
    bool RecordExists { get; }

    /// <summary>Reads the row again.</summary>
    Task ReadStateAsync(CancellationToken cancellationToken = default);

    /// <summary>Writes the value.</summary>
    /// <exception cref="InconsistentStateException">The row is no longer the one that was read; the activation is discarded.</exception>
    Task WriteStateAsync(CancellationToken cancellationToken = default);

    /// <summary>Deletes the row.</summary>
    /// <exception cref="InconsistentStateException">The row is no longer the one that was read; the activation is discarded.</exception>
    Task ClearStateAsync(CancellationToken cancellationToken = default);
}

/// <summary>A write met a row that is newer than the one it rests on. The activation that wrote is discarded.</summary>
public sealed class InconsistentStateException : Exception
{
    /// <summary>Without words.</summary>
    public InconsistentStateException()
    {
    }

    /// <summary>With words.</summary>
    public InconsistentStateException(string message)
        : base(message)
    {
    }

    /// <summary>With words and the cause.</summary>
    public InconsistentStateException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
