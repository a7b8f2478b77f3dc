using Platform.Api.Http;
using Platform.Api.Http.Access;
using Platform.Api.Http.OpenApi;
using Platform.Api.Http.Pages;
using Platform.Api.Http.Wire;
using Platform.Api.OAuth.Authorize;
using Platform.Api.OAuth.Clients;
using Platform.Api.Sessions;

namespace Platform.Api.OAuth.Logout;

/// <summary>
/// <c>/oauth/logout</c> (OpenID Connect RP-Initiated Logout 1.0). Its steps: what is asked for (<see cref="LogoutSteps"/>); whose session
/// it is; a question to the person unless an ID token of this very session came along; the end, everywhere; the way on.
/// </summary>
internal sealed class EndSessionEndpoint(LogoutSteps steps, LogoutRequests requests, SessionEnd end, SessionCookie cookie, Forgery forgery)
{
    private const string Path = "/oauth/logout";

    private const string ConfirmPath = Path + "/confirm";

    /// <summary>Maps it.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<EndSessionEndpoint>();
        routes.MapGet(Path, endpoint.GetAsync).ForAnyone().Offering(Offers.Own)
            .Describe("EndSessionOfClient", "Ends the user's session at a client's wish (RP-Initiated Logout).", endpoint.GetAsync, 200, 303, 400, 503)
            .TakesQuery("id_token_hint", "An ID token of the session, over or not.")
            .TakesQuery("client_id", "The client.")
            .TakesQuery("post_logout_redirect_uri", "Where the browser goes afterwards; one that the client has registered.")
            .TakesQuery("state", "Given back unchanged.");
        routes.MapPost(Path, endpoint.PostAsync).ForAnyone().Offering(Offers.Own)
            .Describe("EndSessionOfClientWithForm", "The same with a form.", endpoint.PostAsync, 200, 303, 400, 413, 415, 503)
            .TakesForm("id_token_hint", "client_id", "post_logout_redirect_uri", "state");
        routes.MapPost(ConfirmPath, endpoint.ConfirmAsync).ForAnyone().Offering(Offers.Own).ExcludeFromDescription();
    }

    private async Task GetAsync(HttpContext context)
    {
        var (query, refusal) = RequestParameters.ReadQuery(context.Request);
        if (refusal is not null)
        {
            await WriteErrorAsync(context, refusal);
        }
        else if (query.Find(LogoutRequests.Field) is { } text)
        {
            await GoOnAsync(context, requests.Unprotect(text));
        }
        else
        {
            await TakeAsync(context, query);
        }
    }

    private async Task PostAsync(HttpContext context)
    {
        var (form, refusal) = await RequestParameters.ReadFormAsync(context.Request);
        await (refusal is null ? TakeAsync(context, form) : WriteErrorAsync(context, refusal));
    }

    private async Task ConfirmAsync(HttpContext context)
    {
        var (form, refusal) = await RequestParameters.ReadFormAsync(context.Request);
        if (refusal is not null)
        {
            await WriteErrorAsync(context, refusal);
        }
        else if (!await forgery.IsOwnFormAsync(context))
        {
            await Problems.WriteAsync(context, SessionErrors.Forged);
        }
        else if (requests.Unprotect(form.Find(LogoutRequests.Field)) is { } request)
        {
            await EndAsync(context, request);
        }
        else
        {
            await AuthorizeAnswer.WritePageAsync(context, AuthorizeAnswer.Over);
        }
    }

    private async Task TakeAsync(HttpContext context, Parameters parameters)
    {
        var (request, refusal) = await steps.UnderstandAsync(parameters, context.RequestAborted);
        if (request is null)
        {
            await AuthorizeAnswer.WritePageAsync(context, refusal!);
        }
        else if (HttpMethods.IsPost(context.Request.Method) && context.FindCaller() is null)
        {
            // SameSite=Lax keeps the cookie out of a form that another site posts; a GET of ours brings it.
            await Links.SeeOther(context, $"{Path}?{LogoutRequests.Field}={requests.Protect(request)}");
        }
        else
        {
            await GoOnAsync(context, request);
        }
    }

    private async Task GoOnAsync(HttpContext context, LogoutRequest? request)
    {
        if (request is null)
        {
            await AuthorizeAnswer.WritePageAsync(context, AuthorizeAnswer.Over);
        }
        else if (context.FindCaller() is { } caller && request.Handle != caller.Live.Session.Handle)
        {
            // Whoever can make a browser open an address must not log its user out (§2: ask, unless the hint is of this user).
            await AskAsync(context, request, caller);
        }
        else
        {
            await EndAsync(context, request);
        }
    }

    private Task AskAsync(HttpContext context, LogoutRequest request, Caller caller) => Page.WriteAsync(
        context,
        StatusCodes.Status200OK,
        "Log out?",
        Html.Of($"""
            <p>{request.ClientName ?? "An application"} asks to log you out. You are {caller.Live.User.Profile.DisplayName} ({caller.UserName}). Your session ends here and in every application that you entered with it.</p>
            <form method="post" action="{Links.To(context, ConfirmPath)}">
            {forgery.FormField(context)}
            <input type="hidden" name="{LogoutRequests.Field}" value="{requests.Protect(request)}">
            <p class="actions"><button type="submit">Log out</button> <a class="button quiet" href="{Links.To(context, "/")}">Stay logged in</a></p>
            </form>
            """),
        request.Target is null ? null : RedirectUris.PolicySource(request.Target));

    private async Task EndAsync(HttpContext context, LogoutRequest request)
    {
        if (context.FindCaller() is { } caller)
        {
            await end.LogOutAsync(context, caller);
            cookie.Clear(context.Response);
            context.Features.Set<Caller>(null);
        }

        await (request.Target is { } target ? Links.SeeOther(context, target) : LogoutEndpoints.WriteLoggedOutAsync(context));
    }

    private static Task WriteErrorAsync(HttpContext context, Problem problem) => AuthorizeAnswer.WritePageAsync(
        context,
        OAuthError.InvalidRequest(problem.Place is { } place ? $"The request is malformed: {place}." : "The form is none.") with { Status = problem.Error.Status });
}
