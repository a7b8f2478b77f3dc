using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Platform.Grains.Cluster;
using Platform.Grains.OAuth;
using Platform.Grains.Scopes;
using Platform.Grains.Sessions;

namespace Platform.Api.OAuth.Tokens;

/// <inheritdoc cref="ITokenIssuer"/>
internal sealed class TokenIssuer(
    IPlatformGrains grains,
    IOAuthCheck check,
    ISessionCheck sessions,
    AccessTokens accessTokens,
    RefreshTokens refreshTokens,
    IdTokens idTokens,
    ISubjects subjects,
    Issuer issuer,
    TokenLifetimes lifetimes,
    IOptions<OAuthOptions> options,
    TimeProvider time) : ITokenIssuer
{
    private static readonly string[] UserOAuthScopes = [OAuthScopes.OpenId, OAuthScopes.Profile, OAuthScopes.Email, OAuthScopes.Groups, OAuthScopes.OfflineAccess];

    /// <inheritdoc/>
    public ValueTask<IssuedTokens?> StartAsync(AuthorizationSnapshot authorization, LiveToken grounds, FamilyId family, CancellationToken cancellationToken) =>
        StartAsync(authorization, grounds, family, grounds.Client.MayUse(GrantTypes.RefreshToken), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<IssuedTokens?> ForSessionAsync(
        SessionId session, ClientId client, IReadOnlyList<string> oauthScopes, CancellationToken cancellationToken)
    {
        var key = SessionKey.FromId(session);
        if (await check.FindClientAsync(client, cancellationToken) is not { Client: { Definition.Trusted: true } known }
            || await sessions.FindLiveAsync(key, cancellationToken) is not { } live)
        {
            return null;
        }

        // A grant that the user finds in their list and can withdraw; nothing was asked, so no consent is remembered.
        var grant = await grains.UserGrants(live.User.Key).GiveAsync(client, [], null);
        var authorization = new AuthorizationSnapshot
        {
            Client = client,
            ClientEpoch = known.Epoch,
            User = live.User.Key,
            UserEpoch = live.User.Epoch,
            GrantEpoch = grant.Epoch,
            Session = key,
            SessionHandle = live.Session.Handle,
            AuthenticatedAt = live.Session.StartedAt,
            Acr = AuthenticationContexts.Password,
            OAuthScopes = [.. oauthScopes],
            Context = live.Scope?.Path,
            ContextEpoch = live.Scope?.Epoch ?? 0,
        };
        return await check.FindLiveAsync(authorization, cancellationToken) is { } grounds
            ? await StartAsync(authorization, grounds, FamilyId.New(), withRefreshToken: false, cancellationToken)
            : null;
    }

    /// <summary>The tokens of a refresh: a new access token, a new ID token, and the refresh token that counts from now on.</summary>
    /// <param name="authorization">What it stands for, narrowed to what was asked for.</param>
    /// <param name="grounds">The check that the authorization holds.</param>
    /// <param name="family">The family.</param>
    /// <param name="refreshToken">The refresh token.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<IssuedTokens> ContinueAsync(
        AuthorizationSnapshot authorization, LiveToken grounds, FamilySnapshot family, RefreshToken refreshToken, CancellationToken cancellationToken)
    {
        var token = await DescribeAsync(authorization, grounds, family.Id, family.EndsAt, cancellationToken);
        return await AnswerAsync(authorization, grounds, token, refreshToken, withNonce: false, cancellationToken);
    }

    /// <summary>A token of a client for itself: no user, no family, no refresh.</summary>
    /// <param name="client">The client.</param>
    /// <param name="oauthScopes">The OAuth scopes.</param>
    /// <param name="audiences">The audiences; none: the platform.</param>
    /// <param name="context">The context that the client is a member of; null: none.</param>
    /// <param name="dpopThumbprint">The DPoP key that it is bound to; null: none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<IssuedTokens> ForClientAsync(
        LiveClient client, ImmutableArray<string> oauthScopes, ImmutableArray<string> audiences, ScopeSnapshot? context, string? dpopThumbprint, CancellationToken cancellationToken)
    {
        var now = Now();
        var definition = client.Client.Definition;
        var token = new AccessToken
        {
            Id = NewId(),
            Subject = client.Client.Id.Value,
            Client = client.Client.Id,
            ClientEpoch = client.Client.Epoch,
            Family = null,
            OAuthScopes = oauthScopes,
            Audiences = OrPlatform(audiences),
            Context = context?.Path,
            ContextEpoch = context?.Epoch ?? 0,
            Roles = context is null ? [] : [.. client.Access.RolesIn(context.Path)],
            IssuedAt = now,
            EndsAt = now + LifetimeOf(definition),
            DpopThumbprint = dpopThumbprint,
        };
        return await AnswerAsync(token, definition, cancellationToken);
    }

    /// <summary>Signs an access token that somebody else described, and answers with it alone.</summary>
    public async ValueTask<IssuedTokens> AnswerAsync(AccessToken token, ClientDefinition client, CancellationToken cancellationToken) =>
        new(await accessTokens.SignAsync(token, client, cancellationToken), TypeOf(token), token.EndsAt - token.IssuedAt, token.OAuthScopes, null, null);

    /// <summary>A new <c>jti</c>.</summary>
    public static string NewId() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));

    /// <summary>Now, in the whole seconds that tokens speak of.</summary>
    public DateTimeOffset Now() => DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds());

    /// <summary>How long a client's access tokens live.</summary>
    public TimeSpan LifetimeOf(ClientDefinition client) => lifetimes.OfAccessTokens(client);

    /// <summary>What a client gets that names no OAuth scopes: those of its list that need no user and no context.</summary>
    public static ImmutableArray<string> DefaultOAuthScopes(ClientDefinition client) =>
        [.. client.OAuthScopes.Where(name => !name.StartsWith(OAuthScopes.ContextPrefix, StringComparison.Ordinal) && !IsForUsers(name))];

    /// <summary>Whether an OAuth scope is about a user, so that a client's own token cannot have it.</summary>
    public static bool IsForUsers(string oauthScope) => UserOAuthScopes.Contains(oauthScope);

    private async ValueTask<IssuedTokens?> StartAsync(
        AuthorizationSnapshot authorization, LiveToken grounds, FamilyId family, bool withRefreshToken, CancellationToken cancellationToken)
    {
        var definition = grounds.Client.Definition;
        var now = Now();
        var lifetime = LifetimeOf(definition);
        var refreshToken = withRefreshToken ? await refreshTokens.FirstAsync(family, cancellationToken) : null;
        var idle = definition.RefreshTokenIdleLifetime ?? options.Value.RefreshTokenIdleLifetime;
        var endsAt = now + (withRefreshToken ? definition.RefreshTokenLifetime ?? options.Value.RefreshTokenLifetime : lifetime);
        if (grounds.Session is { } session && session.Session.EndsAt < endsAt)
        {
            endsAt = session.Session.EndsAt;
        }

        // The family must not idle away before its access token is over.
        var start = new FamilyStart(authorization, refreshToken?.Hash, idle > lifetime ? idle : lifetime, endsAt);
        if (!await grains.TokenFamily(family).StartAsync(start))
        {
            return null;
        }

        var token = await DescribeAsync(authorization, grounds, family, endsAt, cancellationToken);
        return await AnswerAsync(authorization, grounds, token, refreshToken, withNonce: true, cancellationToken);
    }

    private async ValueTask<AccessToken> DescribeAsync(
        AuthorizationSnapshot authorization, LiveToken grounds, FamilyId family, DateTimeOffset familyEndsAt, CancellationToken cancellationToken)
    {
        var client = grounds.Client;
        var now = Now();
        var endsAt = now + LifetimeOf(client.Definition);
        return new AccessToken
        {
            Id = NewId(),
            Subject = await subjects.OfAsync(client, authorization.User, cancellationToken),
            Client = client.Id,
            ClientEpoch = client.Epoch,
            Family = family,
            OAuthScopes = authorization.OAuthScopes,
            Audiences = OrPlatform(authorization.Audiences),
            Context = authorization.Context,
            ContextEpoch = authorization.ContextEpoch,
            Roles = [.. grounds.Roles],
            IssuedAt = now,
            EndsAt = endsAt < familyEndsAt ? endsAt : familyEndsAt,
            AuthenticatedAt = authorization.AuthenticatedAt,
            Acr = authorization.Acr,
            SessionHandle = authorization.SessionHandle,
            DpopThumbprint = authorization.DpopThumbprint,
        };
    }

    private async ValueTask<IssuedTokens> AnswerAsync(
        AuthorizationSnapshot authorization, LiveToken grounds, AccessToken token, RefreshToken? refreshToken, bool withNonce, CancellationToken cancellationToken)
    {
        var text = await accessTokens.SignAsync(token, grounds.Client.Definition, cancellationToken);
        var idToken = authorization.OAuthScopes.Contains(OAuthScopes.OpenId)
            ? await idTokens.SignAsync(authorization, grounds, text, withNonce, cancellationToken)
            : null;
        return new IssuedTokens(text, TypeOf(token), token.EndsAt - token.IssuedAt, token.OAuthScopes, refreshToken?.Text, idToken);
    }

    private ImmutableArray<string> OrPlatform(ImmutableArray<string> audiences) => audiences.IsEmpty ? [issuer.Value] : audiences;

    private static string TypeOf(AccessToken token) => token.DpopThumbprint is null ? "Bearer" : "DPoP";
}
