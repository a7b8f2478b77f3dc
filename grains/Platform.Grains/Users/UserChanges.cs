namespace Platform.Grains.Users;

/// <summary>Changes of a user that give a login or take one away, the same for all ways in (invariant 2).</summary>
internal static class UserChanges
{
    /// <summary>A new user of the local directory.</summary>
    /// <param name="profile">Name, full name, mail.</param>
    /// <param name="passwordHash">The password's hash; null: none yet.</param>
    /// <param name="now">The time (UTC).</param>
    public static UserState Make(UserProfile profile, string? passwordHash, DateTimeOffset now) => new()
    {
        UserName = profile.UserName,
        DisplayName = profile.DisplayName,
        Mail = profile.Mail,
        PasswordHash = passwordHash,
        CreatedAt = now,
    };

    /// <summary>Another password. Whoever knew the old one, held a link that sets it, or was let in before, has to log in anew.</summary>
    public static UserState SetPassword(UserState state, string passwordHash) => state with
    {
        PasswordHash = passwordHash,
        Epoch = state.Epoch + 1,
        Sessions = [],
        ResetHash = null,
        ResetEndsAt = null,
        ResetBy = null,
    };

    /// <summary>Disables the user, which ends all sessions and the link that sets a password, or enables them again.</summary>
    public static UserState SetDisabled(UserState state, bool disabled) => disabled
        ? state with { Disabled = true, Epoch = state.Epoch + 1, Sessions = [], ResetHash = null, ResetEndsAt = null, ResetBy = null }
        : state with { Disabled = false };

    /// <summary>Ends all sessions, and all tokens.</summary>
    public static UserState EndAll(UserState state) => state with { Epoch = state.Epoch + 1, Sessions = [] };
}
