using System.Buffers;
using System.Collections.Frozen;
using System.Text;

namespace Platform.Api.Users.Passwords;

/// <summary>
/// What a new password must be (NIST SP 800-63B §5.1.1.2): long enough, and none that guessers try first. It is taken exactly as
/// typed, any Unicode, without rules of composition.
/// </summary>
internal static class PasswordPolicy
{
    /// <summary>The shortest password, in Unicode code points.</summary>
    public const int MinLength = 8;

    /// <summary>The longest password, in Unicode code points; it bounds what a login can cost.</summary>
    public const int MaxLength = 256;

    private static readonly Lazy<FrozenSet<string>> Common = new(ReadCommon);

    /// <summary>What is wrong with a password, in words; null where nothing is.</summary>
    public static string? FindFault(string password)
    {
        var length = 0;
        for (var rest = password.AsSpan(); !rest.IsEmpty; length++)
        {
            if (Rune.DecodeFromUtf16(rest, out var rune, out var taken) != OperationStatus.Done)
            {
                return "The password is not Unicode text.";
            }

            if (rune.Value == 0)
            {
                return "The password holds a null character.";
            }

            rest = rest[taken..];
        }

        return length switch
        {
            < MinLength => $"The password is shorter than {MinLength} characters.",
            > MaxLength => $"The password is longer than {MaxLength} characters.",
            _ => Common.Value.Contains(password.ToLowerInvariant()) ? "The password is one of those that are guessed first." : null,
        };
    }

    /// <summary>Whether a password typed at a login can be one at all; what is over the limit is never hashed.</summary>
    public static bool MayBePassword(string password) => password.Length is > 0 and <= MaxLength * 2;

    private static FrozenSet<string> ReadCommon()
    {
        using var stream = typeof(PasswordPolicy).Assembly.GetManifestResourceStream("Platform.Api.Users.Passwords.CommonPasswords.txt")
            ?? throw new InvalidOperationException("The list of common passwords is not in the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd()
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith('#'))
            .ToFrozenSet(StringComparer.Ordinal);
    }
}
