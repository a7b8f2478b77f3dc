using Platform.Grains.Users;

namespace Platform.Grains.Administration.Users;

/// <summary>A user as administrators see them.</summary>
/// <param name="Key">Directory and id.</param>
/// <param name="Profile">Name, full name, mail.</param>
/// <param name="Disabled">Whether they are refused.</param>
/// <param name="HasPassword">Whether the platform keeps a password of theirs.</param>
/// <param name="CreatedAt">When they were made or first seen (UTC); null: before this was kept.</param>
/// <param name="LastLoginAt">When they last logged in (UTC), to the hour; null: not since this is kept.</param>
/// <param name="ResetEndsAt">Until when a link that sets their password is open (UTC); null: there is none.</param>
/// <param name="Tag">The entity tag: of all this but the last login.</param>
public sealed record AdministeredUser(
    UserKey Key,
    UserProfile Profile,
    bool Disabled,
    bool HasPassword,
    DateTimeOffset? CreatedAt,
    DateTimeOffset? LastLoginAt,
    DateTimeOffset? ResetEndsAt,
    string Tag)
{
    /// <summary>Whether the platform keeps the user itself; the profile and the password of others are their directory's.</summary>
    public bool IsLocal => Key.Directory == UserKey.Local;

    internal static AdministeredUser From(UserKey key, UserState state, DateTimeOffset now)
    {
        var resetEndsAt = state.ResetEndsAt > now ? state.ResetEndsAt : null;
        var tag = EntityTag.Of(new Tagged(key.ToString(), state.UserName, state.DisplayName, state.Mail, state.Disabled, state.PasswordHash is not null, state.CreatedAt, resetEndsAt));
        return new(key, state.Profile, state.Disabled, state.PasswordHash is not null, state.CreatedAt, state.LastLoginAt, resetEndsAt, tag);
    }

    private sealed record Tagged(
        string Key, string UserName, string DisplayName, string? Mail, bool Disabled, bool HasPassword, DateTimeOffset? CreatedAt, DateTimeOffset? ResetEndsAt);
}

/// <summary>A user of the local directory that is to be made.</summary>
/// <param name="UserName">The name to log in with.</param>
/// <param name="DisplayName">The full name; null or blank: the user name.</param>
/// <param name="Mail">The mail address; null or blank: none.</param>
/// <param name="Password">The password; null: none, until a reset link sets one.</param>
public sealed record NewUser(string UserName, string? DisplayName, string? Mail, string? Password)
{
    /// <summary>Whether they manage every infrastructure that there is.</summary>
    public bool Administrator { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"new user {UserName}";
}

/// <summary>Another profile; what is null stays as it is.</summary>
/// <param name="DisplayName">The full name.</param>
/// <param name="Mail">The mail address; blank: none.</param>
public sealed record ProfileChange(string? DisplayName, string? Mail);

/// <summary>A link that lets a user set a password, once.</summary>
/// <param name="User">The user as they are now.</param>
/// <param name="Token">What the link carries; shown this once, kept as SHA-256.</param>
/// <param name="EndsAt">Until when it is open (UTC).</param>
public sealed record ResetLink(AdministeredUser User, string Token, DateTimeOffset EndsAt)
{
    /// <inheritdoc/>
    public override string ToString() => $"reset link of {User.Key}";
}
