namespace Platform.Storage;

/// <summary>The database does not answer, or not in time. Whether a write took place is unknown.</summary>
public sealed class StorageUnavailableException : Exception
{
    /// <summary>Without words.</summary>
    public StorageUnavailableException()
    {
    }

    /// <summary>With words.</summary>
    public StorageUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>With words and the cause.</summary>
    public StorageUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>A write rests on a version that another write has since replaced. Nothing was changed.</summary>
public sealed class StateConflictException : Exception
{
    /// <summary>Without words.</summary>
    public StateConflictException()
    {
    }

    /// <summary>With words.</summary>
    public StateConflictException(string message)
        : base(message)
    {
    }

    /// <summary>With words and the cause.</summary>
    public StateConflictException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>A conflict on this row.</summary>
    public static StateConflictException On(StateKey key, long expectedVersion) =>
        new($"The state of {key.Type} is no longer at version {expectedVersion}.");
}
