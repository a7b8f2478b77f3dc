namespace Platform.Grains.Cluster;

/// <summary>A grain could not reach the database. Whether a write of its took place is unknown.</summary>
[GenerateSerializer, Alias("platform.StateUnavailableException")]
public sealed class StateUnavailableException : Exception
{
    /// <summary>Without words.</summary>
    public StateUnavailableException()
    {
    }

    /// <summary>With words.</summary>
    public StateUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>With words and the cause.</summary>
    public StateUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
