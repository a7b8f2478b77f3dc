using Platform.Grains.OAuth;

namespace Platform.Api.OAuth.Tokens;

/// <summary>Makes tokens. Everything that they rest on was checked at the instant that the argument is of.</summary>
internal interface ITokenIssuer
{
    /// <summary>
    /// Starts a family for what a user let a client do and makes its tokens: the access token; with <c>openid</c> the ID token; a refresh
    /// token where the client may use one.
    /// </summary>
    /// <param name="authorization">What it stands for.</param>
    /// <param name="grounds">The check that the authorization holds.</param>
    /// <param name="family">The family: that of its code, or a new one.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The tokens; null where the family was ended before it began.</returns>
    ValueTask<IssuedTokens?> StartAsync(AuthorizationSnapshot authorization, LiveToken grounds, FamilyId family, CancellationToken cancellationToken);

    /// <summary>
    /// Makes an access token for a client of the infrastructure (<see cref="ClientDefinition.Trusted"/>), bound to the caller's session and in its
    /// current scope: what the viewer gets at login. No refresh token.
    /// </summary>
    /// <returns>The tokens; null where the client is unknown, suspended or not trusted, or the session is over.</returns>
    ValueTask<IssuedTokens?> ForSessionAsync(Grains.Sessions.SessionId session, ClientId client, IReadOnlyList<string> oauthScopes, CancellationToken cancellationToken);
}

/// <summary>The answer to a token request (RFC 6749 §5.1). Its text is secret.</summary>
/// <param name="AccessToken">The access token.</param>
/// <param name="TokenType"><c>Bearer</c> or <c>DPoP</c>.</param>
/// <param name="ExpiresIn">How long it lives.</param>
/// <param name="OAuthScopes">What it is for.</param>
/// <param name="RefreshToken">The refresh token; null: none.</param>
/// <param name="IdToken">The ID token; null: none.</param>
/// <param name="IssuedTokenType">What a token exchange says that the token is (RFC 8693 §2.2.1); null with other grants.</param>
internal sealed record IssuedTokens(
    string AccessToken,
    string TokenType,
    TimeSpan ExpiresIn,
    IReadOnlyList<string> OAuthScopes,
    string? RefreshToken,
    string? IdToken,
    string? IssuedTokenType = null)
{
    /// <summary>Without the tokens.</summary>
    public override string ToString() => $"tokens for {string.Join(' ', OAuthScopes)}";
}

/// <summary>Signs what is not an access token: ID tokens, logout tokens, signed userinfo; and reads ID tokens that come back as hints.</summary>
internal interface IJwtSigner
{
    /// <summary>A signed JWT (compact serialization).</summary>
    /// <param name="algorithm"><c>ES256</c> or <c>RS256</c>.</param>
    /// <param name="type">Its <c>typ</c>, for instance <c>logout+jwt</c>.</param>
    /// <param name="claims">The claims.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask<string> SignAsync(string algorithm, string type, IReadOnlyDictionary<string, object> claims, CancellationToken cancellationToken);

    /// <summary>The claims of an ID token that the platform signed, over or not; null where it did not sign it.</summary>
    ValueTask<IReadOnlyDictionary<string, object>?> ReadIdTokenHintAsync(string idToken, CancellationToken cancellationToken);
}

/// <summary>The names that clients know subjects by.</summary>
internal interface ISubjects
{
    /// <summary>The <c>sub</c> of a user towards a client: the user's key, or a pairwise one (OpenID Connect Core §8).</summary>
    ValueTask<string> OfAsync(ClientSnapshot client, Grains.Users.UserKey user, CancellationToken cancellationToken);
}
