using Platform.Grains.Users;

namespace Platform.Grains.Administration.Users;

/// <summary>What names and addresses of local users have to be like.</summary>
internal static class UserRules
{
    private const int MaxText = 256;

    /// <summary>What is wrong with a user name.</summary>
    public static AdministrationRefusal BadName { get; } = AdministrationRefusal.Invalid(
        "userName", $"A user name has 1 to {LocalName.MaxLength} characters, none of them a colon or a control character.");

    /// <summary>Someone has the name.</summary>
    public static AdministrationRefusal NameTaken { get; } = AdministrationRefusal.Conflict("name-taken", "There is a user with this name already.");

    /// <summary>The profile of a new user, or what is wrong with it.</summary>
    public static (UserProfile? Profile, AdministrationRefusal? Refusal) Read(NewUser user)
    {
        if (!LocalName.TryParse(user.UserName, out _))
        {
            return (null, BadName);
        }

        var name = user.UserName.Trim();
        return Read(new UserProfile(name, name, null), new ProfileChange(user.DisplayName, user.Mail ?? ""));
    }

    /// <summary>A profile with changes, or what is wrong with them.</summary>
    public static (UserProfile? Profile, AdministrationRefusal? Refusal) Read(UserProfile before, ProfileChange change)
    {
        var shown = change.DisplayName is null ? before.DisplayName : change.DisplayName.Trim() is { Length: > 0 } given ? given : before.UserName;
        var mail = change.Mail is null ? before.Mail : change.Mail.Trim() is { Length: > 0 } address ? address : null;
        if (FindFault("display name", shown) is { } badName)
        {
            return (null, AdministrationRefusal.Invalid("displayName", badName));
        }

        if (mail is not null && (FindFault("mail address", mail) ?? (mail.Split('@') is [{ Length: > 0 }, { Length: > 0 }] ? null : "The mail address is not 'name@host'.")) is { } badMail)
        {
            return (null, AdministrationRefusal.Invalid("mail", badMail));
        }

        return (before with { DisplayName = shown, Mail = mail }, null);
    }

    private static string? FindFault(string what, string text) =>
        text.Length > MaxText ? $"The {what} is longer than {MaxText} characters."
        : text.Any(char.IsControl) ? $"The {what} holds a control character."
        : !IsText(text) ? $"The {what} is not Unicode text."
        : null;

    /// <summary>Half of a surrogate pair is no text, and no encoding keeps it.</summary>
    private static bool IsText(string text)
    {
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            if (System.Text.Rune.DecodeFromUtf16(rest, out _, out var taken) != System.Buffers.OperationStatus.Done)
            {
                return false;
            }

            rest = rest[taken..];
        }

        return true;
    }
}
