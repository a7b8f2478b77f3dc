using Microsoft.AspNetCore.Antiforgery;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Platform.Api.Http;
using Platform.Api.Http.Pages;

namespace Platform.Api.Sessions;

/// <summary>
/// Keeps other sites from acting with a browser's cookie. A session in the URL or a header is not sent by a browser on its own, so
/// only callers by cookie need it, and the login form, where somebody could be logged in as somebody else.
/// </summary>
internal sealed class Forgery(IAntiforgery antiforgery, IOptions<FrontOptions> front, IOptions<SessionOptions> sessions)
{
    /// <summary>The form field that carries the token.</summary>
    public const string Field = "antiforgery";

    private readonly string? _origin = front.Value.PublicUrl?.TrimEnd('/');

    /// <summary>The hidden field of a form; sets the cookie that belongs to it.</summary>
    public Html FormField(HttpContext context)
    {
        // The framework sets its own caching headers, and complains about ours.
        var headers = context.Response.Headers;
        headers.CacheControl = default;
        var token = antiforgery.GetAndStoreTokens(context).RequestToken;
        headers.CacheControl = "no-store";
        headers.Pragma = default;
        return Html.Of($"""<input type="hidden" name="{Field}" value="{token}">""");
    }

    /// <summary>Whether a GET that changes state was not made by this site's pages or typed by the user, and rests on the cookie alone.</summary>
    public static bool IsForeignGet(HttpContext context) =>
        IsByCookie(context) && FetchSite(context) is not ("same-origin" or "none");

    /// <summary>
    /// Whether a request that browsers send without a form (PUT, DELETE) is another site's. Browsers ask first, and are never
    /// allowed; this holds where one would not ask.
    /// </summary>
    public static bool IsForeign(HttpContext context) => IsByCookie(context) && FetchSite(context) is "cross-site" or "same-site";

    /// <summary>Whether a form that was read is one that this site gave to this browser.</summary>
    public async Task<bool> IsOwnFormAsync(HttpContext context) =>
        !IsByCookie(context) || await antiforgery.IsRequestValidAsync(context);

    /// <summary>
    /// Whether a login form is one that this site gave to this browser. A browser without cookies cannot bring the token's other
    /// half; its word that the form came from this site's page is taken, where sessions in URLs, which it needs then, are on.
    /// </summary>
    public async Task<bool> IsOwnLoginFormAsync(HttpContext context) =>
        IsWithoutCookies(context) ? IsSameOrigin(context) : await antiforgery.IsRequestValidAsync(context);

    /// <summary>Whether the browser keeps no cookies: the login form gave it one, and it sends none.</summary>
    public bool IsWithoutCookies(HttpContext context) => sessions.Value.UrlIds && StringValues.IsNullOrEmpty(context.Request.Headers.Cookie);

    private bool IsSameOrigin(HttpContext context) =>
        FetchSite(context) is { } site
            ? site == "same-origin"
            : _origin is not null && context.Request.Headers.Origin.ToString().Equals(_origin, StringComparison.OrdinalIgnoreCase);

    private static bool IsByCookie(HttpContext context) => context.FindCaller() is { Arrival: SessionArrival.Cookie };

    private static string? FetchSite(HttpContext context) =>
        context.Request.Headers.TryGetValue("Sec-Fetch-Site", out var site) ? site.ToString() : null;
}

/// <summary>Binds a form's token to the session that it was shown in: after another login it is no longer valid.</summary>
internal sealed class SessionBoundTokens : IAntiforgeryAdditionalDataProvider
{
    /// <inheritdoc/>
    public string GetAdditionalData(HttpContext context) => context.FindCaller()?.Live.Session.Handle ?? "";

    /// <inheritdoc/>
    public bool ValidateAdditionalData(HttpContext context, string additionalData) =>
        string.Equals(GetAdditionalData(context), additionalData, StringComparison.Ordinal);
}
