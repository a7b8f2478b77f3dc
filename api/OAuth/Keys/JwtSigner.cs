using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Platform.Api.OAuth.Tokens;

namespace Platform.Api.OAuth.Keys;

/// <summary>
/// Signs and reads the platform's own JWTs. Their types are told apart (RFC 8725 §3.11): an ID token is no access token, nor a logout
/// token, whoever brings it.
/// </summary>
internal sealed class JwtSigner(SigningKeys keys, Issuer issuer) : IJwtSigner
{
    /// <summary>The <c>typ</c> of access tokens (RFC 9068 §2.1).</summary>
    public const string AccessTokenType = "at+jwt";

    /// <summary>The <c>typ</c> of ID tokens.</summary>
    public const string IdTokenType = "JWT";

    /// <summary>The algorithms that the platform signs with. Nothing else is ever accepted as its own.</summary>
    public static readonly string[] Algorithms = [SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.RsaSha256];

    /// <summary>The longest token that is looked at; none of ours is near it.</summary>
    public const int MaxLength = 16 * 1024;

    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false, SetDefaultTimesOnTokenCreation = false };

    /// <inheritdoc/>
    public ValueTask<string> SignAsync(string algorithm, string type, IReadOnlyDictionary<string, object> claims, CancellationToken cancellationToken) =>
        SignAsync(algorithm, type, static (json, claims) => JsonSerializer.Serialize(json, claims), claims, cancellationToken);

    /// <summary>A signed JWT (compact serialization).</summary>
    /// <param name="algorithm"><c>ES256</c> or <c>RS256</c>.</param>
    /// <param name="type">Its <c>typ</c>.</param>
    /// <param name="write">Writes its claims, an object.</param>
    /// <param name="value">What they are written from.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<string> SignAsync<T>(string algorithm, string type, Action<Utf8JsonWriter, T> write, T value, CancellationToken cancellationToken)
    {
        var ring = await keys.ReadAsync(cancellationToken);
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            write(json, value);
        }

        return Handler.CreateToken(Encoding.UTF8.GetString(buffer.WrittenSpan), ring.Signing(algorithm), new Dictionary<string, object> { ["typ"] = type });
    }

    /// <summary>The payload of a token that the platform signed as one of this type, over or not; null where it did not.</summary>
    public async ValueTask<byte[]?> VerifyAsync(string text, string type, CancellationToken cancellationToken)
    {
        if (!Jwt.TryRead(text, MaxLength, out var token) || !Algorithms.Contains(token.Alg) || !string.Equals(token.Typ, type, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var ring = await keys.ReadAsync(cancellationToken);
        if (ring.Find(token.Kid) is not { } key)
        {
            return null;
        }

        var result = await Handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            IssuerSigningKey = key,
            ValidAlgorithms = Algorithms,
            ValidTypes = [type],
            RequireSignedTokens = true,
            ValidIssuer = issuer.Value,
            ValidateAudience = false,
            ValidateLifetime = false,
        });
        return result.IsValid ? Base64UrlEncoder.DecodeBytes(token.EncodedPayload) : null;
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyDictionary<string, object>?> ReadIdTokenHintAsync(string idToken, CancellationToken cancellationToken)
    {
        if (await VerifyAsync(idToken, IdTokenType, cancellationToken) is not { } payload)
        {
            return null;
        }

        using var document = JsonDocument.Parse(payload);
        return document.RootElement.EnumerateObject().ToDictionary(member => member.Name, member => Plain(member.Value), StringComparer.Ordinal);
    }

    private static object Plain(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number when value.TryGetInt64(out var number) => number,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => value.Clone(),
    };
}
