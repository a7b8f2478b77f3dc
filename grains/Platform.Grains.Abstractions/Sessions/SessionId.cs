using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Platform.Grains.Sessions;

/// <summary>
/// A session id as a client holds it: 32 upper-case hexadecimal digits, 128 random bits (contracts/gcube-http.md, "Session document").
/// It is a secret: <see cref="ToString"/> does not show it.
/// </summary>
public readonly struct SessionId : IEquatable<SessionId>
{
    /// <summary>The number of characters.</summary>
    public const int Length = 32;

    private readonly string? _value;

    private SessionId(string value) => _value = value;

    /// <summary>The id's text, for the client alone.</summary>
    public string Reveal() => _value ?? throw new InvalidOperationException("This session id was never set.");

    /// <summary>A new id from the cryptographic random source.</summary>
    public static SessionId New() => new(Convert.ToHexString(RandomNumberGenerator.GetBytes(Length / 2)));

    /// <summary>Takes an id from a client; anything but 32 upper-case hexadecimal digits is none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out SessionId id)
    {
        if (text is { Length: Length } && !text.AsSpan().ContainsAnyExcept("0123456789ABCDEF"))
        {
            id = new SessionId(text);
            return true;
        }

        id = default;
        return false;
    }

    /// <inheritdoc/>
    public bool Equals(SessionId other) =>
        CryptographicOperations.FixedTimeEquals(
            System.Runtime.InteropServices.MemoryMarshal.AsBytes(_value.AsSpan()),
            System.Runtime.InteropServices.MemoryMarshal.AsBytes(other._value.AsSpan()));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is SessionId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _value is null ? 0 : SessionKey.FromId(this).GetHashCode();

    /// <summary>Never the id.</summary>
    public override string ToString() => "(session id)";

    /// <summary>Equality.</summary>
    public static bool operator ==(SessionId left, SessionId right) => left.Equals(right);

    /// <summary>Inequality.</summary>
    public static bool operator !=(SessionId left, SessionId right) => !left.Equals(right);
}
