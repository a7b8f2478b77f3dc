using Platform.Api.OAuth.Clients;

namespace Platform.Api.OAuth.Authorize.Steps;

/// <summary>
/// The redirect URI has to be one of the client's, exactly (RFC 9700 §4.1.3). Until this step nothing is sent there, neither code nor
/// error, or the endpoint would be an open redirector (RFC 9700 §4.11).
/// </summary>
internal sealed class CheckRedirectUri : IAuthorizeStep
{
    public ValueTask<AuthorizeOutcome?> TakeAsync(AuthorizeRequest request, CancellationToken cancellationToken) => new(Take(request));

    private static AuthorizeOutcome? Take(AuthorizeRequest request)
    {
        var definition = request.Client.Definition;
        if (request.Parameters.Find("redirect_uri") is { } given)
        {
            if (!RedirectUris.IsRegistered(definition, given))
            {
                return AuthorizeOutcome.Fail(OAuthError.InvalidRequest("The redirect_uri is none that the client has registered."));
            }

            request.RedirectUri = given;
            request.RedirectUriGiven = true;
            return null;
        }

        // RFC 6749 §3.1.2.3: one that is registered alone need not be named, except for OpenID Connect (Core §3.1.2.1).
        var isOpenId = request.Parameters.Find("scope")?.Split(' ').Contains(OAuthScopes.OpenId) ?? false;
        if (definition.RedirectUris is not [var only] || isOpenId || RedirectUris.FindFault(only, definition.Native) is not null)
        {
            return AuthorizeOutcome.Fail(OAuthError.InvalidRequest("The parameter redirect_uri is missing."));
        }

        request.RedirectUri = only;
        return null;
    }
}
