namespace Platform.Engine;

/// <summary>Grain classes or interfaces do not follow the rules of the programming model. Names all that are wrong.</summary>
public sealed class GrainConfigurationException : Exception
{
    /// <summary>Without words.</summary>
    public GrainConfigurationException()
    {
    }

    /// <summary>With words.</summary>
    public GrainConfigurationException(string message)
        : base(message)
    {
    }

    /// <summary>With words and the cause.</summary>
    public GrainConfigurationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>With everything that is wrong.</summary>
    public GrainConfigurationException(IReadOnlyList<string> failures)
        : base($"The grains cannot be hosted:{Environment.NewLine}{string.Join(Environment.NewLine, failures)}") => Failures = failures;

    /// <summary>What is wrong, a sentence each.</summary>
    public IReadOnlyList<string> Failures { get; } = [];
}

/// <summary>The node stops and takes no more calls. The call did not begin.</summary>
public sealed class EngineStoppedException : Exception
{
    /// <summary>Without words.</summary>
    public EngineStoppedException()
        : this("The node stops and takes no more calls of grains.")
    {
    }

    /// <summary>With words.</summary>
    public EngineStoppedException(string message)
        : base(message)
    {
    }

    /// <summary>With words and the cause.</summary>
    public EngineStoppedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
