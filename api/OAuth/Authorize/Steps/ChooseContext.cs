namespace Platform.Api.OAuth.Authorize.Steps;

/// <summary>
/// Which VO or VRE the tokens will be for: the one asked for, where the user is a member; otherwise the one that the session is in. Where
/// that is another one than the consent page named, <see cref="AskConsent"/> asks again.
/// </summary>
internal sealed class ChooseContext : IAuthorizeStep
{
    public ValueTask<AuthorizeOutcome?> TakeAsync(AuthorizeRequest request, CancellationToken cancellationToken)
    {
        var live = request.Caller.Live;
        var (context, refusal) = request.Access.FindContext(live.Access, live.Scope?.Path);
        request.Context = context;
        return new(refusal is null ? null : AuthorizeOutcome.Fail(refusal));
    }
}
