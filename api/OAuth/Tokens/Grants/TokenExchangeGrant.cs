using System.Collections.Immutable;
using Platform.Api.OAuth.Requests;
using Platform.Grains.OAuth;
using Platform.Grains.Scopes;

namespace Platform.Api.OAuth.Tokens.Grants;

/// <summary>
/// A token for a token (RFC 8693): a service that was called with a user's token calls on with one of its own, made out to it, for the same
/// user. Never wider: OAuth scopes, context, audience and end are within those of the token that it came with. It hangs on the user's
/// family (and so on the client that the user trusted), and on the exchanging client; <c>act</c> says who acts.
/// </summary>
internal sealed class TokenExchangeGrant(AccessTokens accessTokens, TokenIssuer issuer, Issuer platform) : ITokenGrant
{
    /// <summary>What a token exchange takes and gives.</summary>
    public const string AccessTokenType = "urn:ietf:params:oauth:token-type:access_token";

    /// <inheritdoc/>
    public string Type => GrantTypes.TokenExchange;

    /// <inheritdoc/>
    public async ValueTask<(IssuedTokens? Tokens, OAuthError? Refusal)> RunAsync(TokenRequest request)
    {
        if (FindFault(request) is { } fault)
        {
            return (null, fault);
        }

        if (await accessTokens.FindLiveAsync(request.Form.Find("subject_token")!, null, request.Aborted) is not { } subject || !MayExchange(request, subject))
        {
            // RFC 8693 §2.2.2: a subject token that is not valid is an invalid_request.
            return (null, OAuthError.InvalidRequest("The subject_token is malformed, over, revoked, or not for this client."));
        }

        var (context, refusal) = FindContext(request, subject);
        refusal ??= FindExcess(request, subject.Token);
        if (refusal is not null)
        {
            return (null, refusal);
        }

        if (Actors.TryAdd(request.Client.Client.Id.Value, request.Client.Client.Id, subject.Token.Actor) is not { } actor)
        {
            return (null, OAuthError.InvalidRequest("The subject_token was exchanged too often."));
        }

        var now = issuer.Now();
        var endsAt = now + issuer.LifetimeOf(request.Definition);
        var token = subject.Token with
        {
            Id = TokenIssuer.NewId(),
            Client = request.Client.Client.Id,
            ClientEpoch = request.Client.Client.Epoch,
            OAuthScopes = request.Asked.OAuthScopes ?? WhatBothMay(request.Definition, subject.Token.OAuthScopes, context),
            Audiences = AudiencesOf(request, subject.Token),
            Context = context?.Path,
            ContextEpoch = context?.Epoch ?? 0,
            Roles = context is null ? [] : [.. subject.Live.Access.RolesIn(context.Path)],
            IssuedAt = now,
            EndsAt = endsAt < subject.Token.EndsAt ? endsAt : subject.Token.EndsAt,
            DpopThumbprint = request.DpopThumbprint,
            Actor = actor,
        };
        return (await issuer.AnswerAsync(token, request.Definition, request.Aborted) with { IssuedTokenType = AccessTokenType }, null);
    }

    private static OAuthError? FindFault(TokenRequest request)
    {
        if (request.Client.Client.IsPublic)
        {
            return OAuthError.UnauthorizedClient("A client that cannot prove who it is exchanges no tokens.");
        }

        if (string.IsNullOrEmpty(request.Form.Find("subject_token")) || request.Form.Find("subject_token_type") != AccessTokenType)
        {
            return OAuthError.InvalidRequest($"The subject_token is missing, or its type is not {AccessTokenType}.");
        }

        if (request.Form.Find("actor_token") is not null)
        {
            return OAuthError.InvalidRequest("An actor_token is not taken: the client itself is the actor.");
        }

        return request.Form.Find("requested_token_type") is { } type && type != AccessTokenType
            ? OAuthError.InvalidRequest($"The requested_token_type has to be {AccessTokenType}.")
            : null;
    }

    /// <summary>
    /// A token for the platform, or for this client, may be exchanged; what comes of one of a run is over with the run. A client's own token hangs on that client alone, so that nobody else
    /// could carry its grounds on; a token that is bound to a key is of no use to who does not hold the key.
    /// </summary>
    private bool MayExchange(TokenRequest request, LiveAccessToken subject)
    {
        var client = request.Client.Client;
        return (subject.Token.Family is not null || subject.Token.Run is not null || subject.Token.Client == client.Id)
            && (subject.Token.DpopThumbprint is not { } bound || bound == request.DpopThumbprint)
            && subject.Token.Audiences.Any(audience => audience == platform.Value || audience == client.Id.Value || client.Definition.Audiences.Contains(audience));
    }

    /// <summary>The same context, or one below it that the subject may enter too.</summary>
    private static (ScopeSnapshot? Context, OAuthError? Refusal) FindContext(TokenRequest request, LiveAccessToken subject)
    {
        if (request.Asked.Context is not { } asked)
        {
            return (subject.Live.Context, null);
        }

        return subject.Token.Context is { } own && own.Covers(asked)
            ? request.Asked.FindContext(subject.Live.Access, null)
            : (null, request.Asked.ContextByOAuthScope
                ? OAuthError.InvalidScope("The subject_token is not for this context.")
                : OAuthError.InvalidTarget("The subject_token is not for this context."));
    }

    private OAuthError? FindExcess(TokenRequest request, AccessToken subject)
    {
        if (request.Asked.OAuthScopes is { } oauthScopes
            && oauthScopes.Any(name => !IsContext(name) && !subject.OAuthScopes.Contains(name)))
        {
            return OAuthError.InvalidScope("The subject_token does not have one of these OAuth scopes.");
        }

        // From the platform as a whole to one of the audiences that this client may ask for is narrower; the other way is not.
        var isForPlatform = subject.Audiences.Contains(platform.Value);
        return (request.Asked.ForPlatform && !isForPlatform) || request.Asked.Audiences.Any(audience => !isForPlatform && !subject.Audiences.Contains(audience))
            ? OAuthError.InvalidTarget("The subject_token is not for this audience.")
            : null;
    }

    private ImmutableArray<string> AudiencesOf(TokenRequest request, AccessToken subject) =>
        request.Asked.AudiencesFor(platform.Value) is { IsEmpty: false } audiences ? audiences
        : request.Asked.ForPlatform ? [platform.Value]
        : subject.Audiences;

    private static ImmutableArray<string> WhatBothMay(ClientDefinition client, ImmutableArray<string> oauthScopes, ScopeSnapshot? context) => oauthScopes.RemoveAll(
        name => !RequestedAccess.IsAllowed(client, name) || (IsContext(name) && name != OAuthScopes.ContextPrefix + context?.Path.Value));

    private static bool IsContext(string oauthScope) => oauthScope.StartsWith(OAuthScopes.ContextPrefix, StringComparison.Ordinal);
}
