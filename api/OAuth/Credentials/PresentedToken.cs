using Microsoft.Extensions.Primitives;
using Platform.Api.Http.Wire;
using Platform.Api.OAuth.Requests;

namespace Platform.Api.OAuth.Credentials;

/// <summary>An access token as it came with a request, not yet checked. Its text is secret.</summary>
/// <param name="Text">The token.</param>
/// <param name="IsDpop">Whether it came with the scheme <c>DPoP</c>.</param>
internal sealed record PresentedToken(string Text, bool IsDpop)
{
    /// <summary>Without the token.</summary>
    public override string ToString() => IsDpop ? "DPoP token" : "Bearer token";

    /// <summary>The token of the <c>Authorization</c> header; null where it speaks of something else, or of nothing.</summary>
    public static (PresentedToken? Token, OAuthError? Refusal) OfHeader(StringValues authorization)
    {
        var isDpop = false;
        if (authorization.Count == 0 || authorization[0] is not { } value || !(Is(value, "Bearer") || (isDpop = Is(value, "DPoP"))))
        {
            return (null, null);
        }

        var text = value.AsSpan(isDpop ? 4 : 6).Trim(' ');

        // RFC 6750 §2.1: b64token.
        return authorization.Count > 1
            || text.IsEmpty
            || text.ContainsAnyExcept("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=")
            ? (null, OAuthError.InvalidRequest("The Authorization header holds no token, or there is more than one header."))
            : (new PresentedToken(text.ToString(), isDpop), null);
    }

    /// <summary>The token of the header, or else that of the parameter <c>access_token</c>; in two places at once it is refused (RFC 6750 §2).</summary>
    public static (PresentedToken? Token, OAuthError? Refusal) Of(StringValues authorization, Parameters parameters)
    {
        var (token, refusal) = OfHeader(authorization);
        var parameter = parameters.Find("access_token");
        if (refusal is not null || parameter is null)
        {
            return (token, refusal);
        }

        return token is not null ? (null, OAuthError.InvalidRequest("The token came in more than one way."))
            : parameter.Length == 0 ? (null, OAuthError.InvalidRequest("The access_token is empty."))
            : (new PresentedToken(parameter, IsDpop: false), null);
    }

    /// <summary>The token of the header or of the form, where the request has one.</summary>
    public static async ValueTask<(PresentedToken? Token, OAuthError? Refusal)> OfHeaderOrFormAsync(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            return OfHeader(context.Request.Headers.Authorization);
        }

        var (form, refusal) = await OAuthForm.ReadAsync(context);
        return refusal is null ? Of(context.Request.Headers.Authorization, form) : (null, refusal);
    }

    private static bool Is(string value, string scheme) =>
        value.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) && (value.Length == scheme.Length || value[scheme.Length] == ' ');
}
