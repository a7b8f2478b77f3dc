using Platform.Api.Administration.Http;
using Platform.Grains.Administration.Lists;
using Platform.Grains.Administration.Users;

namespace Platform.Api.Administration.Users;

/// <summary>A user.</summary>
/// <param name="User">Their key, <c>directory:id</c>.</param>
/// <param name="Directory">The directory that they are of.</param>
/// <param name="Id">Their id there.</param>
/// <param name="UserName">The name that they log in with.</param>
/// <param name="DisplayName">The full name.</param>
/// <param name="Mail">The mail address; null: none.</param>
/// <param name="Local">Whether the platform keeps profile and password.</param>
/// <param name="Disabled">Whether they are refused.</param>
/// <param name="CreatedAt">When they were made or first seen; null: not known.</param>
/// <param name="LastLoginAt">When they last logged in; null: not known.</param>
internal record UserDocument(
    string User, string Directory, string Id, string UserName, string DisplayName, string? Mail, bool Local, bool Disabled, DateTimeOffset? CreatedAt, DateTimeOffset? LastLoginAt)
{
    public static UserDocument Of(UserListItem item) => new(
        item.User.Key.ToString(), item.User.Key.Directory, item.User.Key.Id, item.User.Profile.UserName, item.User.Profile.DisplayName, item.User.Profile.Mail,
        item.User.Key.Directory == Platform.Grains.Users.UserKey.Local, item.User.Disabled, item.CreatedAt, item.LastLoginAt);
}

/// <summary>A user with what only one of them at a time says.</summary>
/// <param name="User">Their key.</param>
/// <param name="Directory">The directory that they are of.</param>
/// <param name="Id">Their id there.</param>
/// <param name="UserName">The name that they log in with.</param>
/// <param name="DisplayName">The full name.</param>
/// <param name="Mail">The mail address; null: none.</param>
/// <param name="Local">Whether the platform keeps profile and password.</param>
/// <param name="Disabled">Whether they are refused.</param>
/// <param name="CreatedAt">When they were made or first seen; null: not known.</param>
/// <param name="LastLoginAt">When they last logged in; null: not known.</param>
/// <param name="HasPassword">Whether the platform keeps a password of theirs.</param>
/// <param name="ResetEndsAt">Until when a link is open that sets their password; null: there is none.</param>
internal sealed record OneUserDocument(
    string User, string Directory, string Id, string UserName, string DisplayName, string? Mail, bool Local, bool Disabled, DateTimeOffset? CreatedAt, DateTimeOffset? LastLoginAt,
    bool HasPassword, DateTimeOffset? ResetEndsAt)
    : UserDocument(User, Directory, Id, UserName, DisplayName, Mail, Local, Disabled, CreatedAt, LastLoginAt)
{
    public static OneUserDocument Of(AdministeredUser user) => new(
        user.Key.ToString(), user.Key.Directory, user.Key.Id, user.Profile.UserName, user.Profile.DisplayName, user.Profile.Mail, user.IsLocal, user.Disabled,
        user.CreatedAt, user.LastLoginAt, user.HasPassword, user.ResetEndsAt);
}

/// <summary>A user that is to be made.</summary>
/// <param name="UserName">The name to log in with.</param>
internal sealed record NewUserBody(string UserName)
{
    /// <summary>The full name; null: the user name.</summary>
    public string? DisplayName { get; init; }

    /// <summary>The mail address; null: none.</summary>
    public string? Mail { get; init; }

    /// <summary>The password; null: none, until a reset link sets one.</summary>
    public string? Password { get; init; }

    /// <summary>Whether they manage every infrastructure.</summary>
    public bool Administrator { get; init; }

    public override string ToString() => $"user {UserName}";
}

/// <summary>What is to be changed of a profile.</summary>
internal sealed record ProfileBody
{
    public Given<string?> DisplayName { get; init; }

    public Given<string?> Mail { get; init; }

    /// <summary>What the core takes: null leaves as it is, blank takes away.</summary>
    public ProfileChange ToChange() => new(DisplayName.IsGiven ? DisplayName.Value ?? "" : null, Mail.IsGiven ? Mail.Value ?? "" : null);
}

/// <summary>A new password.</summary>
internal sealed record PasswordBody(string Password)
{
    public override string ToString() => "password";
}

/// <summary>A link that sets a password, shown this once.</summary>
/// <param name="Token">What it carries.</param>
/// <param name="Path">The page that takes it.</param>
/// <param name="Url">The same with the platform's public address; null where the process does not know it.</param>
/// <param name="EndsAt">Until when it is open.</param>
internal sealed record ResetLinkDocument(string Token, string Path, string? Url, DateTimeOffset EndsAt)
{
    public override string ToString() => "reset link";
}
