using Microsoft.Extensions.Options;
using Platform.Api.Http;
using Platform.Api.Http.Access;
using Platform.Api.Http.Wire;
using Platform.Api.OAuth.PersonalTokens;
using Platform.Api.Policies;
using Platform.Api.Sessions;
using Platform.Grains.OAuth;
using Platform.Grains.Scopes;

namespace Platform.Api.OAuth.Credentials;

/// <summary>
/// Finds out who calls with a token: an access token (<c>Bearer</c>, <c>DPoP</c>), or a personal token of gCube's services. Whoever brings one means
/// it, so that one that does not count is refused even where nobody has to be known.
/// </summary>
internal sealed class TokenCredentials(RequestDelegate next, TokenCheck tokens, PersonalTokenCheck personalTokens, Challenges challenges, IOptions<OAuthOptions> options)
{
    private const string GcubeToken = "gcube-token";
    private const string GcubeScope = "gcube-scope";

    public Task InvokeAsync(HttpContext context)
    {
        var rule = AccessRule.Of(context);
        if (rule is null || rule == AccessRule.AnyoneUnseen || !MayBringToken(context.Request))
        {
            return next(context);
        }

        // A session alone opens what is for sessions alone.
        return rule == AccessRule.Session && context.FindCaller() is null ? next(context) : IdentifyAsync(context);
    }

    private bool MayBringToken(HttpRequest request) =>
        request.Headers.Authorization.Count > 0
        || request.Headers.ContainsKey(GcubeToken)
        || (options.Value.QueryGcubeToken && request.QueryString.HasValue);

    private async Task IdentifyAsync(HttpContext context)
    {
        var (presented, refusal) = PresentedToken.OfHeader(context.Request.Headers.Authorization);
        var (personal, fault) = FindPersonalToken(context.Request);
        if (refusal is not null || fault is not null || (presented is not null && personal is not null))
        {
            await RefuseAsync(context, refusal ?? fault ?? OAuthError.InvalidRequest("The request brings more than one token."), presented?.IsDpop ?? false);
            return;
        }

        Principal? principal = null;
        if (presented is not null)
        {
            var (live, error) = await tokens.FindLiveAsync(context, presented);
            if (live is null)
            {
                await RefuseAsync(context, error!, presented.IsDpop);
                return;
            }

            principal = Principal.Of(live.Live, live.Token.OAuthScopes, live.Token.AuthenticatedAt, live.Token.Acr, live.Token.Actor);
        }
        else if (personal is not null)
        {
            if (await personalTokens.FindLiveAsync(personal, context.FindPolicyQuestion(), context.RequestAborted) is not { } live)
            {
                await RefuseAsync(context, OAuthError.InvalidToken(OAuthTexts.TokenRefused), isDpop: false);
                return;
            }

            if (!IsInScope(context.Request, live.Context.Path))
            {
                await Problems.WriteAsync(context, CredentialErrors.ContextMismatch, place: $"header {GcubeScope}");
                return;
            }

            principal = Of(live);
        }

        if (principal is not null)
        {
            if (context.FindCaller() is { } caller && caller.Live.User.Key != principal.Subject)
            {
                await Problems.WriteAsync(context, CredentialErrors.TokenMismatch);
                return;
            }

            context.Features.Set(principal);
            if (FindMismatch(context.Request, principal) is { } mismatch)
            {
                await Problems.WriteAsync(context, mismatch);
                return;
            }
        }

        await next(context);
    }

    private (string? Token, OAuthError? Refusal) FindPersonalToken(HttpRequest request)
    {
        string? token = null;
        if (request.Headers.TryGetValue(GcubeToken, out var header))
        {
            if (header.Count != 1 || string.IsNullOrEmpty(header[0]))
            {
                return (null, OAuthError.InvalidRequest("The header gcube-token holds no token, or there is more than one."));
            }

            token = header[0];
        }

        if (options.Value.QueryGcubeToken && request.QueryString.HasValue)
        {
            var (query, problem) = RequestParameters.ReadQuery(request);
            if (problem is null && query.Find(GcubeToken) is { } inQuery)
            {
                return token is null ? (inQuery, null) : (null, OAuthError.InvalidRequest("The request brings more than one token."));
            }
        }

        return (token, null);
    }

    private static bool IsInScope(HttpRequest request, ScopePath context) =>
        !request.Headers.TryGetValue(GcubeScope, out var named) || (named.Count == 1 && named[0] == context.Value);

    private static Problem? FindMismatch(HttpRequest request, Principal principal)
    {
        if (request.QueryString.Value is not { Length: > 1 })
        {
            return null;
        }

        var (parameters, refusal) = RequestParameters.ReadQuery(request);
        return refusal ?? UserMismatch.Find(parameters, principal.Name, "query");
    }

    private Task RefuseAsync(HttpContext context, OAuthError error, bool isDpop)
    {
        challenges.Refuse(context, error, isDpop);
        return Problems.WriteAsync(context, error.Status == StatusCodes.Status401Unauthorized ? CredentialErrors.InvalidToken : CredentialErrors.MalformedToken, error.Description);
    }

    private static Principal Of(LivePersonalToken live) => new()
    {
        Subject = live.User.Key,
        User = live.User,
        Access = live.Access,
        Scope = live.Context,
        LimitedTo = live.Context.Path,
        Roles = live.Roles,
        OAuthScopes = null,
        AuthenticatedAt = null,
        Acr = null,
    };
}
