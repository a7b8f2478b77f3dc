using Platform.Grains.Users;

namespace Platform.Grains.Administration.Bulk;

/// <summary>What a file says of a local user; what is null stays as it is.</summary>
/// <param name="Name">The user name, comparable.</param>
/// <param name="UserName">The user name, as it is written.</param>
/// <param name="DisplayName">The full name.</param>
/// <param name="Mail">The mail address; empty: none.</param>
/// <param name="Disabled">Whether login is refused.</param>
/// <param name="PasswordHash">The password's hash.</param>
internal sealed record UserRow(LocalName Name, string UserName, string? DisplayName, string? Mail, bool? Disabled, string? PasswordHash);

/// <summary>Reads the rows of a file of users.</summary>
/// <param name="isPasswordHash">Whether a text is a password's hash in the platform's form.</param>
internal sealed class UserRows(Func<string, bool> isPasswordHash)
{
    /// <summary>The columns.</summary>
    public static readonly IReadOnlyList<string> Columns = [UserName, DisplayName, Mail, Disabled, PasswordHash];

    public const string UserName = "userName";
    public const string DisplayName = "displayName";
    public const string Mail = "mail";
    public const string Disabled = "disabled";
    public const string PasswordHash = "passwordHash";

    private const int MaxText = 256;

    private readonly Dictionary<LocalName, int> _seen = [];

    /// <summary>What a row says; null where something is wrong with it, which the file is told.</summary>
    public UserRow? Read(BulkRow row, BulkFile file)
    {
        if (row.Find(UserName) is not { } userName)
        {
            file.Report(row.Place, $"there is no {UserName}");
            return null;
        }

        if (!LocalName.TryParse(userName.Text, out var name))
        {
            file.Report(userName.Place, $"a user name has 1 to {LocalName.MaxLength} characters, none of them a colon or a control character");
            return null;
        }

        if (!_seen.TryAdd(name, row.Place.Line))
        {
            file.Report(userName.Place, $"this user is in line {_seen[name]} already");
            return null;
        }

        var before = file.Problems.Count;
        var read = new UserRow(
            name,
            userName.Text.Trim(),
            row.Find(DisplayName) is { } displayName ? Text(displayName, file) : null,
            row.Cells.TryGetValue(Mail, out var mail) ? ReadMail(mail, file) : null,
            row.Find(Disabled) is { } disabled ? BulkValues.ReadFlag(disabled, file) : null,
            row.Find(PasswordHash) is { } hash ? ReadHash(hash, file) : null);
        return file.Problems.Count == before ? read : null;
    }

    private static string Text(BulkCell cell, BulkFile file)
    {
        var text = cell.Text.Trim();
        if (text.Length > MaxText)
        {
            file.Report(cell.Place, $"it is longer than {MaxText} characters");
        }
        else if (text.Any(char.IsControl) || !BulkValues.IsText(text))
        {
            file.Report(cell.Place, "it holds a control character, or what is no text");
        }

        return text;
    }

    private static string ReadMail(BulkCell cell, BulkFile file)
    {
        var mail = Text(cell, file);
        if (mail.Length > 0 && mail.Split('@') is not [{ Length: > 0 }, { Length: > 0 }])
        {
            file.Report(cell.Place, "the mail address is not 'name@host'");
        }

        return mail;
    }

    private string ReadHash(BulkCell cell, BulkFile file)
    {
        if (!isPasswordHash(cell.Text))
        {
            file.Report(cell.Place, "this is no password's hash: $pbkdf2-sha512$i=iterations$salt$hash");
        }

        return cell.Text;
    }
}
