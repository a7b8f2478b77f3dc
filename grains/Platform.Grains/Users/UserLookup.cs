using Platform.Grains.Cluster;

namespace Platform.Grains.Users;

/// <summary>Finds users by what an administrator writes: a local user name, or <c>directory:id</c>.</summary>
internal static class UserLookup
{
    /// <summary>The longest text taken for a user.</summary>
    private const int MaxText = 1000;

    /// <summary>Reads <c>directory:id</c>; a local user name holds no colon.</summary>
    internal static bool TryParseKey(string text, out UserKey key)
    {
        key = default;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || colon == text.Length - 1 || !text.AsSpan(0, colon).ContainsOnlyNameCharacters())
        {
            return false;
        }

        key = UserKey.Parse(text);
        return true;
    }

    /// <summary>The key of a user who exists; null where there is none.</summary>
    internal static async Task<UserKey?> FindAsync(StateTransaction transaction, string text, CancellationToken cancellationToken)
    {
        if (text.Length > MaxText || text.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        var found = TryParseKey(text, out var key)
            ? key
            : await FindHolderAsync(transaction, text, cancellationToken);
        return found is { } user && await transaction.FindAsync<UserState>(StateNames.User, user.ToString(), cancellationToken) is not null ? user : null;
    }

    /// <summary>Who holds a name of the local directory, a user or one that is being made; null where the name is free.</summary>
    internal static async Task<UserKey?> FindHolderAsync(StateTransaction transaction, string text, CancellationToken cancellationToken)
    {
        if (!LocalName.TryParse(text, out var name))
        {
            return null;
        }

        var claim = await transaction.FindAsync<LocalNameState>(StateNames.LocalName, name.GrainKey, cancellationToken);
        return claim?.Holder is { } holder ? UserKey.Parse(holder) : null;
    }

    private static bool ContainsOnlyNameCharacters(this ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character != '-')
            {
                return false;
            }
        }

        return true;
    }
}
