using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Platform.Api.Http;
using Platform.Api.Http.Wire;
using Platform.Api.Viewer;
using Platform.Grains.Sessions;

namespace Platform.Api.Sessions;

/// <summary>
/// The session's cookie. Under https it has the <c>__Host-</c> prefix, so that no neighbour under the same domain can plant one;
/// a plain <c>JSESSIONID</c> then counts for nothing.
/// </summary>
internal sealed class SessionCookie(IOptions<FrontOptions> front, AccessTokenCookie accessToken)
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
    public string Name { get; } = front.Value.IsSecure ? "__Host-JSESSIONID" : "JSESSIONID";

    /// <summary>Gives the session to a browser, until it closes; the session's own ends count in any case.</summary>
    public void Set(HttpResponse response, SessionId id) => response.Cookies.Append(Name, id.Reveal(), _options);

    /// <summary>Takes the cookie from a browser, and the access token that the login gave it.</summary>
    public void Clear(HttpResponse response)
    {
        response.Cookies.Delete(Name, _options);
        accessToken.Clear(response);
    }

    /// <summary>Adds the values of all cookies of the name, in their order.</summary>
    public void Collect(StringValues headers, ref SessionCandidates candidates)
    {
        var values = default(List<string>);
        CookieValues.Collect(headers, Name, ref values);
        foreach (var value in values ?? [])
        {
            candidates.Add(value, SessionArrival.Cookie);
        }
    }
}
