using Platform.Api.OAuth.Tokens;
using Platform.Api.Policies;

namespace Platform.Api.OAuth.Credentials;

/// <summary>
/// Decides about a token that came with a request: signed by the platform, for it, live, and with a proof of its key where it is bound to one
/// (RFC 9449 §7).
/// </summary>
internal sealed class TokenCheck(AccessTokens accessTokens, DpopProofs proofs, Issuer issuer)
{
    /// <summary>The token, or the error.</summary>
    public async ValueTask<(LiveAccessToken? Live, OAuthError? Refusal)> FindLiveAsync(HttpContext context, PresentedToken presented)
    {
        if (await accessTokens.FindLiveAsync(presented.Text, context.FindPolicyQuestion(), context.RequestAborted) is not { } live || !live.Token.Audiences.Contains(issuer.Value))
        {
            return (null, OAuthError.InvalidToken(OAuthTexts.TokenRefused));
        }

        if (live.Token.DpopThumbprint is not { } bound)
        {
            return presented.IsDpop ? (null, OAuthError.InvalidToken("The access token is bound to no DPoP key.")) : (live, null);
        }

        if (!presented.IsDpop)
        {
            // Else who stole it would leave the proof away.
            return (null, OAuthError.InvalidToken("The access token is bound to a DPoP key; the scheme has to be DPoP."));
        }

        var (thumbprint, refusal) = await proofs.CheckAsync(context, presented.Text);
        return refusal is not null ? (null, refusal with { Status = StatusCodes.Status401Unauthorized })
            : thumbprint == bound ? (live, null)
            : (null, (thumbprint is null
                ? OAuthError.InvalidDpopProof("The DPoP proof is missing.")
                : OAuthError.InvalidToken("The access token is bound to another DPoP key.")) with { Status = StatusCodes.Status401Unauthorized });
    }
}
