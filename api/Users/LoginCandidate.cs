using Platform.Api.Console;
using Platform.Api.Users.Passwords;
using Platform.Grains.Users;

namespace Platform.Api.Users;

/// <summary>What was typed, made safe to work with.</summary>
/// <param name="Name">The name in its comparable form; null where name or password cannot be one.</param>
/// <param name="Account">What failures are counted on.</param>
/// <param name="Password">The password; cut where it is too long to be one.</param>
/// <param name="ForRecord">The name for the log and the audit: one line, cut.</param>
internal sealed record LoginCandidate(LocalName? Name, string Account, string Password, string ForRecord)
{
    private const int MaxRecorded = 128;

    /// <summary>Takes an attempt apart.</summary>
    public static LoginCandidate Of(LoginAttempt attempt)
    {
        var isName = LocalName.TryParse(attempt.UserName, out var name);
        var isPassword = PasswordPolicy.MayBePassword(attempt.Password);

        // Directories find a name whatever the number of spaces in it; it is one account.
        var account = isName ? string.Join(' ', name.Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)) : "(malformed)";
        var password = isPassword ? attempt.Password : attempt.Password[..Math.Min(attempt.Password.Length, PasswordPolicy.MaxLength)];
        var cut = attempt.UserName.Length > MaxRecorded ? attempt.UserName[..MaxRecorded] : attempt.UserName;
        return new LoginCandidate(
            isName && isPassword ? name : null,
            account,
            password,
            ConsoleText.Printable(string.Concat(cut.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c))));
    }

    /// <summary>Without the password.</summary>
    public override string ToString() => $"login of {ForRecord}";
}
