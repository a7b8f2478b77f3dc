using Microsoft.Extensions.Options;
using Platform.Api.Http;

namespace Platform.Api.Viewer;

/// <summary>
/// The cookie that keeps the viewer's access token in the browser. It counts with an antiforgery token alone, and nowhere but at the viewer:
/// whatever else came with a cookie could have been sent by another site.
/// </summary>
internal sealed class AccessTokenCookie(IOptions<FrontOptions> front)
{
    private readonly CookieOptions _options = new()
    {
        HttpOnly = true,
        IsEssential = true,
        Path = "/",
        SameSite = SameSiteMode.Lax,
        Secure = front.Value.IsSecure,
    };

    /// <summary>The cookie's name.</summary>
    public string Name { get; } = front.Value.IsSecure ? "__Host-ACCESS_TOKEN" : "ACCESS_TOKEN";

    /// <summary>The token that came with the request; null: none. Cookies are percent-decoded, and what is no token stays out of a header.</summary>
    public string? Find(HttpRequest request) =>
        request.Cookies.TryGetValue(Name, out var token) && token.Length > 0 && !token.AsSpan().ContainsAnyExceptInRange('!', '~') ? token : null;

    /// <summary>Gives the token to the browser, until it closes; the token's own end counts in any case.</summary>
    public void Set(HttpResponse response, string token) => response.Cookies.Append(Name, token, _options);

    /// <summary>Takes the token from a browser that has one.</summary>
    public void Clear(HttpResponse response)
    {
        if (response.HttpContext.Request.Cookies.ContainsKey(Name))
        {
            response.Cookies.Delete(Name, _options);
        }
    }
}
