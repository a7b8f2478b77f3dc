namespace Platform.Api.Http;

/// <summary>Headers that every answer starts with; what may be cached or framed says so itself.</summary>
internal static class SecurityHeaders
{
    private const string OpenerPolicy = "Cross-Origin-Opener-Policy";

    /// <summary>Sets them. Addresses may carry session ids, so no answer gives its address away or stays in a cache.</summary>
    public static void Set(HttpResponse response)
    {
        var headers = response.Headers;
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        headers.XContentTypeOptions = "nosniff";
        headers[OpenerPolicy] = "same-origin";
    }

    /// <summary>
    /// For what is shown in a window that a client's page opened to get a code, redirects between its pages included: with a policy of its
    /// own, the window would be parted from the page that waits for it. Framing stays refused.
    /// </summary>
    public static void StayWithOpener(HttpResponse response) => response.Headers.Remove(OpenerPolicy);

    /// <summary>For a page that opens such windows itself, and is not to be reached by others.</summary>
    public static void MayOpenWindows(HttpResponse response) => response.Headers[OpenerPolicy] = "same-origin-allow-popups";
}
