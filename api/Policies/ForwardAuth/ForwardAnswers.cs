using System.Globalization;
using Platform.Api.Http;
using Platform.Api.Http.Access;
using Platform.Api.Http.Pages;
using Platform.Api.Http.Wire;
using Platform.Api.OAuth;
using Platform.Policies.Decisions;

namespace Platform.Api.Policies.ForwardAuth;

/// <summary>Says to a proxy, and through it to its client, what was decided.</summary>
internal sealed class ForwardAnswers(IdentityHeaders identity, Challenges challenges, Issuer issuer)
{
    /// <summary>Where a browser logs in; nginx, which shows no answer to its client, has it from here.</summary>
    public const string LoginUrl = "X-Login-Url";

    /// <summary>The rule that lets a request through, for the proxy's log.</summary>
    public const string Rule = "X-Policy-Rule";

    private const string Policy = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'";

    /// <summary>What a yes depends on besides the URL, for proxies that keep it.</summary>
    private const string DependsOn =
        "Authorization, Cookie, DPoP, Gcube-Token, X-Session-Id, X-Forwarded-For, X-Forwarded-Host, X-Forwarded-Method, X-Forwarded-Proto, X-Forwarded-Uri, X-Original-Method, X-Original-URL";

    /// <summary>Lets it through, and says whose request it is.</summary>
    public Task LetThroughAsync(HttpContext context, Principal? principal, PolicyDecision decision, TimeSpan? cacheFor)
    {
        var headers = context.Response.Headers;
        identity.Set(headers, principal);
        headers[Rule] = decision.Rule!.Id;
        if (cacheFor is { } kept)
        {
            headers.CacheControl = string.Create(CultureInfo.InvariantCulture, $"private, max-age={(long)kept.TotalSeconds}");
            headers.Vary = DependsOn;
        }

        context.Response.StatusCode = StatusCodes.Status200OK;
        context.Response.ContentLength = 0;
        return Task.CompletedTask;
    }

    /// <summary>Keeps it out, whoever calls.</summary>
    public Task DenyAsync(HttpContext context, ErrorCode error)
    {
        identity.Set(context.Response.Headers, null);
        return RefuseAsync(context, new Problem(error));
    }

    /// <summary>Keeps it out until somebody logs in: a browser is led to the login, other clients are told what is missing.</summary>
    /// <param name="context">The proxy's request.</param>
    /// <param name="request">What it asks about.</param>
    /// <param name="maxAge">How old the login may be; null: that does not matter.</param>
    public Task AskForLoginAsync(HttpContext context, ForwardedRequest request, TimeSpan? maxAge)
    {
        var headers = context.Response.Headers;
        identity.Set(headers, null);
        var login = LoginAddress(request, maxAge);
        headers[LoginUrl] = login;
        if (request.IsNavigation(context.Request.Headers, context.PrefersPage()))
        {
            headers.Location = login;
            if (request.Proxy != ForwardProxy.Nginx)
            {
                context.Response.StatusCode = StatusCodes.Status302Found;
                context.Response.ContentLength = 0;
                return Task.CompletedTask;
            }
        }

        return maxAge is { } age
            ? challenges.RequireFreshLoginAsync(context, age)
            : challenges.RequireLoginAsync(context, oauthScope: null, ForwardErrors.LoginRequired);
    }

    /// <summary>Writes a refusal: data for programs, for people a page without anything of ours, which the protected host does not have.</summary>
    public static Task RefuseAsync(HttpContext context, Problem problem)
    {
        if (context.ErrorFormat() != WireFormat.Html)
        {
            return Problems.WriteAsync(context, problem);
        }

        context.Response.Headers.ContentSecurityPolicy = Policy;
        var page = Html.Of($"""
            <!DOCTYPE html>
            <html lang="en">
            <head><meta charset="utf-8"><title>{problem.Error.Title}</title></head>
            <body>
            <h1>{problem.Error.Title}</h1>
            <p>{problem.Detail}</p>
            <p>{problem.Error.Status.ToString(CultureInfo.InvariantCulture)} {problem.Error.Code}</p>
            </body>
            </html>

            """);
        return Answer.WriteTextAsync(context, problem.Error.Status, "text/html; charset=utf-8", page.ToString());
    }

    /// <summary>nginx makes an error of its own of every other refusal, and a client could not tell what is wrong.</summary>
    public static Task SpeakToNginx(object response)
    {
        var answer = (HttpResponse)response;
        if (answer.StatusCode is >= 400 and < 500 and not 401 and not 403)
        {
            answer.StatusCode = answer.Headers.WWWAuthenticate.Count > 0 ? StatusCodes.Status401Unauthorized : StatusCodes.Status403Forbidden;
        }

        return Task.CompletedTask;
    }

    /// <summary>On the platform's own host the login page leads back; on any other the session has to be brought there first.</summary>
    private string LoginAddress(ForwardedRequest request, TimeSpan? maxAge)
    {
        var back = $"return={Uri.EscapeDataString(request.Return)}";
        var age = maxAge is { } value ? string.Create(CultureInfo.InvariantCulture, $"&max_age={(long)value.TotalSeconds}") : "";
        return string.Equals(request.Origin, issuer.Value, StringComparison.OrdinalIgnoreCase)
            ? $"{issuer.Value}/login?{back}"
            : $"{request.Origin}{HostPages.Start}?{back}{age}";
    }
}
