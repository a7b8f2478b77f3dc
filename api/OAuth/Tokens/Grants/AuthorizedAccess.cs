using System.Collections.Immutable;
using Platform.Api.OAuth.Requests;
using Platform.Api.Users;
using Platform.Grains.OAuth;
using Platform.Grains.Scopes;

namespace Platform.Api.OAuth.Tokens.Grants;

/// <summary>What a request gets of an authorization, and that it holds now.</summary>
/// <param name="Authorization">The authorization, narrowed and in the context that was asked for.</param>
/// <param name="Grounds">The check.</param>
internal sealed record GrantedAccess(AuthorizationSnapshot Authorization, LiveToken Grounds);

/// <summary>
/// Fits a token request into what its user allowed: fewer OAuth scopes or audiences always, another context where the user is a member
/// of it and agreed to it.
/// </summary>
internal sealed class AuthorizedAccess(IOAuthCheck check, IDirectoryRecheck directories, Issuer issuer)
{
    /// <summary>What the request gets, or the error.</summary>
    public async ValueTask<(GrantedAccess? Granted, OAuthError? Refusal)> FitAsync(AuthorizationSnapshot authorization, RequestedAccess asked, CancellationToken cancellationToken)
    {
        if (Narrow(authorization, asked, out var narrowed) is { } excess)
        {
            return (null, excess);
        }

        // Asked before the check, so that what the directory took away counts in it (invariant 2).
        if (!await directories.ConfirmAsync(authorization.User, cancellationToken))
        {
            return (null, OAuthError.InvalidGrant(OAuthTexts.GrantRefused));
        }

        if (asked.Context is { } context && context != authorization.Context)
        {
            return await EnterAsync(narrowed, asked, context, cancellationToken);
        }

        return await check.FindLiveAsync(narrowed, cancellationToken) is { } grounds
            ? (new GrantedAccess(narrowed, grounds), null)
            : (null, OAuthError.InvalidGrant(OAuthTexts.GrantRefused));
    }

    private OAuthError? Narrow(AuthorizationSnapshot authorization, RequestedAccess asked, out AuthorizationSnapshot narrowed)
    {
        narrowed = authorization;
        if (asked.OAuthScopes is { } oauthScopes)
        {
            var plain = WithoutContexts(oauthScopes);
            if (plain.Any(name => !authorization.OAuthScopes.Contains(name)))
            {
                return OAuthError.InvalidScope("The user did not allow one of these OAuth scopes.");
            }

            // A request that names a context alone keeps the others.
            narrowed = narrowed with { OAuthScopes = plain.IsEmpty ? authorization.OAuthScopes : oauthScopes };
        }

        var allowed = authorization.Audiences.IsEmpty ? [issuer.Value] : authorization.Audiences;
        if (asked.Audiences.Any(audience => !allowed.Contains(audience)) || (asked.ForPlatform && !allowed.Contains(issuer.Value)))
        {
            return OAuthError.InvalidTarget("The user did not allow tokens for this audience.");
        }

        if (!asked.Audiences.IsEmpty || asked.ForPlatform)
        {
            narrowed = narrowed with { Audiences = asked.AudiencesFor(issuer.Value) };
        }

        return null;
    }

    private async ValueTask<(GrantedAccess? Granted, OAuthError? Refusal)> EnterAsync(
        AuthorizationSnapshot authorization, RequestedAccess asked, ScopePath context, CancellationToken cancellationToken)
    {
        var outside = authorization with { Context = null, ContextEpoch = 0 };
        if (await check.FindLiveAsync(outside, cancellationToken) is not { } before)
        {
            return (null, OAuthError.InvalidGrant(OAuthTexts.GrantRefused));
        }

        var (scope, refusal) = asked.FindContext(before.Access, null);
        if (refusal is not null || scope is null)
        {
            return (null, refusal ?? OAuthError.InvalidTarget("There is no such context that the token may be for."));
        }

        if (!before.Client.Definition.Trusted)
        {
            var grants = await check.ReadGrantsAsync(authorization.User, cancellationToken);
            if (grants.Find(authorization.Client)?.Covers(WithoutContexts(authorization.OAuthScopes), context) != true)
            {
                const string disagreed = "The user did not agree to this context.";
                return (null, asked.ContextByOAuthScope ? OAuthError.InvalidScope(disagreed) : OAuthError.InvalidTarget(disagreed));
            }
        }

        var inside = outside with
        {
            Context = context,
            ContextEpoch = scope.Epoch,
            OAuthScopes = [.. outside.OAuthScopes.Where(name => !IsContext(name) || name == OAuthScopes.ContextPrefix + context.Value)],
        };
        return await check.FindLiveAsync(inside, cancellationToken) is { } grounds
            ? (new GrantedAccess(inside, grounds), null)
            : (null, OAuthError.InvalidGrant(OAuthTexts.GrantRefused));
    }

    private static ImmutableArray<string> WithoutContexts(ImmutableArray<string> oauthScopes) => oauthScopes.RemoveAll(IsContext);

    private static bool IsContext(string oauthScope) => oauthScope.StartsWith(OAuthScopes.ContextPrefix, StringComparison.Ordinal);
}
