using Platform.Grains.Cluster;
using Platform.Grains.OAuth;

namespace Platform.Api.OAuth.Tokens.Grants;

/// <summary>Tokens for a device whose user said yes elsewhere (RFC 8628 §3.4).</summary>
internal sealed class DeviceCodeGrant(IPlatformGrains grains, AuthorizedAccess access, ITokenIssuer issuer) : ITokenGrant
{
    private const int MaxCodeLength = 256;

    /// <inheritdoc/>
    public string Type => GrantTypes.DeviceCode;

    /// <inheritdoc/>
    public async ValueTask<(IssuedTokens? Tokens, OAuthError? Refusal)> RunAsync(TokenRequest request)
    {
        if (request.Form.Find("device_code") is not { Length: > 0 and <= MaxCodeLength } text)
        {
            return (null, OAuthError.InvalidRequest("The device_code is missing, or is none."));
        }

        var poll = await grains.DeviceCode(SecretKey.FromSecret(text)).PollAsync(Guid.NewGuid().ToString("N"), request.Client.Client.Id);
        return poll.Outcome switch
        {
            DeviceOutcome.Approved => await StartAsync(request, poll.Authorization!),
            DeviceOutcome.Pending => (null, new OAuthError("authorization_pending", "The user has not decided yet.")),
            DeviceOutcome.SlowDown => (null, new OAuthError("slow_down", "The device asks too often; the interval is 5 seconds longer from now on.")),
            DeviceOutcome.Denied => (null, OAuthError.AccessDenied("The user said no.")),
            DeviceOutcome.Expired => (null, new OAuthError("expired_token", "The device code is over.")),
            _ => (null, OAuthError.InvalidGrant(OAuthTexts.GrantRefused)),
        };
    }

    private async ValueTask<(IssuedTokens? Tokens, OAuthError? Refusal)> StartAsync(TokenRequest request, AuthorizationSnapshot authorization)
    {
        if (authorization.DpopThumbprint is { } bound && bound != request.DpopThumbprint)
        {
            return (null, OAuthError.InvalidDpopProof("The device code is bound to another DPoP key."));
        }

        var (granted, refusal) = await access.FitAsync(authorization with { DpopThumbprint = request.DpopThumbprint }, request.Asked, request.Aborted);
        if (granted is null)
        {
            return (null, refusal);
        }

        var tokens = await issuer.StartAsync(granted.Authorization, granted.Grounds, FamilyId.New(), request.Aborted);
        return tokens is null ? (null, OAuthError.InvalidGrant(OAuthTexts.GrantRefused)) : (tokens, null);
    }
}
