using System.Diagnostics.CodeAnalysis;
using System.Net;
using Platform.Api.Http;
using Platform.Policies.Requests;

namespace Platform.Api.Policies.ForwardAuth;

/// <summary>Reads what a proxy says that its client asked for. Each header has to be there once: of two, another reader might take the other.</summary>
internal static class ForwardedRequestReader
{
    /// <summary>The request, or why there is none.</summary>
    /// <param name="context">The proxy's own request.</param>
    /// <param name="proxy">How it says it.</param>
    /// <param name="connection">Where it came from.</param>
    public static (ForwardedRequest? Request, Problem? Refusal) Read(HttpContext context, ForwardProxy proxy, ProxyConnection connection)
    {
        var (said, missing) = Collect(context, proxy, connection);
        if (said is null)
        {
            return (null, new Problem(ForwardErrors.Incomplete, Place: missing));
        }

        if (!IsMethod(said.Method))
        {
            return (null, new Problem(ForwardErrors.UrlRefused, "The method is no word of RFC 9110."));
        }

        var scheme = SchemeOf(said.Scheme);
        RequestUrl? url = null;
        string? fault = "The scheme is neither http nor https.";
        if (scheme is null || !RequestUrl.TryNormalise(scheme, said.Authority, said.Target, out url, out fault))
        {
            return (null, new Problem(ForwardErrors.UrlRefused, fault));
        }

        return (new ForwardedRequest
        {
            Proxy = proxy,
            Method = said.Method,
            Url = url!,
            Target = said.Target,
            Address = AddressOf(context, connection),
        }, null);
    }

    private static (Said? Said, string? Missing) Collect(HttpContext context, ForwardProxy proxy, ProxyConnection connection)
    {
        var headers = context.Request.Headers;
        switch (proxy)
        {
            case ForwardProxy.Nginx:
                return !TryGet(headers, "X-Original-Method", out var method) ? (null, "header X-Original-Method")
                    : !TryGet(headers, "X-Original-URL", out var url) || !TrySplit(url, out var said) ? (null, "header X-Original-URL")
                    : (said with { Method = method }, null);
            case ForwardProxy.Traefik:
                return !TryGet(headers, "X-Forwarded-Method", out var original) ? (null, "header X-Forwarded-Method")
                    : !TryGet(headers, "X-Forwarded-Proto", out var scheme) ? (null, "header X-Forwarded-Proto")
                    : !TryGet(headers, "X-Forwarded-Host", out var host) ? (null, "header X-Forwarded-Host")
                    : !TryGet(headers, "X-Forwarded-Uri", out var target) ? (null, "header X-Forwarded-Uri")
                    : (new Said(original, scheme, host, target), null);
            case ForwardProxy.Envoy:
                return context.Features.Get<AppendedTarget>() is not { } appended ? (null, "the path behind the endpoint's")
                    : !TryGet(headers, "X-Forwarded-Proto", out var outer) ? (null, "header X-Forwarded-Proto")
                    : (new Said(context.Request.Method, outer, connection.Host, appended.Value), null);
            default:
                return !TryGet(headers, "X-Forwarded-Proto", out var shown) ? (null, "header X-Forwarded-Proto")
                    : !TryGet(headers, "X-Forwarded-Host", out var under) ? (null, "header X-Forwarded-Host")
                    : (new Said(context.Request.Method, shown, under, "/"), null);
        }
    }

    private static bool TryGet(IHeaderDictionary headers, string name, [NotNullWhen(true)] out string? value)
    {
        value = headers.TryGetValue(name, out var values) && values is [{ Length: > 0 } only] ? only : null;
        return value is not null;
    }

    /// <summary>Parts an absolute URL where its path begins; what it holds is judged as of any other request.</summary>
    private static bool TrySplit(string url, [NotNullWhen(true)] out Said? said)
    {
        said = null;
        var authority = url.IndexOf("://", StringComparison.Ordinal);
        if (authority < 0)
        {
            return false;
        }

        authority += 3;
        var end = url.AsSpan(authority).IndexOfAny('/', '?');
        var target = end < 0 ? "/" : url[(authority + end)..];
        said = new Said("", url[..(authority - 3)], end < 0 ? url[authority..] : url.Substring(authority, end), target[0] == '?' ? "/" + target : target);
        return true;
    }

    /// <summary>Traefik names the schemes of WebSockets; they are asked for with HTTP.</summary>
    private static string? SchemeOf(string scheme) => scheme.ToLowerInvariant() switch
    {
        "http" or "ws" => "http",
        "https" or "wss" => "https",
        _ => null,
    };

    /// <summary>RFC 9110 §5.6.2: a token.</summary>
    private static bool IsMethod(string method) => method.Length <= 32 && method.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal));

    /// <summary>
    /// The address out of <c>X-Forwarded-For</c>. Where that said none, the connection's is still the proxy's own, the very same object, and tells
    /// nothing of the client; an equal one may be a client's on the same machine.
    /// </summary>
    private static IPAddress? AddressOf(HttpContext context, ProxyConnection connection) =>
        ReferenceEquals(context.Connection.RemoteIpAddress, connection.Peer) ? null : context.Connection.RemoteIpAddress;

    private sealed record Said(string Method, string Scheme, string Authority, string Target);
}
