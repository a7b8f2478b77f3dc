using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;
using Platform.Api.Http.Access;
using Platform.Api.Http.OpenApi;
using Platform.Api.Http.Wire;
using Platform.Api.OAuth.Cors;
using Platform.Grains.OAuth;

namespace Platform.Api.OAuth.Keys;

/// <summary>
/// The public keys (RFC 7517). Caches may hold them for an hour: a key is published a day before it signs, and stays until its last token is over.
/// </summary>
internal sealed class JwksEndpoint(SigningKeys keys)
{
    /// <summary>The endpoint's path.</summary>
    public const string Path = "/.well-known/jwks.json";

    /// <summary>Maps the endpoint.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<JwksEndpoint>();
        routes.MapMethods(Path, ["GET", "HEAD"], endpoint.AnswerAsync).ForAnyoneUnseen().Offering(Offers.Own)
            .Describe("Jwks", "The public keys that tokens are signed with (RFC 7517).", endpoint.AnswerAsync, 200, 503);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var ring = await keys.ReadAsync(context.RequestAborted);
        OAuthCors.AllowAll(context);
        context.Response.Headers.CacheControl = "public, max-age=3600";
        await Answer.WriteJsonAsync(context, StatusCodes.Status200OK, "application/json", Write, ring);
    }

    private static void Write(Utf8JsonWriter json, RingKeys ring)
    {
        json.WriteStartObject();
        json.WriteStartArray("keys"u8);
        foreach (var key in ring.Ring.Keys)
        {
            WriteKey(json, key, ring.Find(key.Id)!);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteKey(Utf8JsonWriter json, SigningKey key, SecurityKey security)
    {
        json.WriteStartObject();
        if (security is ECDsaSecurityKey { ECDsa: var curve })
        {
            var point = curve.ExportParameters(includePrivateParameters: false).Q;
            json.WriteString("kty"u8, "EC");
            json.WriteString("crv"u8, "P-256");
            json.WriteString("x"u8, Base64Url.EncodeToString(point.X));
            json.WriteString("y"u8, Base64Url.EncodeToString(point.Y));
        }
        else
        {
            RSAParameters parameters = ((RsaSecurityKey)security).Rsa.ExportParameters(includePrivateParameters: false);
            json.WriteString("kty"u8, "RSA");
            json.WriteString("n"u8, Base64Url.EncodeToString(parameters.Modulus));
            json.WriteString("e"u8, Base64Url.EncodeToString(parameters.Exponent));
        }

        json.WriteString("use"u8, "sig");
        json.WriteString("alg"u8, key.Algorithm);
        json.WriteString("kid"u8, key.Id);
        json.WriteEndObject();
    }
}
