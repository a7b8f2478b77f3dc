using Platform.Api.Http;
using Platform.Api.Http.Access;
using Platform.Api.Http.OpenApi;
using Platform.Api.Http.Wire;
using Platform.Grains.Scopes;
using Platform.Grains.Sessions;

namespace Platform.Api.Sessions;

/// <summary>The caller's session, and their other ones.</summary>
internal sealed class SessionEndpoints(ISessionCheck sessions, SessionEnd end, SessionCookie cookie, TimeProvider time)
{
    /// <summary>Maps the sessions.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoints = routes.ServiceProvider.GetRequiredService<SessionEndpoints>();
        routes.MapMethods("/session", ["GET", "HEAD"], endpoints.GetAsync).ForAnyone().Offering(Offers.JsonFirst)
            .Describe("GetSession", "Who calls, in which scope. Without a session: what a scope allows to anonymous callers.", endpoints.GetAsync, 200, 400, 401, 503)
            .TakesQuery("scope", "Without a session: the scope.")
            .TakesQuery("operation", "Without a session: the operation that has to be open.");
        routes.MapDelete("/session", endpoints.EndAsync).ForSession().Offering(Offers.Own)
            .Describe("EndSession", "Ends the session everywhere.", endpoints.EndAsync, 204, 401, 403, 503);
        routes.MapMethods("/sessions", ["GET", "HEAD"], endpoints.ListAsync).ForSession().Offering(Offers.JsonFirst)
            .Describe("ListSessions", "The caller's live sessions, oldest first.", endpoints.ListAsync, 200, 401, 503);
        routes.MapDelete("/sessions/{handle}", endpoints.EndOtherAsync).ForSession().Offering(Offers.Own)
            .Describe("EndOtherSession", "Ends one of the caller's sessions everywhere.", endpoints.EndOtherAsync, 204, 401, 403, 404, 503);
    }

    private Task GetAsync(HttpContext context) => context.FindPrincipal() switch
    {
        { Session: { } caller } => Answer.WriteAsync(context, SessionDocuments.Session, caller.Live),
        { } principal => Answer.WriteAsync(context, SessionDocuments.ByToken, principal),
        _ => GetUnnamedAsync(context),
    };

    /// <summary>Unnamed access (contracts/gcube-http.md): the refusal says which of the three reasons holds.</summary>
    private async Task GetUnnamedAsync(HttpContext context)
    {
        var (query, refusal) = RequestParameters.ReadQuery(context.Request);
        if (refusal is not null)
        {
            await Problems.WriteAsync(context, refusal);
            return;
        }

        if (string.IsNullOrEmpty(query.Find("scope")))
        {
            await Problems.WriteAsync(context, SessionErrors.NoScopeGiven, "There is no live session, and no scope was given.");
            return;
        }

        // A scope that is not there is answered like one that is not open: nobody probes for hidden ones.
        var scopes = await sessions.ReadScopesAsync(context.RequestAborted);
        if (!ScopePath.TryParse(query.Find("scope"), out var path)
            || scopes.Find(path) is not { AnonymousOperations.IsEmpty: false } scope
            || !scopes.IsOpen(path, time.GetUtcNow()))
        {
            await Problems.WriteAsync(context, SessionErrors.ScopeNotOpen);
            return;
        }

        if (query.Find("operation") is { } operation && !scope.AnonymousOperations.Contains(operation))
        {
            await Problems.WriteAsync(context, SessionErrors.OperationNotOpen);
            return;
        }

        await Answer.WriteAsync(context, SessionDocuments.Unnamed, scope);
    }

    private async Task EndAsync(HttpContext context)
    {
        if (Forgery.IsForeign(context))
        {
            await Problems.WriteAsync(context, HttpErrors.CrossSite);
            return;
        }

        var caller = context.GetCaller();
        await end.LogOutAsync(context, caller);
        if (caller.Arrival == SessionArrival.Cookie)
        {
            cookie.Clear(context.Response);
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task ListAsync(HttpContext context)
    {
        var live = context.GetCaller().Live;
        var list = await sessions.ListLiveAsync(live.User, context.RequestAborted);
        await Answer.WriteAsync(context, SessionDocuments.Sessions, (list, live.Session.Handle));
    }

    private async Task EndOtherAsync(HttpContext context)
    {
        var caller = context.GetCaller();
        var handle = context.Request.RouteValues["handle"] as string;
        if (Forgery.IsForeign(context))
        {
            await Problems.WriteAsync(context, HttpErrors.CrossSite);
        }
        else if (caller.Live.User.Sessions.FirstOrDefault(session => session.Handle == handle) is not { } session)
        {
            await Problems.WriteAsync(context, SessionErrors.NoSuchSession);
        }
        else
        {
            await end.EndOtherAsync(context, caller, session);
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
    }
}
