using Platform.Grains.Users;

namespace Platform.Api.Users;

/// <summary>What the directories together say to a name and password.</summary>
internal abstract record LoginVerdict
{
    private LoginVerdict()
    {
    }

    /// <summary>The password is the user's.</summary>
    internal sealed record Verified(DirectoryUser User) : LoginVerdict;

    /// <summary>No; the cause is for the log and the audit alone.</summary>
    internal sealed record Refused(UserKey? User, string Cause) : LoginVerdict;

    /// <summary>A directory that had to be asked did not answer.</summary>
    internal sealed record Undecided(string Directory, string Reason) : LoginVerdict;

    /// <summary>Too many passwords wait to be hashed.</summary>
    internal sealed record Overloaded(bool PasswordWasChecked) : LoginVerdict;
}

/// <summary>Why a login was refused, for the log and the audit alone.</summary>
internal static class LoginRefusals
{
    /// <summary>No directory knows the name.</summary>
    public const string UnknownUser = "unknown-user";

    /// <summary>The password is not the user's.</summary>
    public const string WrongPassword = "wrong-password";

    /// <summary>The user is disabled.</summary>
    public const string Disabled = "user-disabled";

    /// <summary>The password was right, but the user was disabled, or all sessions were ended, before the session began.</summary>
    public const string Revoked = "user-revoked";

    /// <summary>What was sent cannot be a name, or cannot be a password.</summary>
    public const string Malformed = "malformed";

    /// <summary>A directory did not answer.</summary>
    public const string DirectoryUnavailable = "directory-unavailable";
}
