using Platform.Api.Sessions;
using Platform.Grains.Sessions;

namespace Platform.Api.OAuth.Authorize.Steps;

/// <summary>
/// Who the user is: a live session, begun late enough. Where the client asks for a new login, one has to have taken place since it was
/// demanded; the demand is written down by us (<see cref="KeptRequest"/>), so that neither an older session nor an edited address does.
/// </summary>
internal sealed class FindUser(TimeProvider time) : IAuthorizeStep
{
    /// <summary>Nodes' clocks differ a little. The session has to be another one than before all the same.</summary>
    private static readonly TimeSpan ClockDifference = TimeSpan.FromSeconds(30);

    public ValueTask<AuthorizeOutcome?> TakeAsync(AuthorizeRequest request, CancellationToken cancellationToken) => new(Take(request));

    private AuthorizeOutcome? Take(AuthorizeRequest request)
    {
        if (request.Http.FindCaller() is not { } caller)
        {
            // SameSite=Lax keeps the cookie out of a form that another site posts; a GET of ours brings it.
            return HttpMethods.IsPost(request.Http.Request.Method) && request.Kept is null ? new AuthorizeOutcome.Again() : LogIn(request);
        }

        var session = caller.Live.Session;
        request.Caller = caller;
        request.LoggedInForThis = LoggedInSinceDemanded(request.Kept, session);
        var tooOld = request.Wishes.MaxAge is { } maxAge && time.GetUtcNow() - session.StartedAt > maxAge;
        return (request.Wishes.Prompts.Contains(Prompt.Login) || tooOld) && !request.LoggedInForThis ? LogIn(request) : null;
    }

    private static AuthorizeOutcome LogIn(AuthorizeRequest request) => request.IsSilent
        ? AuthorizeOutcome.Fail(new OAuthError("login_required", "The user has to log in."))
        : new AuthorizeOutcome.LogIn();

    private static bool LoggedInSinceDemanded(KeptRequest? kept, SessionSnapshot session) =>
        kept?.LoginDemandedAt is { } demandedAt
        && session.Handle != kept.LoginDemandedIn
        && session.StartedAt >= demandedAt - ClockDifference;
}
