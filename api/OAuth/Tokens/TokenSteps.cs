using Platform.Api.OAuth.Clients;
using Platform.Api.OAuth.Cors;
using Platform.Api.OAuth.Credentials;
using Platform.Api.OAuth.Requests;
using Platform.Api.OAuth.Tokens.Grants;

namespace Platform.Api.OAuth.Tokens;

/// <summary>Reads the form: each parameter once (RFC 6749 §3.2), nothing from the query, which ends up in logs.</summary>
internal sealed class ReadForm : ITokenStep
{
    /// <inheritdoc/>
    public async ValueTask<OAuthError?> RunAsync(TokenRequest request)
    {
        if (request.Http.Request.QueryString.Value is { Length: > 1 })
        {
            return OAuthError.InvalidRequest("The parameters have to be in the form, and not in the query.");
        }

        var (form, refusal) = await OAuthForm.ReadAsync(request.Http);
        request.Form = form;
        return refusal;
    }
}

/// <summary>Finds out who asks (RFC 6749 §3.2.1).</summary>
internal sealed class AuthenticateClient(ClientAuthenticator authenticator) : ITokenStep
{
    /// <inheritdoc/>
    public async ValueTask<OAuthError?> RunAsync(TokenRequest request)
    {
        var (client, refusal) = await authenticator.AuthenticateAsync(request.Http, request.Form);
        if (client is not null)
        {
            request.Client = client;
            OAuthCors.Allow(request.Http, client.Client.Definition);
        }

        return refusal;
    }
}

/// <summary>Slows a client that asks too often. After authentication, so that nobody uses up another client's share.</summary>
internal sealed class LimitRate(ClientRateLimit rates) : ITokenStep
{
    /// <inheritdoc/>
    public ValueTask<OAuthError?> RunAsync(TokenRequest request) => ValueTask.FromResult(rates.Take(request.Http, request.Client.Client));
}

/// <summary>Chooses the grant, where the client may use it.</summary>
internal sealed class ChooseGrant(IEnumerable<ITokenGrant> grants) : ITokenStep
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

/// <summary>Checks the DPoP proof, where there is one or has to be one (RFC 9449 §5).</summary>
internal sealed class CheckDpopProof(DpopProofs proofs) : ITokenStep
{
    /// <inheritdoc/>
    public async ValueTask<OAuthError?> RunAsync(TokenRequest request)
    {
        var (thumbprint, refusal) = await proofs.CheckAsync(request.Http, accessToken: null);
        request.DpopThumbprint = thumbprint;
        return refusal ?? (thumbprint is null && request.Definition.DpopBound ? OAuthError.InvalidDpopProof("The client's tokens are bound to a DPoP key; the proof is missing.") : null);
    }
}

/// <summary>Reads OAuth scopes, context and audiences; what the client may not ask for at all is refused here.</summary>
internal sealed class ReadRequestedAccess(Issuer issuer) : ITokenStep
{
    /// <inheritdoc/>
    public ValueTask<OAuthError?> RunAsync(TokenRequest request)
    {
        var (asked, refusal) = RequestedAccess.Read(request.Http.Request.Headers[RequestedAccess.Header], request.Form, issuer.Value);
        request.Asked = asked!;
        return ValueTask.FromResult(refusal ?? asked!.FindExcess(request.Definition));
    }
}

/// <summary>Does what the grant is about.</summary>
internal sealed class RunGrant : ITokenStep
{
    /// <inheritdoc/>
    public async ValueTask<OAuthError?> RunAsync(TokenRequest request)
    {
        var (tokens, refusal) = await request.Grant.RunAsync(request);
        request.Tokens = tokens;
        return refusal;
    }
}
