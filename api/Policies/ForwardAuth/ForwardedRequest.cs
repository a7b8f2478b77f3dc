using System.Net;
using Platform.Api.Http.Pages;
using Platform.Policies.Requests;

namespace Platform.Api.Policies.ForwardAuth;

/// <summary>The request that a proxy asks about. A feature of the proxy's own.</summary>
internal sealed class ForwardedRequest
{
    /// <summary>Who says so.</summary>
    public required ForwardProxy Proxy { get; init; }

    /// <summary>Its method.</summary>
    public required string Method { get; init; }

    /// <summary>Its URL, as rules see it.</summary>
    public required RequestUrl Url { get; init; }

    /// <summary>Path and query as its client sent them. They may hold a secret.</summary>
    public required string Target { get; init; }

    /// <summary>Its client's address; null where the proxy did not say.</summary>
    public required IPAddress? Address { get; init; }

    /// <summary>Scheme and host, as an origin (RFC 6454 §6.2).</summary>
    public string Origin => $"{Url.Scheme}://{Url.Authority}";

    /// <summary>The URL that a proof of a token's key has to be for (RFC 9449 §4.3): without the query.</summary>
    public string ProvenAddress => Origin + Target.Split('?', 2)[0];

    /// <summary>Where its client comes back to after a login.</summary>
    public string Return => LocalReturn.OrStart(Target);

    /// <summary>Whether a person's browser goes to a page with it: only then a login page is an answer.</summary>
    /// <param name="headers">Its headers.</param>
    /// <param name="prefersPage">Whether it would rather have HTML than data.</param>
    public bool IsNavigation(IHeaderDictionary headers, bool prefersPage) =>
        prefersPage
        && (Method == HttpMethods.Get || Method == HttpMethods.Head)
        && (!headers.TryGetValue("Sec-Fetch-Mode", out var mode) || mode == "navigate");
}

/// <summary>The request that a proxy asks about.</summary>
internal static class ForwardedContext
{
    /// <summary>It, at an endpoint that <see cref="ForwardMiddleware"/> lets nothing through to without one.</summary>
    public static ForwardedRequest GetForwarded(this HttpContext context) =>
        context.Features.Get<ForwardedRequest>() ?? throw new InvalidOperationException("This endpoint is for proxies, and its route does not say so.");
}
