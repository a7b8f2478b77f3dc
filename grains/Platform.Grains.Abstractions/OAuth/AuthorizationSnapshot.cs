using System.Collections.Immutable;
using Platform.Grains.Scopes;
using Platform.Grains.Sessions;
using Platform.Grains.Users;

namespace Platform.Grains.OAuth;

/// <summary>
/// What a user let a client do, and the grounds that it rests on: each epoch is the one that held then, and a later one ends what
/// came from it (invariant 2). Codes, device codes and token families carry it unchanged.
/// </summary>
[GenerateSerializer, Immutable, Alias("platform.AuthorizationSnapshot")]
public sealed record AuthorizationSnapshot
{
    /// <summary>Which client.</summary>
    [Id(0)] public ClientId Client { get; init; }

    /// <summary>The client's revocation epoch.</summary>
    [Id(1)] public long ClientEpoch { get; init; }

    /// <summary>Whose.</summary>
    [Id(2)] public UserKey User { get; init; }

    /// <summary>The user's revocation epoch.</summary>
    [Id(3)] public long UserEpoch { get; init; }

    /// <summary>The epoch of the user's grant to the client; withdrawn and given again, it is another.</summary>
    [Id(4)] public long GrantEpoch { get; init; }

    /// <summary>The session that it ends with; null: it goes on without one (<c>offline_access</c>, device, password).</summary>
    [Id(5)] public SessionKey? Session { get; init; }

    /// <summary>The public name of the session it was given in, the <c>sid</c> of ID and logout tokens; null: none.</summary>
    [Id(6)] public string? SessionHandle { get; init; }

    /// <summary>When the user logged in (UTC), the <c>auth_time</c>.</summary>
    [Id(7)] public DateTimeOffset AuthenticatedAt { get; init; }

    /// <summary>How, the <c>acr</c>.</summary>
    [Id(8)] public string Acr { get; init; } = "";

    /// <summary>The OAuth scopes, ordered as asked for.</summary>
    [Id(9)] public ImmutableArray<string> OAuthScopes { get; init; } = [];

    /// <summary>The VO or VRE that its tokens are for; null: none.</summary>
    [Id(10)] public ScopePath? Context { get; init; }

    /// <summary>The context's revocation epoch; 0 without one.</summary>
    [Id(11)] public long ContextEpoch { get; init; }

    /// <summary>The audiences asked for (RFC 8707); empty: the platform.</summary>
    [Id(12)] public ImmutableArray<string> Audiences { get; init; } = [];

    /// <summary>The <c>nonce</c> of the request; null: none.</summary>
    [Id(13)] public string? Nonce { get; init; }

    /// <summary>The <c>claims</c> parameter of the request, a JSON text (OpenID Connect Core §5.5); null: none.</summary>
    [Id(14)] public string? Claims { get; init; }

    /// <summary>The thumbprint of the DPoP key that its tokens are bound to (RFC 9449 §6); null: none.</summary>
    [Id(15)] public string? DpopThumbprint { get; init; }

    /// <summary>Whether <c>max_age</c> or the client asked for <c>auth_time</c> in the ID token.</summary>
    [Id(16)] public bool AuthTimeRequested { get; init; }
}
