using Platform.Api.Http;
using Platform.Api.Http.Targets;
using Platform.Grains.Policies;

namespace Platform.Api.Policies.ForwardAuth;

/// <summary>
/// What comes first of a proxy's question, before anybody finds out who calls: the proxy is one that the operator named; it says what its client
/// asked for; the credentials are looked for in that request, and the policies of its host are asked for in the same query.
/// </summary>
internal sealed partial class ForwardMiddleware(RequestDelegate next, KnownProxies proxies, ILogger<ForwardMiddleware> logger)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<ForwardEndpointKind>() is not { } kind)
        {
            return next(context);
        }

        if (kind.Proxy == ForwardProxy.Nginx)
        {
            context.Response.OnStarting(ForwardAnswers.SpeakToNginx, context.Response);
        }

        var connection = context.Features.Get<ProxyConnection>();
        if (connection is null || !proxies.Contains(connection.Peer))
        {
            LogUnknownProxy(connection?.Peer);
            return ForwardAnswers.RefuseAsync(context, new Problem(ForwardErrors.UnknownProxy));
        }

        var (request, refusal) = ForwardedRequestReader.Read(context, kind.Proxy, connection);
        if (request is null)
        {
            if (refusal!.Error == ForwardErrors.Incomplete)
            {
                LogIncomplete(connection.Peer, refusal.Place);
            }

            return ForwardAnswers.RefuseAsync(context, refusal);
        }

        context.Features.Set(request);
        if (kind.Proxy != ForwardProxy.Pages)
        {
            context.Features.Set(new RequestTarget { Path = context.Request.Path.Value!, Query = "", SessionIds = RequestTargetParser.FindSessionIds(request.Target) });
            context.Ask(PolicyQuestion.OfHost(request.Url.Authority, request.Url));
        }

        return next(context);
    }
}

/// <summary>That an endpoint is for proxies alone, and how they speak to it.</summary>
internal sealed record ForwardEndpointKind(ForwardProxy Proxy);

/// <summary>Says so, in the route table.</summary>
internal static class ForwardEndpointConventions
{
    /// <summary>The endpoint is for proxies that speak so.</summary>
    public static TBuilder ForProxy<TBuilder>(this TBuilder builder, ForwardProxy proxy)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new ForwardEndpointKind(proxy));
}
