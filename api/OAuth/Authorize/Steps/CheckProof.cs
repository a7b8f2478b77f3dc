namespace Platform.Api.OAuth.Authorize.Steps;

/// <summary>
/// What ties the code to the client that asked for it: PKCE with S256 (RFC 7636), against stolen and injected codes (RFC 9700 §2.1.1).
/// <c>plain</c> is refused. A confidential client whose registration says so may bring a nonce instead.
/// </summary>
internal sealed class CheckProof : IAuthorizeStep
{
    private const int ChallengeLength = 43;

    private const int MaxNonce = 512;

    public ValueTask<AuthorizeOutcome?> TakeAsync(AuthorizeRequest request, CancellationToken cancellationToken) => new(Take(request));

    private static AuthorizeOutcome? Take(AuthorizeRequest request)
    {
        var parameters = request.Parameters;
        if (parameters.Find("nonce") is { Length: > MaxNonce })
        {
            return AuthorizeOutcome.Fail(OAuthError.InvalidRequest("The nonce is too long."));
        }

        if (parameters.Find("dpop_jkt") is { } thumbprint)
        {
            // RFC 9449 §10: a request that was pushed with a proof may name the same key again, no other.
            if (!IsSha256(thumbprint) || (request.DpopThumbprint is { } proven && proven != thumbprint))
            {
                return AuthorizeOutcome.Fail(OAuthError.InvalidRequest("The dpop_jkt is no SHA-256 thumbprint, or not that of the proof."));
            }

            request.DpopThumbprint = thumbprint;
        }

        if (parameters.Find("code_challenge") is { Length: > 0 } challenge)
        {
            if (parameters.Find("code_challenge_method") != "S256" || !IsSha256(challenge))
            {
                return AuthorizeOutcome.Fail(OAuthError.InvalidRequest("The code_challenge has to be one of code_challenge_method S256."));
            }

            request.Challenge = challenge;
            return null;
        }

        if (parameters.Find("code_challenge_method") is not null)
        {
            return AuthorizeOutcome.Fail(OAuthError.InvalidRequest("The parameter code_challenge is missing."));
        }

        return request.Client.IsPublic || request.Client.Definition.RequirePkce || string.IsNullOrEmpty(parameters.Find("nonce"))
            ? AuthorizeOutcome.Fail(OAuthError.InvalidRequest(request.Client.IsPublic || request.Client.Definition.RequirePkce
                ? "The parameter code_challenge is missing (RFC 7636)."
                : "Either code_challenge or nonce is needed."))
            : null;
    }

    /// <summary>Base64url of 32 bytes.</summary>
    private static bool IsSha256(string text) =>
        text.Length == ChallengeLength && !text.AsSpan().ContainsAnyExcept("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
}
