using Platform.Api.Sessions;
using Platform.Grains.Policies;
using Platform.Grains.Sessions;

namespace Platform.Api.Policies.OpenSso;

/// <summary>OpenSSO's tokens, which are session ids here.</summary>
internal sealed class OpenSsoTokens(SessionLookup sessions)
{
    /// <summary>The cookie that OpenSSO's clients keep a token in. The platform itself never sets it.</summary>
    private const string Cookie = "iPlanetDirectoryPro";

    /// <summary>The token that a request brings: the parameter, or where that is blank the cookie; null: none.</summary>
    public static string? Of(HttpContext context, string? parameter)
    {
        if (!string.IsNullOrWhiteSpace(parameter))
        {
            return parameter.Trim();
        }

        // Another site's page could have a browser send its cookie; a client of OpenSSO is no browser.
        var site = context.Request.Headers["Sec-Fetch-Site"].ToString();
        return site is "" or "none" or "same-origin" && context.Request.Cookies[Cookie] is { Length: > 0 } cookie ? cookie : null;
    }

    /// <summary>Whose token it is; null where it is none, or no longer.</summary>
    /// <param name="context">The request.</param>
    /// <param name="token">The token; null: none came.</param>
    /// <param name="question">What is asked of the policies at the same instant; null: nothing.</param>
    public async ValueTask<Caller?> FindAsync(HttpContext context, string? token, PolicyQuestion? question = null) =>
        SessionId.TryParse(token, out var id) && await sessions.FindAsync(SessionKey.FromId(id), question, context.RequestAborted) is { } live
            ? new Caller(id, live, SessionArrival.Header)
            : null;
}
