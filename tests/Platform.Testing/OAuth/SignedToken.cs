using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Platform.Testing.OAuth;

/// <summary>A signed JWT, read and verified as a client that wrote it itself would: with nothing of the platform's own code.</summary>
/// <param name="Header">Its header.</param>
/// <param name="Claims">Its claims.</param>
/// <param name="Text">The token.</param>
public sealed record SignedToken(JsonElement Header, JsonElement Claims, string Text)
{
    /// <summary>Reads a token without verifying it.</summary>
    public static SignedToken Read(string text)
    {
        var parts = text.Split('.');
        return parts.Length == 3 ? new SignedToken(Part(parts[0]), Part(parts[1]), text) : throw new InvalidOperationException($"Not a signed JWT: {parts.Length} parts");
    }

    /// <summary>A claim that is a string; null: there is none.</summary>
    public string? Find(string claim) => Claims.TryGetProperty(claim, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>Whether there is such a claim.</summary>
    public bool Has(string claim) => Claims.TryGetProperty(claim, out _);

    /// <summary>A claim that is a number.</summary>
    public long Number(string claim) => Claims.GetProperty(claim).GetInt64();

    /// <summary>Whether a key of this set signed it.</summary>
    /// <param name="keys">A JWK set.</param>
    public bool IsSignedBy(JsonElement keys)
    {
        var key = keys.GetProperty("keys").EnumerateArray().FirstOrDefault(candidate => candidate.GetProperty("kid").GetString() == Header.GetProperty("kid").GetString());
        if (key.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        var end = Text.LastIndexOf('.');
        var signed = Encoding.ASCII.GetBytes(Text[..end]);
        var signature = Base64Url.DecodeFromChars(Text.AsSpan(end + 1));
        switch (Header.GetProperty("alg").GetString())
        {
            case "ES256":
                using (var ecdsa = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = Bytes(key, "x"), Y = Bytes(key, "y") } }))
                {
                    return ecdsa.VerifyData(signed, signature, HashAlgorithmName.SHA256);
                }

            case "RS256":
                using (var rsa = RSA.Create(new RSAParameters { Modulus = Bytes(key, "n"), Exponent = Bytes(key, "e") }))
                {
                    return rsa.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
                }

            default:
                return false;
        }
    }

    private static byte[] Bytes(JsonElement key, string name) => Base64Url.DecodeFromChars(key.GetProperty(name).GetString());

    private static JsonElement Part(string text)
    {
        using var document = JsonDocument.Parse(Base64Url.DecodeFromChars(text));
        return document.RootElement.Clone();
    }
}
