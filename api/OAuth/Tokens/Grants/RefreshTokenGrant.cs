using Microsoft.Extensions.Options;
using Platform.Api.Sessions;
using Platform.Grains.Audit;
using Platform.Grains.Cluster;
using Platform.Grains.OAuth;

namespace Platform.Api.OAuth.Tokens.Grants;

/// <summary>
/// New tokens for a refresh token (RFC 6749 §6). It is replaced by the one that follows from it; one that had been replaced before ends its
/// family, but for a short grace in which it gives the same successor again.
/// </summary>
internal sealed class RefreshTokenGrant(
    IPlatformGrains grains, RefreshTokens refreshTokens, AuthorizedAccess access, TokenIssuer issuer, IAuditLog audit, IOptions<OAuthOptions> options) : ITokenGrant
{
    /// <inheritdoc/>
    public string Type => GrantTypes.RefreshToken;

    /// <inheritdoc/>
    public async ValueTask<(IssuedTokens? Tokens, OAuthError? Refusal)> RunAsync(TokenRequest request)
    {
        if (request.Form.Find("refresh_token") is not { Length: > 0 } text)
        {
            return (null, OAuthError.InvalidRequest("The refresh_token is missing."));
        }

        // Without our seal it ends nothing: anybody may know the id of a family.
        if (await refreshTokens.ReadAsync(text, request.Aborted) is not { } presented
            || await grains.TokenFamily(presented.Family).FindAsync() is not { } family
            || family.Authorization.Client != request.Client.Client.Id)
        {
            return (null, OAuthError.InvalidGrant(OAuthTexts.GrantRefused));
        }

        // RFC 9449 §5: the refresh token of a public client is bound to its key; a confidential one proves itself otherwise.
        if (request.Client.Client.IsPublic && family.Authorization.DpopThumbprint is { } bound && bound != request.DpopThumbprint)
        {
            return (null, OAuthError.InvalidDpopProof("The refresh token is bound to another DPoP key."));
        }

        var authorization = family.Authorization with { DpopThumbprint = request.DpopThumbprint };
        var (before, refusal) = await access.FitAsync(authorization, request.Asked, request.Aborted);
        return before is null ? (null, refusal) : await RotateAsync(request, presented, authorization);
    }

    private async ValueTask<(IssuedTokens? Tokens, OAuthError? Refusal)> RotateAsync(TokenRequest request, RefreshToken presented, AuthorizationSnapshot authorization)
    {
        var definition = request.Definition;
        var isReplaced = request.Client.Client.IsPublic || definition.RotateRefreshTokens;
        var successor = isReplaced ? await refreshTokens.NextAsync(presented, request.Aborted) : null;
        var result = await grains.TokenFamily(presented.Family).RotateAsync(new Rotation(
            request.Client.Client.Id,
            presented.Generation,
            presented.Hash,
            successor?.Hash,
            options.Value.RefreshGrace,
            definition.RefreshTokenIdleLifetime ?? options.Value.RefreshTokenIdleLifetime));
        if (result.Outcome == RotationOutcome.Reused)
        {
            await audit.RecordAsync(
                new AuditEntry(AuditActions.EndTokens, "refresh-token-reused", authorization.User.ToString(), $"client:{authorization.Client}", request.Http.ClientAddress()),
                CancellationToken.None);
        }

        if (result.Outcome is RotationOutcome.Reused or RotationOutcome.Refused || result.Family is not { } family)
        {
            return (null, OAuthError.InvalidGrant(OAuthTexts.GrantRefused));
        }

        // Asked again: what ended while the token was replaced gets no tokens (invariant 2).
        var (after, refusal) = await access.FitAsync(authorization, request.Asked, request.Aborted);
        return after is null
            ? (null, refusal)
            : (await issuer.ContinueAsync(after.Authorization, after.Grounds, family, successor ?? presented, request.Aborted), null);
    }
}
