namespace Platform.Grains.Policies;

/// <summary>
/// A stored policy set cannot be read on this node: a newer version wrote it. Nothing passes at its service until the node is of that version
/// too, or an earlier revision is put back (invariant 7).
/// </summary>
public sealed class PolicySetUnreadableException : Exception
{
    /// <summary>Without words.</summary>
    public PolicySetUnreadableException()
    {
    }

    /// <summary>With words.</summary>
    public PolicySetUnreadableException(string message)
        : base(message)
    {
    }

    /// <summary>With words and the cause.</summary>
    public PolicySetUnreadableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
