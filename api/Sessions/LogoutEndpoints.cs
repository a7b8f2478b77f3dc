using Platform.Api.Http;
using Platform.Api.Http.Access;
using Platform.Api.Http.OpenApi;
using Platform.Api.Http.Pages;
using Platform.Api.Http.Wire;

namespace Platform.Api.Sessions;

/// <summary><c>Logout</c>: ends the session everywhere before it answers.</summary>
internal sealed class LogoutEndpoints(SessionEnd end, Forgery forgery, SessionCookie cookie)
{
    /// <summary>Maps the logout.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoints = routes.ServiceProvider.GetRequiredService<LogoutEndpoints>();
        routes.MapGet("/Logout", endpoints.GetAsync)
            .ForSession().Offering(Offers.XmlFirstOrPage)
            .Describe("Logout", "Ends the session everywhere.", endpoints.GetAsync, 200, 401, 403, 503);
        routes.MapPost("/Logout", endpoints.PostAsync)
            .ForSession().Offering(Offers.XmlFirstOrPage)
            .Describe("LogoutWithForm", "Ends the session everywhere.", endpoints.PostAsync, 200, 400, 401, 403, 415, 503)
            .TakesForm();
    }

    /// <summary>The form that logs out.</summary>
    public static Html Form(HttpContext context, Forgery forgery) => Html.Of($"""
        <form method="post" action="{Links.To(context, "/Logout")}">
        {forgery.FormField(context)}
        <button class="quiet" type="submit">Log out</button>
        </form>
        """);

    /// <summary>Answers with the page that says so.</summary>
    public static Task WriteLoggedOutAsync(HttpContext context) => Page.WriteAsync(context, StatusCodes.Status200OK, "Logged out", Html.Of($"""
        <p role="status">Your session has ended everywhere.</p>
        <p><a class="button" href="/login">Log in again</a></p>
        """));

    private Task GetAsync(HttpContext context) =>
        Forgery.IsForeignGet(context) ? Problems.WriteAsync(context, HttpErrors.CrossSite) : EndAsync(context);

    private async Task PostAsync(HttpContext context)
    {
        var (form, refusal) = await RequestParameters.ReadFormAsync(context.Request);
        refusal ??= UserMismatch.Find(form, context.GetCaller(), "form");
        if (refusal is not null)
        {
            await Problems.WriteAsync(context, refusal);
        }
        else if (!await forgery.IsOwnFormAsync(context))
        {
            await Problems.WriteAsync(context, SessionErrors.Forged);
        }
        else
        {
            await EndAsync(context);
        }
    }

    private async Task EndAsync(HttpContext context)
    {
        var caller = context.GetCaller();
        await end.LogOutAsync(context, caller);
        if (caller.Arrival == SessionArrival.Cookie)
        {
            cookie.Clear(context.Response);
        }

        // What follows is no longer of this caller, its links included.
        context.Features.Set<Caller>(null);
        if (context.Format() == WireFormat.Html)
        {
            await WriteLoggedOutAsync(context);
            return;
        }

        await Answer.WriteAsync(context, SessionDocuments.LoggedOut, caller.UserName);
    }
}
