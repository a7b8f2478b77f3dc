using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;
using Platform.Api.Http.Access;
using Platform.Api.Http.Wire;
using Platform.Api.Sessions;
using Platform.Grains.Policies;
using Platform.Grains.Sessions;

namespace Platform.Api.Policies.ForwardAuth;

/// <summary>
/// Sessions at protected hosts, where browsers do not send the platform's cookie. The cookie there names the session without being able to stand for
/// it: it opens nothing but this host's forward authentication, and only while the session itself is alive (invariant 2).
/// </summary>
internal sealed class HostSessions(IDataProtectionProvider protection, SessionLookup sessions, TimeProvider time)
{
    private readonly IDataProtector _protector = protection.CreateProtector("Platform.ForwardAuth.HostSession.v1");

    /// <summary>Who calls, by the cookie of the request's host; null where there is none, or its session is over.</summary>
    public async ValueTask<Principal?> FindAsync(HttpContext context, ForwardedRequest request, PolicyQuestion? question) =>
        CookieValues.Find(context.Request.Headers.Cookie, CookieName(request)) is { } text
        && Unprotect(text) is { } cookie
        && cookie.Origin == request.Origin
        && await sessions.FindAsync(new SessionKey(cookie.Session), question, context.RequestAborted) is { } live
            ? Principal.Of(live)
            : null;

    /// <summary>Gives the cookie to a browser, until it closes.</summary>
    public void Set(HttpContext context, ForwardedRequest request, SessionKey session)
    {
        var cookie = new HostSession { Session = session.Value, Origin = request.Origin, IssuedAt = time.GetUtcNow() };
        var text = WebEncoders.Base64UrlEncode(_protector.Protect(JsonSerializer.SerializeToUtf8Bytes(cookie)));
        context.Response.Cookies.Append(CookieName(request), text, OptionsFor(request));
    }

    /// <summary>Takes it away.</summary>
    public static void Clear(HttpContext context, ForwardedRequest request) => context.Response.Cookies.Delete(CookieName(request), OptionsFor(request));

    /// <summary>What all cookies on protected hosts are like.</summary>
    public static CookieOptions OptionsFor(ForwardedRequest request) => new()
    {
        HttpOnly = true,
        IsEssential = true,
        Path = "/",
        SameSite = SameSiteMode.Lax,
        Secure = request.Url.Scheme == "https",
    };

    /// <summary>Under https with the prefix that keeps neighbours under the same domain from planting one.</summary>
    public static string Prefixed(ForwardedRequest request, string name) => request.Url.Scheme == "https" ? "__Host-" + name : name;

    private static string CookieName(ForwardedRequest request) => Prefixed(request, "platform-forward");

    private HostSession? Unprotect(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<HostSession>(_protector.Unprotect(WebEncoders.Base64UrlDecode(text)));
        }
        catch (Exception failure) when (failure is FormatException or CryptographicException)
        {
            return null;
        }
    }

    /// <summary>What the cookie says.</summary>
    private sealed record HostSession
    {
        /// <summary>The session's key, a hash, from which nobody finds its id.</summary>
        public string Session { get; init; } = "";

        /// <summary>The host that it is for.</summary>
        public string Origin { get; init; } = "";

        /// <summary>When it was given out (UTC).</summary>
        public DateTimeOffset IssuedAt { get; init; }
    }
}
