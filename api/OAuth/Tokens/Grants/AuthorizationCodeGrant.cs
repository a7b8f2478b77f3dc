using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Platform.Api.Sessions;
using Platform.Grains.Audit;
using Platform.Grains.Cluster;
using Platform.Grains.OAuth;

namespace Platform.Api.OAuth.Tokens.Grants;

/// <summary>
/// Tokens for a code (RFC 6749 §4.1.3). The code is bound to client, redirect URI, PKCE challenge and DPoP key, and works once; a second use
/// ends all that came from the first, however late it comes (RFC 9700 §4.13).
/// </summary>
internal sealed class AuthorizationCodeGrant(IPlatformGrains grains, AuthorizedAccess access, ITokenIssuer issuer, IAuditLog audit) : ITokenGrant
{
    private const int MaxCodeLength = 256;

    /// <inheritdoc/>
    public string Type => GrantTypes.AuthorizationCode;

    /// <inheritdoc/>
    public async ValueTask<(IssuedTokens? Tokens, OAuthError? Refusal)> RunAsync(TokenRequest request)
    {
        if (request.Form.Find("code") is not { Length: > 0 and <= MaxCodeLength } text)
        {
            return (null, OAuthError.InvalidRequest("The code is missing, or is none."));
        }

        var grain = grains.AuthorizationCode(SecretKey.FromSecret(text));
        if (await grain.FindAsync() is not { } code)
        {
            return (null, await RefuseUnknownAsync(request, text));
        }

        if (FindMismatch(request, code) is { } mismatch)
        {
            return (null, mismatch);
        }

        var (granted, refusal) = await access.FitAsync(code.Authorization with { DpopThumbprint = request.DpopThumbprint }, request.Asked, request.Aborted);
        if (granted is null)
        {
            return (null, refusal);
        }

        switch (await grain.RedeemAsync(Guid.NewGuid().ToString("N")))
        {
            case CodeRedemption.Accepted:
                var tokens = await issuer.StartAsync(granted.Authorization, granted.Grounds, FamilyId.FromCode(text), request.Aborted);
                return tokens is null ? (null, OAuthError.InvalidGrant(OAuthTexts.GrantRefused)) : (tokens, null);
            case CodeRedemption.Reused:
                await EndAsync(request, FamilyId.FromCode(text), code.Authorization);
                return (null, OAuthError.InvalidGrant(OAuthTexts.GrantRefused));
            default:
                return (null, OAuthError.InvalidGrant(OAuthTexts.GrantRefused));
        }
    }

    private static OAuthError? FindMismatch(TokenRequest request, CodeSnapshot code)
    {
        // Another client's code tells that client nothing and stays what it is.
        if (code.Authorization.Client != request.Client.Client.Id)
        {
            return OAuthError.InvalidGrant(OAuthTexts.GrantRefused);
        }

        var redirectUri = request.Form.Find("redirect_uri");
        if (redirectUri is null ? code.RedirectUriGiven : redirectUri != code.RedirectUri)
        {
            return OAuthError.InvalidGrant("The redirect_uri is not that of the authorization request.");
        }

        if (FindPkceFault(request.Form.Find("code_verifier"), code.Challenge) is { } fault)
        {
            return OAuthError.InvalidGrant(fault);
        }

        // RFC 9449 §10: a code that was asked for with dpop_jkt is of no use to who stole it.
        return code.Authorization.DpopThumbprint is { } bound && bound != request.DpopThumbprint
            ? OAuthError.InvalidDpopProof("The code is bound to another DPoP key.")
            : null;
    }

    private static string? FindPkceFault(string? verifier, string? challenge)
    {
        if (challenge is null)
        {
            // RFC 9700 §4.8.2: a verifier without a challenge means that somebody took the challenge out of the request.
            return verifier is null ? null : "There was no code_challenge in the authorization request.";
        }

        // RFC 7636 §4.1: 43 to 128 unreserved characters.
        if (verifier is null || verifier.Length is < 43 or > 128
            || verifier.AsSpan().ContainsAnyExcept("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"))
        {
            return "The code_verifier is missing, or is none.";
        }

        var computed = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
        return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(computed), Encoding.ASCII.GetBytes(challenge))
            ? null
            : "The code_verifier does not belong to the code_challenge.";
    }

    /// <summary>A code whose row is gone may have been used; the family that followed from it is found all the same.</summary>
    private async ValueTask<OAuthError> RefuseUnknownAsync(TokenRequest request, string text)
    {
        var family = FamilyId.FromCode(text);
        if (await grains.TokenFamily(family).FindAsync() is { } found && found.Authorization.Client == request.Client.Client.Id)
        {
            await EndAsync(request, family, found.Authorization);
        }

        return OAuthError.InvalidGrant(OAuthTexts.GrantRefused);
    }

    private async ValueTask EndAsync(TokenRequest request, FamilyId family, AuthorizationSnapshot authorization)
    {
        // No cancellation: who hangs up has used the code a second time all the same.
        await grains.TokenFamily(family).EndAsync();
        await audit.RecordAsync(
            new AuditEntry(AuditActions.EndTokens, "code-reused", authorization.User.ToString(), $"client:{authorization.Client}", request.Http.ClientAddress()),
            CancellationToken.None);
    }
}
