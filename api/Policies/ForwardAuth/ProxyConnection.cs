using System.Net;

namespace Platform.Api.Policies.ForwardAuth;

/// <summary>Who opened the connection that a proxy's question came on, and the <c>Host</c> that it sent. A feature of the request.</summary>
/// <param name="Peer">The other end of the connection; null where there is none, as on a socket in the file system.</param>
/// <param name="Host">The <c>Host</c> header as it came.</param>
internal sealed record ProxyConnection(IPAddress? Peer, string Host);

/// <summary>
/// Remembers both of requests that proxies make, before <see cref="Http.PublicAddress"/> and the client's address out of
/// <c>X-Forwarded-For</c> take their places.
/// </summary>
internal sealed class ProxyConnectionMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var path = context.Request.Path;
        if (path.StartsWithSegments(ForwardEndpoints.Path) || path.StartsWithSegments(HostPages.Path))
        {
            context.Features.Set(new ProxyConnection(context.Connection.RemoteIpAddress, context.Request.Headers.Host.ToString()));
        }

        return next(context);
    }
}
