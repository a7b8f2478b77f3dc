using Platform.Api.Http.Access;
using Platform.Api.Http.Wire;
using Platform.Api.OAuth.Registration;
using Platform.Api.OAuth.Tokens;
using Platform.Grains.OAuth;

namespace Platform.Api.OAuth.Cors;

/// <summary>
/// Lets scripts of web clients read answers (Fetch standard, CORS): those of token, revocation, userinfo and registration where their origin is
/// one of the client that the request proved to be of, those of discovery and keys from everywhere. A preflight names no client and gives
/// nothing away, so that it is let through; no such call carries a cookie. The authorization endpoint is never among them.
/// </summary>
internal static class OAuthCors
{
    /// <summary>Maps the preflights.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var path in (string[])[TokenEndpoint.Path, RevocationEndpoint.Path, UserInfoEndpoint.Path, RegistrationEndpoint.Path + "/{id}"])
        {
            routes.MapMethods(path, ["OPTIONS"], AnswerPreflight).ForAnyoneUnseen().Offering(Offers.Own).WithMetadata(new ExcludeFromDescriptionAttribute());
        }
    }

    /// <summary>The answer may be read from everywhere: it says nothing that is not public.</summary>
    public static void AllowAll(HttpContext context) => context.Response.Headers.AccessControlAllowOrigin = "*";

    /// <summary>The answer may be read by scripts of this client's origins.</summary>
    public static void Allow(HttpContext context, ClientDefinition client)
    {
        if (context.Request.Headers.Origin is not [{ Length: > 0 } origin] || !IsOf(client, origin))
        {
            return;
        }

        var headers = context.Response.Headers;
        headers.AccessControlAllowOrigin = origin;
        headers.AccessControlExposeHeaders = "WWW-Authenticate, Retry-After";
        headers.Append("Vary", "Origin");
    }

    private static Task AnswerPreflight(HttpContext context)
    {
        var headers = context.Response.Headers;
        AllowAll(context);
        headers.AccessControlAllowMethods = "GET, POST, PUT, DELETE";
        headers.AccessControlAllowHeaders = "Authorization, Content-Type, DPoP, X-D4Science-Context";
        headers.AccessControlMaxAge = "3600";
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private static bool IsOf(ClientDefinition client, string origin) =>
        client.Origins.Contains(origin) || client.RedirectUris.Any(uri => OriginOf(uri) == origin);

    /// <summary>An origin as browsers write it; null where the URI has none.</summary>
    private static string? OriginOf(string uri) =>
        Uri.TryCreate(uri, UriKind.Absolute, out var parsed) && (parsed.Scheme == Uri.UriSchemeHttps || parsed.Scheme == Uri.UriSchemeHttp)
            ? parsed.GetLeftPart(UriPartial.Authority)
            : null;
}
