namespace Platform.Api.OAuth.Authorize.Steps;

/// <summary>What the client wants back and how: a code, in the query or as a form (OAuth 2.1 has no other).</summary>
internal sealed class CheckResponse : IAuthorizeStep
{
    /// <summary>The longest <c>state</c> given back, in characters.</summary>
    internal const int MaxState = 2000;

    public ValueTask<AuthorizeOutcome?> TakeAsync(AuthorizeRequest request, CancellationToken cancellationToken) => new(Take(request));

    private static AuthorizeOutcome? Take(AuthorizeRequest request)
    {
        var parameters = request.Parameters;
        var state = parameters.Find("state");
        request.State = state is { Length: <= MaxState } ? state : null;
        request.ResponseMode = parameters.Find("response_mode") == "form_post" ? ResponseMode.FormPost : ResponseMode.Query;
        if (state is { Length: > MaxState })
        {
            return AuthorizeOutcome.Fail(OAuthError.InvalidRequest("The state is too long."));
        }

        if (parameters.Find("response_mode") is not (null or "" or "query" or "form_post"))
        {
            return AuthorizeOutcome.Fail(OAuthError.InvalidRequest("The response_mode is query or form_post."));
        }

        return parameters.Find("response_type") switch
        {
            "code" => request.Client.MayUse(GrantTypes.AuthorizationCode)
                ? null
                : AuthorizeOutcome.Fail(OAuthError.UnauthorizedClient("The client may not use the authorization_code grant.")),
            null or "" => AuthorizeOutcome.Fail(OAuthError.InvalidRequest("The parameter response_type is missing.")),
            _ => AuthorizeOutcome.Fail(new OAuthError("unsupported_response_type", "The response_type is code.")),
        };
    }
}
