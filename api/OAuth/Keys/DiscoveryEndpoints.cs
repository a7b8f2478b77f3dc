using System.Text.Json;
using Microsoft.Extensions.Options;
using Platform.Api.Http.Access;
using Platform.Api.Http.OpenApi;
using Platform.Api.Http.Wire;
using Platform.Api.OAuth.Clients;
using Platform.Api.OAuth.Cors;
using Platform.Api.OAuth.Credentials;
using Platform.Api.OAuth.Registration;
using Platform.Api.OAuth.Tokens;

namespace Platform.Api.OAuth.Keys;

/// <summary>
/// Says what there is (OpenID Connect Discovery, RFC 8414, RFC 9728): exactly that, since clients choose by it.
/// </summary>
internal sealed class DiscoveryEndpoints(Issuer issuer, IOptions<OAuthOptions> options)
{
    private static readonly string[] SecretMethods = ["client_secret_basic", "client_secret_post", "private_key_jwt"];
    private static readonly string[] AllMethods = [.. SecretMethods, "none"];
    private static readonly string[] IdTokenClaims = ["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "at_hash", "sid"];

    /// <summary>Maps the endpoints.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoints = routes.ServiceProvider.GetRequiredService<DiscoveryEndpoints>();
        routes.MapMethods("/.well-known/openid-configuration", ["GET", "HEAD"], endpoints.DescribeServerAsync).ForAnyoneUnseen().Offering(Offers.Own)
            .Describe("OpenIdConfiguration", "What the authorization server offers (OpenID Connect Discovery).", endpoints.DescribeServerAsync, 200);
        routes.MapMethods("/.well-known/oauth-authorization-server", ["GET", "HEAD"], endpoints.DescribeServerAsync).ForAnyoneUnseen().Offering(Offers.Own)
            .Describe("OAuthServerMetadata", "What the authorization server offers (RFC 8414).", endpoints.DescribeServerAsync, 200);
        routes.MapMethods("/.well-known/oauth-protected-resource", ["GET", "HEAD"], endpoints.DescribeResourceAsync).ForAnyoneUnseen().Offering(Offers.Own)
            .Describe("OAuthResourceMetadata", "How to call the platform with a token (RFC 9728).", endpoints.DescribeResourceAsync, 200);
    }

    private Task DescribeServerAsync(HttpContext context)
    {
        OAuthCors.AllowAll(context);
        context.Response.Headers.CacheControl = "public, max-age=3600";
        return Answer.WriteJsonAsync(context, StatusCodes.Status200OK, "application/json", WriteServer, this);
    }

    private Task DescribeResourceAsync(HttpContext context)
    {
        OAuthCors.AllowAll(context);
        context.Response.Headers.CacheControl = "public, max-age=3600";
        return Answer.WriteJsonAsync(context, StatusCodes.Status200OK, "application/json", WriteResource, this);
    }

    private static void WriteServer(Utf8JsonWriter json, DiscoveryEndpoints endpoints)
    {
        var issuer = endpoints.Issuer;
        json.WriteStartObject();
        json.WriteString("issuer"u8, issuer.Value);
        json.WriteString("authorization_endpoint"u8, issuer.At("/oauth/authorize"));
        json.WriteString("token_endpoint"u8, issuer.At(TokenEndpoint.Path));
        json.WriteString("userinfo_endpoint"u8, issuer.At(UserInfoEndpoint.Path));
        json.WriteString("jwks_uri"u8, issuer.At(JwksEndpoint.Path));
        json.WriteString("introspection_endpoint"u8, issuer.At(IntrospectionEndpoint.Path));
        json.WriteString("revocation_endpoint"u8, issuer.At(RevocationEndpoint.Path));
        json.WriteString("pushed_authorization_request_endpoint"u8, issuer.At("/oauth/par"));
        json.WriteString("device_authorization_endpoint"u8, issuer.At("/oauth/device"));
        json.WriteString("end_session_endpoint"u8, issuer.At("/oauth/logout"));
        if (endpoints.Options.Registration != RegistrationMode.Closed)
        {
            json.WriteString("registration_endpoint"u8, issuer.At(RegistrationEndpoint.Path));
        }

        Write(json, "scopes_supported", OAuthScopes.Fixed);
        Write(json, "response_types_supported", ["code"]);
        Write(json, "response_modes_supported", ["query", "form_post"]);
        Write(json, "grant_types_supported", GrantTypes.All);
        Write(json, "code_challenge_methods_supported", ["S256"]);
        Write(json, "token_endpoint_auth_methods_supported", AllMethods);
        Write(json, "token_endpoint_auth_signing_alg_values_supported", ClientAssertions.Algorithms);
        Write(json, "introspection_endpoint_auth_methods_supported", SecretMethods);
        Write(json, "introspection_endpoint_auth_signing_alg_values_supported", ClientAssertions.Algorithms);
        Write(json, "revocation_endpoint_auth_methods_supported", AllMethods);
        Write(json, "revocation_endpoint_auth_signing_alg_values_supported", ClientAssertions.Algorithms);
        Write(json, "dpop_signing_alg_values_supported", DpopProofs.Algorithms);
        Write(json, "subject_types_supported", ["public", "pairwise"]);
        Write(json, "id_token_signing_alg_values_supported", JwtSigner.Algorithms);
        Write(json, "acr_values_supported", AuthenticationContexts.All);
        Write(json, "display_values_supported", ["page", "popup", "touch", "wap"]);
        Write(json, "prompt_values_supported", ["none", "login", "consent", "select_account"]);
        Write(json, "claim_types_supported", ["normal"]);
        Write(json, "claims_supported", [.. IdTokenClaims, .. UserClaims.Supported]);
        Write(json, "ui_locales_supported", ["en"]);
        json.WriteBoolean("claims_parameter_supported"u8, true);
        json.WriteBoolean("request_parameter_supported"u8, false);
        json.WriteBoolean("request_uri_parameter_supported"u8, false);
        json.WriteBoolean("require_pushed_authorization_requests"u8, false);
        json.WriteBoolean("authorization_response_iss_parameter_supported"u8, true);
        json.WriteBoolean("backchannel_logout_supported"u8, true);
        json.WriteBoolean("backchannel_logout_session_supported"u8, true);
        json.WriteEndObject();
    }

    private static void WriteResource(Utf8JsonWriter json, DiscoveryEndpoints endpoints)
    {
        var issuer = endpoints.Issuer;
        json.WriteStartObject();
        json.WriteString("resource"u8, issuer.Value);
        Write(json, "authorization_servers", [issuer.Value]);
        json.WriteString("jwks_uri"u8, issuer.At(JwksEndpoint.Path));
        Write(json, "scopes_supported", [OAuthScopes.Read, OAuthScopes.Write]);
        Write(json, "bearer_methods_supported", ["header"]);
        Write(json, "dpop_signing_alg_values_supported", DpopProofs.Algorithms);
        json.WriteBoolean("dpop_bound_access_tokens_required"u8, false);
        json.WriteEndObject();
    }

    private Issuer Issuer => issuer;

    private OAuthOptions Options => options.Value;

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
