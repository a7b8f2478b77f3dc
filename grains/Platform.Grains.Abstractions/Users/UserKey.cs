namespace Platform.Grains.Users;

/// <summary>
/// The key of a user's grain: the directory and the directory's immutable id (<c>entryUUID</c>), never what was typed at login.
/// </summary>
/// <param name="Directory">The directory's configured name; letters, digits, <c>-</c>.</param>
/// <param name="Id">The immutable id in that directory.</param>
[GenerateSerializer, Immutable, Alias("platform.UserKey")]
public readonly record struct UserKey([property: Id(0)] string Directory, [property: Id(1)] string Id)
{
    /// <summary>The name of the directory of local users.</summary>
    public const string Local = "local";

    /// <summary>The grain's key, <c>directory:id</c>.</summary>
    public override string ToString() => $"{Directory}:{Id}";

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException">There is no colon, or an empty part.</exception>
    public static UserKey Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && colon < text.Length - 1
            ? new UserKey(text[..colon], text[(colon + 1)..])
            : throw new FormatException("A user key is 'directory:id'.");
    }
}
