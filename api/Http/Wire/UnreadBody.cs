using Microsoft.AspNetCore.Http.Features;

namespace Platform.Api.Http.Wire;

/// <summary>
/// Keeps the connection of a request that is answered before its body was read. Kestrel reads the rest after the answer, for five
/// seconds at most; over the limit of bodies it would close the connection, which the answer did not say (RFC 9112, section 9.6),
/// and the client's next request on it would be lost.
/// </summary>
internal sealed class UnreadBody(RequestDelegate next)
{
    /// <summary>Handles one request.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true })
        {
            context.Response.OnStarting(LiftLimit, context);
        }

        return next(context);
    }

    private static Task LiftLimit(object state)
    {
        LimitedBody.AllowServer((HttpContext)state, null);
        return Task.CompletedTask;
    }
}
