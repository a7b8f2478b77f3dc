using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Platform.Grains.OAuth;

/// <summary>An OAuth client's id (RFC 6749 §2.2): 1 to 128 printable ASCII characters without blanks. Compared ordinally.</summary>
/// <param name="Value">The id as the client sends it, decoded.</param>
[GenerateSerializer, Immutable, Alias("platform.ClientId")]
public readonly record struct ClientId([property: Id(0)] string Value)
{
    /// <summary>The longest id taken, in characters.</summary>
    public const int MaxLength = 128;

    /// <summary>The key of the client's grain; the prefix keeps an id that reads as a number from being taken for one by storage.</summary>
    public string GrainKey => $"{GrainKeyPrefix}{Value}";

    private const string GrainKeyPrefix = "client:";

    /// <summary>Reads what <see cref="GrainKey"/> wrote.</summary>
    public static ClientId FromGrainKey(string key) => new(key[GrainKeyPrefix.Length..]);

    /// <summary>The key under which a client holds memberships of its own, as the user of <c>client_credentials</c> tokens.</summary>
    public Users.UserKey AsMember => new(MemberDirectory, Value);

    /// <summary>The directory part of the keys under which clients hold memberships.</summary>
    public const string MemberDirectory = "client";

    /// <summary>Takes an id that follows the grammar.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ClientId id)
    {
        id = default;
        if (text is null || text.Length is 0 or > MaxLength || text.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            return false;
        }

        id = new ClientId(text);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>
/// The key of what is found by a secret that the platform generated: a code, a device code, a user code, a pushed request, a
/// personal token. It is the SHA-256 of the secret, so that a stolen database holds nothing usable (invariant 4).
/// </summary>
/// <param name="Value">64 lower-case hexadecimal digits.</param>
[GenerateSerializer, Immutable, Alias("platform.SecretKey")]
public readonly record struct SecretKey([property: Id(0)] string Value)
{
    /// <summary>The key of what this secret opens.</summary>
    public static SecretKey FromSecret(string secret) => new(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret))));

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>The id of a family of tokens: all that came from one authorization. Not a secret: access tokens carry it.</summary>
/// <param name="Value">32 lower-case hexadecimal digits.</param>
[GenerateSerializer, Immutable, Alias("platform.FamilyId")]
public readonly record struct FamilyId([property: Id(0)] string Value)
{
    /// <summary>The key of the family's grain.</summary>
    public string GrainKey => $"{GrainKeyPrefix}{Value}";

    private const string GrainKeyPrefix = "family:";

    /// <summary>Reads what <see cref="GrainKey"/> wrote.</summary>
    public static FamilyId FromGrainKey(string key) => new(key[GrainKeyPrefix.Length..]);

    /// <summary>A new id from the cryptographic random source.</summary>
    public static FamilyId New() => new(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));

    /// <summary>
    /// The family of what a code gives. It follows from the code, so that a second use finds the family of the first without
    /// anything having been stored, however late it comes (RFC 9700 §2.1.1).
    /// </summary>
    public static FamilyId FromCode(string code) =>
        new(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("family:" + code)).AsSpan(0, 16)));

    /// <summary>Takes what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out FamilyId id)
    {
        id = text is { Length: 32 } && !text.AsSpan().ContainsAnyExcept("0123456789abcdef") ? new FamilyId(text) : default;
        return id.Value is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}
