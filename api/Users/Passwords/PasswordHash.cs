using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Platform.Api.Users.Passwords;

/// <summary>
/// A PBKDF2-HMAC-SHA512 hash with its parameters, as text in the PHC form
/// <c>$pbkdf2-sha512$i=210000$salt$hash</c> (Base64 without padding).
/// </summary>
internal sealed class PasswordHash
{
    /// <summary>What OWASP's password storage cheat sheet asks of PBKDF2-HMAC-SHA512.</summary>
    public const int OwaspIterations = 210_000;

    /// <summary>No stored hash may make a login cost more than this.</summary>
    public const int MaxIterations = 10_000_000;

    private const string Prefix = "$pbkdf2-sha512$i=";
    private const int SaltBytes = 16;
    private const int HashBytes = 32;

    // A lone surrogate has no UTF-8; replaced by U+FFFD, different passwords would become one.
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly byte[] _salt;
    private readonly byte[] _hash;

    private PasswordHash(int iterations, byte[] salt, byte[] hash)
    {
        Iterations = iterations;
        _salt = salt;
        _hash = hash;
    }

    /// <summary>The work factor.</summary>
    public int Iterations { get; }

    /// <summary>Hashes a password with a new salt.</summary>
    /// <exception cref="ArgumentException">The password is not Unicode text.</exception>
    public static PasswordHash Create(string password, int iterations) =>
        Create(password, iterations, RandomNumberGenerator.GetBytes(SaltBytes));

    /// <summary>The hash of no password: verifying one against it costs what it costs for any, and is never a yes.</summary>
    public static PasswordHash OfNone(int iterations) =>
        new(iterations, RandomNumberGenerator.GetBytes(SaltBytes), RandomNumberGenerator.GetBytes(HashBytes));

    /// <summary>Hashes a password with a given salt.</summary>
    internal static PasswordHash Create(string password, int iterations, byte[] salt) =>
        TryDerive(password, salt, iterations, HashBytes, out var hash)
            ? new PasswordHash(iterations, salt, hash)
            : throw new ArgumentException("The password is not Unicode text.", nameof(password));

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out PasswordHash? hash)
    {
        hash = null;
        if (text is null || !text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        var parts = text[Prefix.Length..].Split('$');
        if (parts.Length != 3
            || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var iterations)
            || iterations is < 1 or > MaxIterations
            || !TryDecode(parts[1], out var salt) || salt.Length < SaltBytes
            || !TryDecode(parts[2], out var derived) || derived.Length is < HashBytes or > 64)
        {
            return false;
        }

        hash = new PasswordHash(iterations, salt, derived);
        return true;
    }

    /// <summary>Whether this is the hash of the password; takes the same time wherever the hashes differ.</summary>
    public bool Verify(string password) =>
        TryDerive(password, _salt, Iterations, _hash.Length, out var derived)
        && CryptographicOperations.FixedTimeEquals(derived, _hash);

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Prefix}{Iterations.ToString(CultureInfo.InvariantCulture)}${Encode(_salt)}${Encode(_hash)}";

    private static bool TryDerive(string password, byte[] salt, int iterations, int length, out byte[] derived)
    {
        byte[] bytes;
        try
        {
            bytes = StrictUtf8.GetBytes(password);
        }
        catch (EncoderFallbackException)
        {
            derived = [];
            return false;
        }

        derived = Rfc2898DeriveBytes.Pbkdf2(bytes, salt, iterations, HashAlgorithmName.SHA512, length);
        CryptographicOperations.ZeroMemory(bytes);
        return true;
    }

    private static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    private static bool TryDecode(string text, out byte[] bytes)
    {
        var padded = text + new string('=', (4 - (text.Length % 4)) % 4);
        bytes = new byte[padded.Length / 4 * 3];
        if (!text.Contains('=', StringComparison.Ordinal) && Convert.TryFromBase64String(padded, bytes, out var written))
        {
            bytes = bytes[..written];
            return true;
        }

        return false;
    }
}
