using Platform.Api.Sessions;
using Platform.Grains.OAuth;
using Platform.Grains.Scopes;
using Platform.Grains.Sessions;
using Platform.Grains.Users;

namespace Platform.Api.Http.Access;

/// <summary>
/// Who calls and in which scope, whatever it came with: a session, an access token, a personal token. A feature of the request; all of
/// it is of one instant after the request arrived.
/// </summary>
internal sealed record Principal
{
    /// <summary>Who: the user's key, or a client's (<see cref="ClientId.AsMember"/>). The subject of audit entries.</summary>
    public required UserKey Subject { get; init; }

    /// <summary>The user; null where a client calls for itself.</summary>
    public required UserSnapshot? User { get; init; }

    /// <summary>What the subject may do in which scope.</summary>
    public required ScopeAccess Access { get; init; }

    /// <summary>The scope that the call is in: the token's context, or else the session's current one; null: none.</summary>
    public required ScopeSnapshot? Scope { get; init; }

    /// <summary>The context that the token is for, and the call is limited to; null: it is not limited (a session, or a token without one).</summary>
    public ScopePath? LimitedTo { get; init; }

    /// <summary>The subject's roles in it, ordered; <c>member</c> included.</summary>
    public required IReadOnlyList<string> Roles { get; init; }

    /// <summary>The OAuth scopes that the call is limited to; null: it is the user's own, unlimited (a session, a personal token).</summary>
    public required IReadOnlyList<string>? OAuthScopes { get; init; }

    /// <summary>When the user logged in (UTC); null where nobody did.</summary>
    public required DateTimeOffset? AuthenticatedAt { get; init; }

    /// <summary>How the user logged in, the <c>acr</c>; null where nobody did.</summary>
    public required string? Acr { get; init; }

    /// <summary>The access token's grounds; null where it came with something else.</summary>
    public LiveToken? Token { get; init; }

    /// <summary>Who acts for the user, as the access token says (RFC 8693 §4.1), a JSON text; null: nobody.</summary>
    public string? Actor { get; init; }

    /// <summary>The session; null where it came with something else.</summary>
    public Caller? Session { get; init; }

    /// <summary>The user's name as the directory spells it, or the client's id.</summary>
    public string Name => User?.Profile.UserName ?? Subject.Id;

    /// <summary>Whether the call may do what an OAuth scope stands for.</summary>
    public bool Allows(string oauthScope) => OAuthScopes is null || OAuthScopes.Contains(oauthScope);

    /// <summary>The principal of a session.</summary>
    public static Principal Of(Caller caller) => Of(caller.Live, caller);

    /// <summary>The principal of a session that did not come as one of ours does.</summary>
    public static Principal Of(LiveSession live) => Of(live, null);

    /// <summary>The principal of an access token, or of what one will hang on.</summary>
    /// <param name="grounds">What it hangs on.</param>
    /// <param name="oauthScopes">The OAuth scopes that it is limited to.</param>
    /// <param name="authenticatedAt">When its user logged in (UTC); null where nobody did.</param>
    /// <param name="acr">How; null where nobody did.</param>
    /// <param name="actor">Who acts for the user, a JSON text; null: nobody.</param>
    public static Principal Of(LiveToken grounds, IReadOnlyList<string> oauthScopes, DateTimeOffset? authenticatedAt, string? acr, string? actor = null) => new()
    {
        Subject = grounds.User?.Key ?? grounds.Client.Id.AsMember,
        User = grounds.User,
        Access = grounds.Access,
        Scope = grounds.Context ?? grounds.Session?.Scope,
        LimitedTo = grounds.Context?.Path,
        Roles = grounds.Context is not null ? grounds.Roles : grounds.Session?.Roles ?? [],
        OAuthScopes = oauthScopes,
        AuthenticatedAt = authenticatedAt,
        Acr = acr,
        Token = grounds,
        Actor = actor,
    };

    /// <summary>The same, limited to OAuth scopes.</summary>
    public Principal LimitedBy(IReadOnlyList<string> oauthScopes) => this with { OAuthScopes = oauthScopes };

    /// <summary>The name alone; what it came with is no text for logs.</summary>
    public override string ToString() => Name;

    private static Principal Of(LiveSession live, Caller? caller) => new()
    {
        Subject = live.User.Key,
        User = live.User,
        Access = live.Access,
        Scope = live.Scope,
        Roles = live.Roles,
        OAuthScopes = null,
        AuthenticatedAt = live.Session.StartedAt,
        Acr = OAuth.AuthenticationContexts.Password,
        Session = caller,
    };
}

/// <summary>The principal of a request.</summary>
internal static class PrincipalContext
{
    /// <summary>Who calls; null where no live session and no live token came with the request.</summary>
    public static Principal? FindPrincipal(this HttpContext context) =>
        context.Features.Get<Principal>() ?? (context.FindCaller() is { } caller ? Principal.Of(caller) : null);

    /// <summary>Who calls an endpoint whose rule lets nobody else in.</summary>
    public static Principal GetPrincipal(this HttpContext context) =>
        context.FindPrincipal() ?? throw new InvalidOperationException("This endpoint is for callers with a session or a token, and its rule does not say so.");
}
