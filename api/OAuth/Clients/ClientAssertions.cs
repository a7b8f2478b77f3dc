using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Platform.Grains.OAuth;

namespace Platform.Api.OAuth.Clients;

/// <summary>Checks <c>private_key_jwt</c> (RFC 7523 §3, OpenID Connect Core §9).</summary>
internal sealed class ClientAssertions(ClientKeys keys, IUsedNames names, Issuer issuer, TimeProvider time)
{
    /// <summary>The algorithms that clients may sign with; none is symmetric, and <c>none</c> is none of them.</summary>
    public static readonly string[] Algorithms = ["ES256", "ES384", "RS256", "PS256"];

    private const int MaxLength = 8 * 1024;
    private const int MaxTokenId = 256;

    /// <summary>How far ahead an assertion may end. As long as the libraries in use make them last (Authlib: an hour); each works once.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>How far clocks may be apart.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(60);

    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = MaxLength };

    /// <summary>Who the assertion says that it speaks for, before anything is believed; null where it says nothing readable.</summary>
    public static ClientId? ReadSubject(string assertion) =>
        Jwt.TryRead(assertion, MaxLength, out var token) && ClientId.TryParse(token.Subject, out var id) ? id : null;

    /// <summary>Whether the assertion is the client's, for this endpoint, and comes for the first time.</summary>
    public async ValueTask<bool> VerifyAsync(ClientSnapshot client, string assertion, PathString path, CancellationToken cancellationToken)
    {
        if (!Jwt.TryRead(assertion, MaxLength, out var token)
            || token.Issuer != client.Id.Value
            || token.Subject != client.Id.Value
            || !Algorithms.Contains(token.Alg)
            || !IsForUs(token, path)
            || !IsOfNow(token, out var endsAt)
            || !token.TryGetPayloadValue<string>("jti", out var id)
            || id.Length is 0 or > MaxTokenId)
        {
            return false;
        }

        foreach (var fresh in new[] { false, true })
        {
            // A key that is not there may have been published since the set was fetched.
            if (await keys.FindAsync(client.Definition, token.Kid, token.Alg, fresh, cancellationToken) is { Count: > 0 } found)
            {
                var result = await Handler.ValidateTokenAsync(token, Parameters(found));

                // Used up last, and only by who holds the key: nobody else can use up a client's name.
                return result.IsValid && await names.TryUseAsync($"assertion:{client.Id.Value}:{id}", endsAt + Skew, cancellationToken);
            }
        }

        return false;
    }

    private static TokenValidationParameters Parameters(IReadOnlyList<SecurityKey> keys) => new()
    {
        IssuerSigningKeys = keys,
        TryAllIssuerSigningKeys = true,
        ValidAlgorithms = Algorithms,
        RequireSignedTokens = true,
        ValidateIssuer = false,
        ValidateAudience = false,
        ValidateLifetime = false,
        CryptoProviderFactory = Jwt.ForeignKeys,
    };

    /// <summary>The audience is the platform, its token endpoint, or the endpoint that is called (RFC 7523 §3, RFC 9126 §2).</summary>
    private bool IsForUs(JsonWebToken token, PathString path) =>
        token.Audiences.Any(audience => audience == issuer.Value || audience == issuer.At("/oauth/token") || audience == issuer.At(path));

    private bool IsOfNow(JsonWebToken token, out DateTimeOffset endsAt)
    {
        var now = time.GetUtcNow();
        endsAt = now;
        if (!Jwt.TryReadTime(token, "exp", out var ends) || ends is not { } end || !Jwt.TryReadTime(token, "nbf", out var begins) || !Jwt.TryReadTime(token, "iat", out var issued))
        {
            return false;
        }

        endsAt = end;
        return end > now - Skew && end <= now + Longest + Skew && !(begins > now + Skew) && !(issued > now + Skew);
    }
}
