using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Platform.Api.OAuth;

/// <summary>Reads JWTs that anybody may have made.</summary>
internal static class Jwt
{
    /// <summary>Makes verifiers for keys that are not ours, and keeps none of them: who sends many keys pushes nobody's out of memory.</summary>
    public static CryptoProviderFactory ForeignKeys { get; } = new() { CacheSignatureProviders = false };

    /// <summary>Takes a signed JWT apart, without believing any of it.</summary>
    public static bool TryRead(string? text, int maxLength, [NotNullWhen(true)] out JsonWebToken? token)
    {
        token = null;
        if (text is null || text.Length == 0 || text.Length > maxLength || text.AsSpan().Count('.') != 2)
        {
            return false;
        }

        try
        {
            token = new JsonWebToken(text);
            return true;
        }
        catch (Exception malformed) when (malformed is ArgumentException or JsonException or FormatException or InvalidOperationException)
        {
            // SecurityTokenMalformedException is an ArgumentException; the others come from the parts.
            return false;
        }
    }

    /// <summary>A part of a token, a JSON object. The library hands out some kinds of values alone.</summary>
    /// <param name="encoded">The header or the payload of a token that was taken apart.</param>
    public static JsonElement Part(string encoded)
    {
        using var document = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(encoded));
        return document.RootElement.Clone();
    }

    /// <summary>Reads a NumericDate (RFC 7519 §2).</summary>
    /// <returns>False where it is there and is none.</returns>
    public static bool TryReadTime(JsonWebToken token, string claim, out DateTimeOffset? time)
    {
        time = null;
        if (!Part(token.EncodedPayload).TryGetProperty(claim, out var value))
        {
            return true;
        }

        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var seconds) || seconds is < 0 or > 253402300799)
        {
            return false;
        }

        time = DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000));
        return true;
    }
}
