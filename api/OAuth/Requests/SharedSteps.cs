using Platform.Api.OAuth.Clients;
using Platform.Api.OAuth.Cors;
using Platform.Api.OAuth.Credentials;

namespace Platform.Api.OAuth.Requests;

/// <summary>Reads the form: each parameter once (RFC 6749 §3.2), nothing from the query, which ends up in logs.</summary>
internal sealed class ReadForm : IClientStep<ClientRequest>
{
    /// <inheritdoc/>
    public async ValueTask<OAuthError?> RunAsync(ClientRequest request)
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

/// <summary>Insists on the token that the endpoint is about (RFC 7009 §2.1, RFC 7662 §2.1).</summary>
internal sealed class RequireToken : IClientStep<ClientRequest>
{
    /// <inheritdoc/>
    public ValueTask<OAuthError?> RunAsync(ClientRequest request) =>
        ValueTask.FromResult(string.IsNullOrEmpty(request.Form.Find("token")) ? OAuthError.InvalidRequest("The token is missing.") : null);
}

/// <summary>Finds out who asks (RFC 6749 §3.2.1).</summary>
internal sealed class AuthenticateClient(ClientAuthenticator authenticator) : IClientStep<ClientRequest>
{
    /// <inheritdoc/>
    public async ValueTask<OAuthError?> RunAsync(ClientRequest request)
    {
        var (client, refusal) = await authenticator.AuthenticateAsync(request.Http, request.Form);
        request.Client = client!;
        return refusal;
    }
}

/// <summary>Lets scripts of the client's origins read the answer.</summary>
internal sealed class AllowOrigin : IClientStep<ClientRequest>
{
    /// <inheritdoc/>
    public ValueTask<OAuthError?> RunAsync(ClientRequest request)
    {
        OAuthCors.Allow(request.Http, request.Definition);
        return ValueTask.FromResult<OAuthError?>(null);
    }
}

/// <summary>Slows a client that asks too often. After authentication, so that nobody uses up another client's share.</summary>
internal sealed class LimitRate(ClientRateLimit rates) : IClientStep<ClientRequest>
{
    /// <inheritdoc/>
    public ValueTask<OAuthError?> RunAsync(ClientRequest request) => ValueTask.FromResult(rates.Take(request.Http, request.Client.Client));
}

/// <summary>Checks the DPoP proof, where there is one (RFC 9449 §5, §10).</summary>
internal sealed class CheckDpopProof(DpopProofs proofs) : IClientStep<ClientRequest>
{
    /// <inheritdoc/>
    public async ValueTask<OAuthError?> RunAsync(ClientRequest request)
    {
        var (thumbprint, refusal) = await proofs.CheckAsync(request.Http, accessToken: null);
        request.DpopThumbprint = thumbprint;
        return refusal;
    }
}

/// <summary>Reads OAuth scopes, context and audiences; what the client may not ask for at all is refused here.</summary>
internal sealed class ReadRequestedAccess(Issuer issuer) : IClientStep<ClientRequest>
{
    /// <inheritdoc/>
    public ValueTask<OAuthError?> RunAsync(ClientRequest request)
    {
        var (asked, refusal) = RequestedAccess.Read(request.Http.Request.Headers[RequestedAccess.Header], request.Form, issuer.Value);
        request.Asked = asked!;
        return ValueTask.FromResult(refusal ?? asked!.FindExcess(request.Definition));
    }
}
