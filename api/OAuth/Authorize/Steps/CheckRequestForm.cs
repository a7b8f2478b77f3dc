namespace Platform.Api.OAuth.Authorize.Steps;

/// <summary>
/// Request objects, by value or by a reference that is not ours, are refused with the errors that OpenID Connect Core §6 names for it; a
/// client that has to push its requests may not come without (RFC 9126 §5).
/// </summary>
internal sealed class CheckRequestForm : IAuthorizeStep
{
    public ValueTask<AuthorizeOutcome?> TakeAsync(AuthorizeRequest request, CancellationToken cancellationToken) => new(Take(request));

    private static AuthorizeOutcome? Take(AuthorizeRequest request)
    {
        if (request.Parameters.Find("request") is not null)
        {
            return AuthorizeOutcome.Fail(new OAuthError("request_not_supported", "Request objects are not taken; requests may be pushed (RFC 9126)."));
        }

        if (request.Parameters.Find("request_uri") is not null)
        {
            return AuthorizeOutcome.Fail(new OAuthError("request_uri_not_supported", "A request_uri is one that the pushed authorization request endpoint gave."));
        }

        return request.Client.Definition.RequirePushedRequests && request.PushedUri is null
            ? AuthorizeOutcome.Fail(OAuthError.InvalidRequest("The client has to push its requests (RFC 9126)."))
            : null;
    }
}
