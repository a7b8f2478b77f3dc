using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Platform.Api.Policies.ForwardAuth;
using Platform.Grains.OAuth;

namespace Platform.Api.OAuth.Credentials;

/// <summary>
/// Checks DPoP proofs (RFC 9449 §4.3): that the caller holds the key that a token is, or will be, bound to. Each proof is for one method,
/// one address, one moment, and counts once in the cluster.
/// </summary>
internal sealed class DpopProofs(IUsedNames names, Issuer issuer, TimeProvider time)
{
    /// <summary>The header.</summary>
    public const string Header = "DPoP";

    /// <summary>The algorithms that proofs may be signed with.</summary>
    public static readonly string[] Algorithms = ["ES256", "ES384", "RS256", "PS256"];

    private const string Type = "dpop+jwt";
    private const int MaxLength = 4 * 1024;
    private const int MaxTokenId = 256;

    /// <summary>How old a proof may be, and how far ahead of our clock.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(60);

    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = MaxLength };

    /// <summary>The thumbprint of the key that the request proves (RFC 7638); null where it brings no proof; the error where it is none.</summary>
    /// <param name="context">The request.</param>
    /// <param name="accessToken">The access token that comes with it; null where it asks for one.</param>
    public async ValueTask<(string? Thumbprint, OAuthError? Refusal)> CheckAsync(HttpContext context, string? accessToken)
    {
        var header = context.Request.Headers[Header];
        if (header.Count == 0)
        {
            return (null, null);
        }

        if (header.Count != 1 || !Jwt.TryRead(header[0], MaxLength, out var proof))
        {
            return Refuse("The DPoP header holds no proof, or more than one.");
        }

        if (!string.Equals(proof.Typ, Type, StringComparison.OrdinalIgnoreCase) || !Algorithms.Contains(proof.Alg))
        {
            return Refuse("The DPoP proof is of a type or an algorithm that is not accepted.");
        }

        if (FindKey(proof) is not { } key)
        {
            return Refuse("The DPoP proof holds no public key.");
        }

        // Behind a proxy that asks, the proof is for the request that is asked about.
        var forwarded = context.Features.Get<ForwardedRequest>();
        var method = forwarded?.Method ?? context.Request.Method;
        var address = forwarded?.ProvenAddress ?? issuer.At(context.Request.Path.ToUriComponent());
        if (FindMismatch(method, address, proof, accessToken) is { } mismatch)
        {
            return Refuse(mismatch);
        }

        var result = await Handler.ValidateTokenAsync(proof, new TokenValidationParameters
        {
            IssuerSigningKey = key,
            ValidAlgorithms = Algorithms,
            ValidTypes = [proof.Typ],
            RequireSignedTokens = true,
            ValidateIssuer = false,
            ValidateAudience = false,
            ValidateLifetime = false,
            CryptoProviderFactory = Jwt.ForeignKeys,
        });
        if (!result.IsValid)
        {
            return Refuse("The signature of the DPoP proof is wrong.");
        }

        var thumbprint = Base64Url.EncodeToString(key.ComputeJwkThumbprint());
        var id = proof.GetPayloadValue<string>("jti");
        return await names.TryUseAsync($"dpop:{thumbprint}:{id}", time.GetUtcNow() + (2 * Window), context.RequestAborted)
            ? (thumbprint, null)
            : Refuse("The DPoP proof was used before.");
    }

    private static (string? Thumbprint, OAuthError? Refusal) Refuse(string description) => (null, OAuthError.InvalidDpopProof(description));

    /// <summary>The <c>jwk</c> of the header, where it is a public key of a kind that fits.</summary>
    private static JsonWebKey? FindKey(JsonWebToken proof)
    {
        if (!Jwt.Part(proof.EncodedHeader).TryGetProperty("jwk", out var jwk) || jwk.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        try
        {
            var key = new JsonWebKey(jwk.GetRawText());
            return Clients.ClientKeys.IsPublic(key) && key.KeySize <= 8192 ? key : null;
        }
        catch (Exception malformed) when (malformed is ArgumentException or FormatException or JsonException or CryptographicException)
        {
            return null;
        }
    }

    private string? FindMismatch(string method, string address, JsonWebToken proof, string? accessToken)
    {
        if (!proof.TryGetPayloadValue<string>("jti", out var id) || id.Length is 0 or > MaxTokenId)
        {
            return "The DPoP proof has no jti.";
        }

        if (!proof.TryGetPayloadValue<string>("htm", out var htm) || htm != method)
        {
            return "The DPoP proof is for another method.";
        }

        if (!proof.TryGetPayloadValue<string>("htu", out var htu) || !IsAddress(htu, address))
        {
            return "The DPoP proof is for another address.";
        }

        var now = time.GetUtcNow();
        if (!Jwt.TryReadTime(proof, "iat", out var issued) || issued is not { } at || at < now - Window || at > now + Window)
        {
            return "The DPoP proof is too old, or of the future.";
        }

        if (accessToken is null)
        {
            return null;
        }

        var hash = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(accessToken)));
        return proof.TryGetPayloadValue<string>("ath", out var ath) && ath == hash ? null : "The DPoP proof is for another access token.";
    }

    /// <summary>The address as clients know it, without query and fragment (§4.3), compared after normalisation (RFC 3986 §6.2).</summary>
    private static bool IsAddress(string text, string address) =>
        Uri.TryCreate(text, UriKind.Absolute, out var given)
        && Uri.TryCreate(address, UriKind.Absolute, out var ours)
        && given.GetLeftPart(UriPartial.Path) == ours.GetLeftPart(UriPartial.Path);
}
