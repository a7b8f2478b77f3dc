namespace Platform.Api.Http;

/// <summary>Headers that every answer starts with; what may be cached or framed says so itself.</summary>
internal static class SecurityHeaders
{
    /// <summary>Sets them. Addresses may carry session ids, so no answer gives its address away or stays in a cache.</summary>
    public static void Set(HttpResponse response)
    {
        var headers = response.Headers;
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        headers.XContentTypeOptions = "nosniff";

        // On redirects as well: browsers part a window from its opener at the first answer on the way that does not say so, and Swagger UI's
        // window that went to the login could not hand its code over.
        headers["Cross-Origin-Opener-Policy"] = "same-origin";

        // Redirects count, too: one without it between two of our pages would part a window from the one that opened it, and Swagger UI
        // would never get its code.
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
    }
}
