using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;

namespace Platform.Grains.OAuth.Keys;

/// <summary>
/// Makes the ring's keys and secrets, and encrypts them for the database with the data-protection key ring (invariant 4): who can write
/// to the database but does not hold the key-encryption key can neither sign nor have another key published.
/// </summary>
internal sealed class KeyCipher(IDataProtectionProvider protection)
{
    private const int SecretLength = 32;
    private readonly IDataProtector _keys = protection.CreateProtector("Platform.OAuth.SigningKey.v1");
    private readonly IDataProtector _refresh = protection.CreateProtector("Platform.OAuth.RefreshSecret.v1");
    private readonly IDataProtector _pairwise = protection.CreateProtector("Platform.OAuth.PairwiseSecret.v1");

    /// <summary>A new refresh secret, encrypted.</summary>
    public byte[] MakeRefreshSecret() => _refresh.Protect(RandomNumberGenerator.GetBytes(SecretLength));

    /// <summary>A new pairwise secret, encrypted.</summary>
    public byte[] MakePairwiseSecret() => _pairwise.Protect(RandomNumberGenerator.GetBytes(SecretLength));

    /// <summary>The refresh secret.</summary>
    /// <exception cref="CryptographicException">It cannot be decrypted with this key ring.</exception>
    public byte[] OpenRefreshSecret(KeyRingState ring) => _refresh.Unprotect(ring.RefreshSecret);

    /// <summary>The pairwise secret.</summary>
    /// <exception cref="CryptographicException">It cannot be decrypted with this key ring.</exception>
    public byte[] OpenPairwiseSecret(KeyRingState ring) => _pairwise.Unprotect(ring.PairwiseSecret);

    /// <summary>A new signing key, encrypted.</summary>
    public SigningKeyState MakeKey(string algorithm, DateTimeOffset publishedAt, DateTimeOffset signsFrom)
    {
        using AsymmetricAlgorithm key = algorithm == "ES256" ? ECDsa.Create(ECCurve.NamedCurves.nistP256) : RSA.Create(2048);
        return new()
        {
            Id = Thumbprint(key),
            Algorithm = algorithm,
            PrivateKey = ProtectorOf(algorithm).Protect(key.ExportPkcs8PrivateKey()),
            PublishedAt = publishedAt,
            SignsFrom = signsFrom,
        };
    }

    /// <summary>A signing key as PKCS #8.</summary>
    /// <exception cref="CryptographicException">It cannot be decrypted with this key ring, or is not the key that its row says.</exception>
    public byte[] OpenKey(SigningKeyState state)
    {
        var pkcs8 = ProtectorOf(state.Algorithm).Unprotect(state.PrivateKey);
        using AsymmetricAlgorithm key = state.Algorithm == "ES256" ? ECDsa.Create() : RSA.Create();
        key.ImportPkcs8PrivateKey(pkcs8, out _);
        return Thumbprint(key) == state.Id
            ? pkcs8
            : throw new CryptographicException("A signing key in the database is not the one that its id names.");
    }

    /// <summary>The thumbprint of RFC 7638: SHA-256 over the members that a JWK of this kind needs, ordered, without blanks.</summary>
    internal static string Thumbprint(AsymmetricAlgorithm key)
    {
        string members;
        if (key is ECDsa ec)
        {
            var point = ec.ExportParameters(includePrivateParameters: false).Q;
            members = $$"""{"crv":"P-256","kty":"EC","x":"{{Encode(point.X)}}","y":"{{Encode(point.Y)}}"}""";
        }
        else
        {
            var rsa = ((RSA)key).ExportParameters(includePrivateParameters: false);
            members = $$"""{"e":"{{Encode(rsa.Exponent)}}","kty":"RSA","n":"{{Encode(rsa.Modulus)}}"}""";
        }

        return Encode(SHA256.HashData(Encoding.ASCII.GetBytes(members)));
    }

    private static string Encode(byte[]? bytes) => Base64Url.EncodeToString(bytes);

    // A key stored under another algorithm than its own does not decrypt.
    private IDataProtector ProtectorOf(string algorithm) => _keys.CreateProtector(algorithm);
}
