using Microsoft.Extensions.Options;
using Platform.Api.Http;
using Platform.Api.Http.Access;
using Platform.Api.Http.Targets;
using Platform.Api.Http.Wire;
using Platform.Api.Policies;
using Platform.Grains.Sessions;
using Platform.Grains.Users;

namespace Platform.Api.Sessions;

/// <summary>
/// Finds the caller: the first live session of cookie, path parameter and <c>X-Session-Id</c>. A dead or invented id is passed
/// over, never adopted.
/// </summary>
internal sealed class SessionCredentials(
    RequestDelegate next,
    SessionCookie cookie,
    SessionLookup sessions,
    IOptions<SessionOptions> options)
{
    private const string Header = "X-Session-Id";
    private readonly bool _urlIds = options.Value.UrlIds;

    public Task InvokeAsync(HttpContext context)
    {
        // Where there is nothing, nobody is looked up, but for a page, whose links have to keep a session that came by URL.
        var rule = AccessRule.Of(context);
        if (rule == AccessRule.AnyoneUnseen || (rule is null && !context.PrefersPage()))
        {
            return next(context);
        }

        var candidates = Collect(context);
        return candidates.Count == 0 ? next(context) : IdentifyAsync(context, candidates);
    }

    private SessionCandidates Collect(HttpContext context)
    {
        var candidates = default(SessionCandidates);
        var headers = context.Request.Headers;
        if (headers.Cookie.Count > 0)
        {
            cookie.Collect(headers.Cookie, ref candidates);
        }

        if (_urlIds && context.Features.Get<RequestTarget>() is { } target)
        {
            foreach (var id in target.SessionIds)
            {
                candidates.Add(id, SessionArrival.Url);
            }
        }

        if (headers.TryGetValue(Header, out var values))
        {
            foreach (var value in values)
            {
                candidates.Add(value, SessionArrival.Header);
            }
        }

        return candidates;
    }

    private async Task IdentifyAsync(HttpContext context, SessionCandidates candidates)
    {
        for (var index = 0; index < candidates.Count; index++)
        {
            var (id, arrival) = candidates[index];
            if (await sessions.FindAsync(SessionKey.FromId(id), context.FindPolicyQuestion(), context.RequestAborted) is not { } live)
            {
                continue;
            }

            var caller = new Caller(id, live, arrival);
            context.Features.Set(caller);
            if (FindMismatch(context.Request, caller) is { } refusal)
            {
                await Problems.WriteAsync(context, refusal);
                return;
            }

            break;
        }

        await next(context);
    }

    private static Problem? FindMismatch(HttpRequest request, Caller caller)
    {
        if (request.QueryString.Value is not { Length: > 1 })
        {
            return null;
        }

        var (parameters, refusal) = RequestParameters.ReadQuery(request);
        return refusal ?? UserMismatch.Find(parameters, caller, "query");
    }
}

/// <summary>A <c>username</c> beside a session has to be the session's user (contracts/gcube-http.md, "Named and unnamed access").</summary>
internal static class UserMismatch
{
    /// <summary>The parameter's name.</summary>
    public const string Parameter = "username";

    /// <summary>The refusal; null where there is no username, or it is the caller's.</summary>
    /// <param name="parameters">Where it may be.</param>
    /// <param name="caller">Whose session came with the request.</param>
    /// <param name="place">What the parameters are: query or form.</param>
    public static Problem? Find(Parameters parameters, Caller caller, string place) => Find(parameters, caller.UserName, place);

    /// <summary>The refusal; null where there is no username, or it is the one that calls.</summary>
    /// <param name="parameters">Where it may be.</param>
    /// <param name="userName">Who calls.</param>
    /// <param name="place">What the parameters are: query or form.</param>
    public static Problem? Find(Parameters parameters, string userName, string place)
    {
        if (parameters.Find(Parameter) is not { } given)
        {
            return null;
        }

        var same = LocalName.TryParse(given, out var name) && LocalName.TryParse(userName, out var own)
            ? name == own
            : string.Equals(given.Trim(), userName, StringComparison.Ordinal);
        return same ? null : new Problem(SessionErrors.UserMismatch, Place: $"{place} parameter {Parameter}");
    }
}
