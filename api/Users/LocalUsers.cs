using Platform.Api.Users.Passwords;
using Platform.Grains.Users;

namespace Platform.Api.Users;

/// <summary>Makes and changes local users, for the command line and the demo. Bad input is a result with words for the operator.</summary>
internal sealed class LocalUsers(LocalUserAdministration administration, PasswordHasher hasher)
{
    private const int MaxText = 256;

    /// <summary>Makes a user.</summary>
    /// <param name="userName">The name to log in with.</param>
    /// <param name="displayName">The full name; blank: the user name.</param>
    /// <param name="mail">The mail address; null or blank: none.</param>
    /// <param name="password">The password, held to <see cref="PasswordPolicy"/>.</param>
    /// <param name="admin">Whether the user manages every infrastructure that there is.</param>
    /// <param name="actor">Who does it, for the audit.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<LocalUserResult> AddAsync(
        string userName, string? displayName, string? mail, string password, bool admin, string actor, CancellationToken cancellationToken)
    {
        if (!LocalName.TryParse(userName, out _))
        {
            return LocalUserResult.Of(LocalUserOutcome.BadName);
        }

        var name = userName.Trim();
        var shown = string.IsNullOrWhiteSpace(displayName) ? name : displayName.Trim();
        var address = string.IsNullOrWhiteSpace(mail) ? null : mail.Trim();
        if (FindFault("display name", shown) is { } badName)
        {
            return new LocalUserResult(LocalUserOutcome.BadProfile, badName);
        }

        if (address is not null && (FindFault("mail address", address) ?? (address.Split('@') is [{ Length: > 0 }, { Length: > 0 }] ? null : "The mail address is not 'name@host'.")) is { } badMail)
        {
            return new LocalUserResult(LocalUserOutcome.BadProfile, badMail);
        }

        if (PasswordPolicy.FindFault(password) is { } badPassword)
        {
            return new LocalUserResult(LocalUserOutcome.BadPassword, badPassword);
        }

        var hash = await hasher.HashAsync(password, cancellationToken).ConfigureAwait(false);
        var definition = new LocalUserDefinition(name, shown, address, hash, Disabled: false);
        return LocalUserResult.Of(await administration.AddAsync(definition, admin, actor, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Replaces a user's password, which ends their sessions.</summary>
    public async Task<LocalUserResult> SetPasswordAsync(string userName, string password, string actor, CancellationToken cancellationToken)
    {
        if (PasswordPolicy.FindFault(password) is { } fault)
        {
            return new LocalUserResult(LocalUserOutcome.BadPassword, fault);
        }

        var hash = await hasher.HashAsync(password, cancellationToken).ConfigureAwait(false);
        return LocalUserResult.Of(await administration.SetPasswordAsync(userName, hash, actor, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Disables a user, which ends their sessions.</summary>
    public async Task<LocalUserResult> DisableAsync(string userName, string actor, CancellationToken cancellationToken) =>
        LocalUserResult.Of(await administration.SetDisabledAsync(userName, disabled: true, actor, cancellationToken).ConfigureAwait(false));

    /// <summary>Lets a disabled user log in again.</summary>
    public async Task<LocalUserResult> EnableAsync(string userName, string actor, CancellationToken cancellationToken) =>
        LocalUserResult.Of(await administration.SetDisabledAsync(userName, disabled: false, actor, cancellationToken).ConfigureAwait(false));

    private static string? FindFault(string what, string text) =>
        text.Length > MaxText ? $"The {what} is longer than {MaxText} characters."
        : text.Any(char.IsControl) ? $"The {what} holds a control character."
        : null;
}

/// <summary>How a change of a local user ended.</summary>
/// <param name="Outcome">The outcome.</param>
/// <param name="Problem">What is in the way, in words; null where nothing is.</param>
internal sealed record LocalUserResult(LocalUserOutcome Outcome, string? Problem)
{
    /// <summary>An outcome with its words.</summary>
    public static LocalUserResult Of(LocalUserOutcome outcome) => new(outcome, outcome switch
    {
        LocalUserOutcome.Done or LocalUserOutcome.Unchanged => null,
        LocalUserOutcome.BadName => $"A user name has 1 to {LocalName.MaxLength} characters, none of them a colon or a control character.",
        LocalUserOutcome.NameTaken => "There is a user with this name already.",
        LocalUserOutcome.NoSuchUser => "There is no local user with this name.",
        LocalUserOutcome.NoInfrastructure => "There is no infrastructure yet that an administrator could manage; import one first.",
        _ => outcome.ToString(),
    });
}
