using Platform.Api.OAuth.Requests;
using Platform.Api.OAuth.Tokens.Grants;

namespace Platform.Api.OAuth.Tokens;

/// <summary>Chooses the grant, where the client may use it.</summary>
internal sealed class ChooseGrant(IEnumerable<ITokenGrant> grants) : IClientStep<TokenRequest>
{
    private readonly Dictionary<string, ITokenGrant> _grants = grants.ToDictionary(grant => grant.Type, StringComparer.Ordinal);

    /// <inheritdoc/>
    public ValueTask<OAuthError?> RunAsync(TokenRequest request) => ValueTask.FromResult(Choose(request));

    private OAuthError? Choose(TokenRequest request)
    {
        var type = request.Form.Find("grant_type");
        if (string.IsNullOrEmpty(type))
        {
            return OAuthError.InvalidRequest("The grant_type is missing.");
        }

        if (!_grants.TryGetValue(type, out var grant))
        {
            return OAuthError.UnsupportedGrantType("There is no such grant.");
        }

        // What an administrator did not mark as legacy never sends passwords, whatever its metadata says (RFC 9700 §2.4).
        if (!request.Client.Client.MayUse(type) || (type == GrantTypes.Password && !request.Definition.Legacy))
        {
            return OAuthError.UnauthorizedClient("The client may not use this grant.");
        }

        request.Grant = grant;
        return null;
    }
}

/// <summary>Insists on a proof of the key that the client's tokens have to be bound to (RFC 9449 §5.2).</summary>
internal sealed class RequireDpopProof : IClientStep<TokenRequest>
{
    /// <inheritdoc/>
    public ValueTask<OAuthError?> RunAsync(TokenRequest request) => ValueTask.FromResult(request.DpopThumbprint is null && request.Definition.DpopBound
        ? OAuthError.InvalidDpopProof("The client's tokens are bound to a DPoP key; the proof is missing.")
        : null);
}

/// <summary>Does what the grant is about.</summary>
internal sealed class RunGrant : IClientStep<TokenRequest>
{
    /// <inheritdoc/>
    public async ValueTask<OAuthError?> RunAsync(TokenRequest request)
    {
        var (tokens, refusal) = await request.Grant.RunAsync(request);
        request.Tokens = tokens;
        return refusal;
    }
}
