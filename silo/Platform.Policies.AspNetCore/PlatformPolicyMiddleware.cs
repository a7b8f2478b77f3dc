using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Platform.Policies.Requests;
using Platform.Policies.Rules;

namespace Platform.Policies.AspNetCore;

/// <summary>
/// Lets requests through that the platform lets through. The steps: the URL is read the one way that rules are written for; the pages of the login are the
/// platform's; the platform is asked about everything else; on a yes the caller becomes the request's user; a refusal goes to the client
/// as it is; anything else, and no answer, is a refusal too.
/// </summary>
internal sealed partial class PlatformPolicyMiddleware(
    RequestDelegate next, PlatformQuestions platform, IOptions<PlatformPolicyOptions> options, ILogger<PlatformPolicyMiddleware> logger)
{
    /// <summary>What the paths of the login's pages begin with.</summary>
    private const string Pages = "/.platform/";

    private readonly Uri _publicUrl = options.Value.PublicUrl!;

    public async Task InvokeAsync(HttpContext context)
    {
        var target = RawTarget(context);
        if (!RequestUrl.TryNormalise(_publicUrl.Scheme, _publicUrl.Authority, target, out var url, out var fault) || !Ascii.IsValid(target))
        {
            LogUrlRefused(fault ?? "a URL has ASCII characters alone");
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "The URL can be read in more than one way.");
            return;
        }

        var isPage = HttpMethods.IsGet(context.Request.Method) && target.StartsWith(Pages, StringComparison.Ordinal);
        PlatformAnswer answer;
        try
        {
            answer = isPage ? await platform.GetPageAsync(context, target) : await platform.AskAsync(context, target);
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException && !context.RequestAborted.IsCancellationRequested)
        {
            LogNoAnswer(failure);
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "Whether this is allowed cannot be found out at the moment.");
            return;
        }

        if (answer.Status == HttpStatusCode.OK && !isPage)
        {
            PlatformIdentity.Take(context, answer);
            RouteAsDecided(context, url, target);
            await next(context);
        }
        else if (isPage ? (int)answer.Status < 500 : answer.IsRefusal)
        {
            await answer.WriteAsync(context);
        }
        else
        {
            LogStrangeAnswer((int)answer.Status);
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "Whether this is allowed cannot be found out at the moment.");
        }
    }

    /// <summary>
    /// Path and query as they came; the server's decoded path has had its dot segments resolved, and no longer tells <c>;</c> from <c>%3B</c>.
    /// Of what is neither origin-form nor a plain absolute-form all, which no path is.
    /// </summary>
    private static string RawTarget(HttpContext context)
    {
        var raw = ReceivedTarget(context);
        if (raw.StartsWith('/'))
        {
            return raw;
        }

        // RFC 9112 §3.2.2: absolute-form. Its host counts no more than that of Host, but has to end where the server thinks that it does, to which
        // a backslash is a slash; and the server decodes encoded slashes here, which it leaves as they are in origin-form.
        if (!RequestUrl.TryNormalise(raw, out var url, out _) || url.Encoded != EncodingAllowance.None)
        {
            return raw;
        }

        var authority = raw.IndexOf("://", StringComparison.Ordinal) + 3;
        var end = raw.AsSpan(authority).IndexOfAny('/', '?');
        var target = end < 0 ? "" : raw[(authority + end)..];
        return target.StartsWith('/') ? target : "/" + target;
    }

    private static string ReceivedTarget(HttpContext context) => context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";

    /// <summary>What was decided about is what is routed: without parameters and doubled slashes, which routes would take for other paths.</summary>
    private static void RouteAsDecided(HttpContext context, RequestUrl url, string target)
    {
        var path = context.Request.PathBase.Add(context.Request.Path).Value ?? "";
        var isAbsolute = ReceivedTarget(context) != target;
        if (isAbsolute || (url.Encoded == EncodingAllowance.None && (path.Contains(';', StringComparison.Ordinal) || path.Contains("//", StringComparison.Ordinal))))
        {
            context.Request.PathBase = PathString.Empty;
            context.Request.Path = new PathString(path.EndsWith('/') && url.Path != "/" ? url.Path + "/" : url.Path);
        }
    }

    private static Task RefuseAsync(HttpContext context, int status, string detail)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(detail, context.RequestAborted);
    }
}
