using Platform.Api.OAuth.Tokens;

namespace Platform.Api.OAuth.Authorize.Steps;

/// <summary>
/// Whether the user is the one that the client means (<c>id_token_hint</c>, a <c>sub</c> among the claims), or the one that the user
/// wants to be (<c>prompt=select_account</c>).
/// </summary>
internal sealed class CheckAccount(IJwtSigner signer, ISubjects subjects, Issuer issuer) : IAuthorizeStep
{
    public async ValueTask<AuthorizeOutcome?> TakeAsync(AuthorizeRequest request, CancellationToken cancellationToken)
    {
        var wishes = request.Wishes;
        var expected = wishes.Subject;
        if (wishes.IdTokenHint is { } hint)
        {
            // Expired ones are fine (Core §3.1.2.1); one of another issuer, or for another client, is a mix-up.
            var claims = await signer.ReadIdTokenHintAsync(hint, cancellationToken);
            if (claims is null || !IdTokenHint.IsFor(claims, issuer.Value, request.Client.Id))
            {
                return AuthorizeOutcome.Fail(OAuthError.InvalidRequest("The id_token_hint is no ID token that the client got here."));
            }

            var hinted = IdTokenHint.Text(claims, "sub");
            if (expected is not null && expected != hinted)
            {
                return AuthorizeOutcome.Fail(OAuthError.InvalidRequest("The id_token_hint and the claims name different subjects."));
            }

            expected = hinted;
        }

        if (expected is not null && expected != await subjects.OfAsync(request.Client, request.Caller.Live.User.Key, cancellationToken))
        {
            return request.IsSilent
                ? AuthorizeOutcome.Fail(new OAuthError("login_required", "Another user is logged in."))
                : new AuthorizeOutcome.ChooseAccount(OnlyAnother: true);
        }

        return wishes.Prompts.Contains(Prompt.SelectAccount)
            && !request.LoggedInForThis
            && request.Kept?.AccountChosenIn != request.Caller.Live.Session.Handle
            ? new AuthorizeOutcome.ChooseAccount(OnlyAnother: false)
            : null;
    }
}
