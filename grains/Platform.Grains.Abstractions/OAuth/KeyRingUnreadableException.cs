namespace Platform.Grains.OAuth;

/// <summary>
/// The ring of signing keys is in the database, but cannot be decrypted, or holds a key that is not the one it is called. It is never replaced
/// by itself: its tokens would end. Nothing is signed or verified until an operator restores the key-encryption key or the row.
/// </summary>
public sealed class KeyRingUnreadableException : Exception
{
    /// <summary>Without words.</summary>
    public KeyRingUnreadableException()
    {
    }

    /// <summary>With words.</summary>
    public KeyRingUnreadableException(string message)
        : base(message)
    {
    }

    /// <summary>With words and the cause.</summary>
    public KeyRingUnreadableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
