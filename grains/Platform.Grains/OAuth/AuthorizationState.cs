using System.Collections.Immutable;
using Platform.Grains.Scopes;
using Platform.Grains.Sessions;
using Platform.Grains.Users;

namespace Platform.Grains.OAuth;

/// <summary>The persisted shape of an authorization, in the rows of codes, device codes and token families.</summary>
internal sealed record AuthorizationState
{
    public string Client { get; init; } = "";

    public long ClientEpoch { get; init; }

    public string User { get; init; } = "";

    public long UserEpoch { get; init; }

    public long GrantEpoch { get; init; }

    public string? Session { get; init; }

    public string? SessionHandle { get; init; }

    public DateTimeOffset AuthenticatedAt { get; init; }

    public string Acr { get; init; } = "";

    public ImmutableArray<string> OAuthScopes { get; init; } = [];

    public string? Context { get; init; }

    public long ContextEpoch { get; init; }

    public ImmutableArray<string> Audiences { get; init; } = [];

    public string? Nonce { get; init; }

    public string? Claims { get; init; }

    public string? DpopThumbprint { get; init; }

    public bool AuthTimeRequested { get; init; }

    public static AuthorizationState From(AuthorizationSnapshot authorization) => new()
    {
        Client = authorization.Client.Value,
        ClientEpoch = authorization.ClientEpoch,
        User = authorization.User.ToString(),
        UserEpoch = authorization.UserEpoch,
        GrantEpoch = authorization.GrantEpoch,
        Session = authorization.Session?.Value,
        SessionHandle = authorization.SessionHandle,
        AuthenticatedAt = authorization.AuthenticatedAt,
        Acr = authorization.Acr,
        OAuthScopes = authorization.OAuthScopes,
        Context = authorization.Context?.Value,
        ContextEpoch = authorization.ContextEpoch,
        Audiences = authorization.Audiences,
        Nonce = authorization.Nonce,
        Claims = authorization.Claims,
        DpopThumbprint = authorization.DpopThumbprint,
        AuthTimeRequested = authorization.AuthTimeRequested,
    };

    public AuthorizationSnapshot ToSnapshot() => new()
    {
        Client = new ClientId(Client),
        ClientEpoch = ClientEpoch,
        User = UserKey.Parse(User),
        UserEpoch = UserEpoch,
        GrantEpoch = GrantEpoch,
        Session = Session is null ? null : new SessionKey(Session),
        SessionHandle = SessionHandle,
        AuthenticatedAt = AuthenticatedAt,
        Acr = Acr,
        OAuthScopes = OAuthScopes,
        Context = Context is null ? null : new ScopePath(Context),
        ContextEpoch = ContextEpoch,
        Audiences = Audiences,
        Nonce = Nonce,
        Claims = Claims,
        DpopThumbprint = DpopThumbprint,
        AuthTimeRequested = AuthTimeRequested,
    };
}
