using Platform.Grains.OAuth;

namespace Platform.Api.OAuth.Authorize.Steps;

/// <summary>The client has to be there and not suspended. One that is not known has no redirect URI that could be believed.</summary>
internal sealed class FindClient(IOAuthCheck check) : IAuthorizeStep
{
    public async ValueTask<AuthorizeOutcome?> TakeAsync(AuthorizeRequest request, CancellationToken cancellationToken)
    {
        if (request.Parameters.Find("client_id") is not { Length: > 0 } text)
        {
            return AuthorizeOutcome.Fail(OAuthError.InvalidRequest("The parameter client_id is missing."));
        }

        if (!ClientId.TryParse(text, out var id) || await check.FindClientAsync(id, cancellationToken) is not { } live)
        {
            return AuthorizeOutcome.Fail(new OAuthError("invalid_client", "There is no such client."));
        }

        request.Client = live.Client;
        return null;
    }
}
