using System.Text.Json;
using Platform.Api.Http.Access;
using Platform.Api.Http.OpenApi;
using Platform.Api.Http.Wire;
using Platform.Api.OAuth.Clients;
using Platform.Api.OAuth.Credentials;
using Platform.Api.OAuth.Requests;
using Platform.Api.OAuth.Tokens.Grants;

namespace Platform.Api.OAuth.Tokens;

/// <summary>Where clients get tokens (RFC 6749 §3.2).</summary>
internal sealed class TokenEndpoint(
    ClientAuthenticator authenticator, ClientRateLimit rates, DpopProofs proofs, Issuer issuer, IEnumerable<ITokenGrant> grants)
{
    /// <summary>The endpoint's path.</summary>
    public const string Path = "/oauth/token";

    /// <summary>What a request goes through, in this order. Each step lets it go on or ends it with an error.</summary>
    private readonly IClientStep<TokenRequest>[] _steps =
    [
        new ReadForm(),
        new AuthenticateClient(authenticator),
        new AllowOrigin(),
        new LimitRate(rates),
        new ChooseGrant(grants),
        new CheckDpopProof(proofs),
        new RequireDpopProof(),
        new ReadRequestedAccess(issuer),
        new RunGrant(),
    ];

    /// <summary>Maps the endpoint.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<TokenEndpoint>();
        routes.MapPost(Path, endpoint.AnswerAsync).ForAnyoneUnseen().Offering(Offers.Own)
            .Describe("Token", "Gives a client tokens (RFC 6749).", endpoint.AnswerAsync, 200, 400, 401, 429, 503)
            .TakesForm("grant_type", "scope", "client_id", "client_secret", "code", "redirect_uri", "code_verifier", "refresh_token", "device_code");
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var request = new TokenRequest(context);
        if (!await _steps.PassAsync(request))
        {
            return;
        }

        // RFC 6749 §5.1: no cache keeps tokens; the pragma is for those of HTTP/1.0.
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.Pragma = "no-cache";
        await Answer.WriteJsonAsync(context, StatusCodes.Status200OK, "application/json", Write, request.Tokens!);
    }

    private static void Write(Utf8JsonWriter json, IssuedTokens tokens)
    {
        json.WriteStartObject();
        json.WriteString("access_token"u8, tokens.AccessToken);
        json.WriteString("token_type"u8, tokens.TokenType);
        json.WriteNumber("expires_in"u8, (long)tokens.ExpiresIn.TotalSeconds);
        if (tokens.IssuedTokenType is { } type)
        {
            json.WriteString("issued_token_type"u8, type);
        }

        if (tokens.RefreshToken is { } refreshToken)
        {
            json.WriteString("refresh_token"u8, refreshToken);
        }

        if (tokens.IdToken is { } idToken)
        {
            json.WriteString("id_token"u8, idToken);
        }

        json.WriteString("scope"u8, string.Join(' ', tokens.OAuthScopes));
        json.WriteEndObject();
    }
}

/// <summary>A token request on its way.</summary>
/// <param name="context">The HTTP request.</param>
internal sealed class TokenRequest(HttpContext context) : ClientRequest(context)
{
    /// <summary>The grant that was chosen.</summary>
    public ITokenGrant Grant { get; set; } = null!;

    /// <summary>What it got.</summary>
    public IssuedTokens? Tokens { get; set; }
}
