using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Platform.Grains.OAuth;

namespace Platform.Api.OAuth.Devices;

/// <summary>
/// The code that a device shows and its user types (RFC 8628 §6.1): eight consonants, so that no word comes of it, shown as <c>XXXX-XXXX</c>.
/// 34 bits alone; guesses are throttled, and it lives for minutes.
/// </summary>
/// <param name="Letters">The eight letters.</param>
internal readonly record struct UserCode(string Letters)
{
    private const string Alphabet = "BCDFGHJKLMNPQRSTVWXZ";

    private const int Length = 8;

    /// <summary>The longest text that is looked at.</summary>
    private const int MaxTyped = 32;

    /// <summary>The key under which it is found.</summary>
    public SecretKey Key => SecretKey.FromSecret("user-code:" + Letters);

    /// <summary>A new code from the cryptographic random source.</summary>
    public static UserCode New() => new(RandomNumberGenerator.GetString(Alphabet, Length));

    /// <summary>Takes what a person typed: in any letter case, with blanks and dashes anywhere.</summary>
    public static bool TryParse([NotNullWhen(true)] string? typed, out UserCode code)
    {
        code = default;
        if (typed is null || typed.Length > MaxTyped)
        {
            return false;
        }

        var letters = string.Concat(typed.ToUpperInvariant().Where(letter => letter is not ('-' or ' ' or '.' or '_')));
        if (letters.Length != Length || letters.AsSpan().ContainsAnyExcept(Alphabet))
        {
            return false;
        }

        code = new UserCode(letters);
        return true;
    }

    /// <summary>As it is shown.</summary>
    public override string ToString() => $"{Letters[..4]}-{Letters[4..]}";
}
