using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Platform.Api.OAuth.Keys;
using Platform.Grains.OAuth;

namespace Platform.Api.OAuth.Tokens;

/// <summary>Makes ID tokens (OpenID Connect Core §2).</summary>
internal sealed class IdTokens(JwtSigner signer, ISubjects subjects, Issuer issuer, TokenLifetimes lifetimes, TimeProvider time)
{
    /// <summary>An ID token beside an access token.</summary>
    /// <param name="authorization">What it stands for.</param>
    /// <param name="grounds">The check that the authorization holds.</param>
    /// <param name="accessToken">The access token, for <c>at_hash</c>.</param>
    /// <param name="withNonce">Whether it answers the authorization itself; that of a refresh has no nonce (§12.2).</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<string> SignAsync(
        AuthorizationSnapshot authorization, LiveToken grounds, string accessToken, bool withNonce, CancellationToken cancellationToken)
    {
        var client = grounds.Client;
        var user = grounds.User ?? throw new InvalidOperationException("An ID token is about a user, and there is none.");
        var now = time.GetUtcNow();
        var subject = await subjects.OfAsync(client, user.Key, cancellationToken);
        var names = UserClaims.Of([], UserClaims.AllowedTo(client.Definition, (ClaimsRequest.TryParse(authorization.Claims) ?? ClaimsRequest.None).IdToken));
        void Write(Utf8JsonWriter json, string hash)
        {
            json.WriteStartObject();
            json.WriteString("iss"u8, issuer.Value);
            json.WriteString("sub"u8, subject);
            json.WriteString("aud"u8, client.Id.Value);
            json.WriteNumber("iat"u8, now.ToUnixTimeSeconds());
            json.WriteNumber("exp"u8, (now + lifetimes.OfIdTokens(client.Definition)).ToUnixTimeSeconds());
            json.WriteNumber("auth_time"u8, authorization.AuthenticatedAt.ToUnixTimeSeconds());
            json.WriteString("acr"u8, authorization.Acr);
            json.WriteStartArray("amr"u8);
            json.WriteStringValue("pwd"u8);
            json.WriteEndArray();
            json.WriteString("at_hash"u8, hash);
            if (authorization.SessionHandle is { } session)
            {
                json.WriteString("sid"u8, session);
            }

            if (withNonce && authorization.Nonce is { } nonce)
            {
                json.WriteString("nonce"u8, nonce);
            }

            UserClaims.Write(json, names, user.Profile, grounds.Access);
            json.WriteEndObject();
        }

        return await signer.SignAsync(client.Definition.SigningAlgorithm, JwtSigner.IdTokenType, Write, HashOf(accessToken), cancellationToken);
    }

    /// <summary>§3.1.3.6: the left half of the hash that the signature uses; SHA-256 with both of ours.</summary>
    private static string HashOf(string accessToken) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(accessToken)).AsSpan(0, 16));
}
