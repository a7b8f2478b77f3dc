using Platform.Api.Http.Access;
using Platform.Api.Http.Pages.Components;
using Platform.Api.Http.Wire;
using Platform.Api.Sessions;
using Platform.Grains.Administration;
using Platform.Grains.Sessions;

namespace Platform.Api.Account.Pages;

/// <summary>A user's sessions.</summary>
/// <param name="Sessions">Those that are alive, oldest first.</param>
/// <param name="Current">The public name of the one that asks.</param>
public sealed record OwnSessionsModel(IReadOnlyList<ListedSession> Sessions, string Current);

/// <summary>A user's own sessions, and the end of them.</summary>
internal sealed class OwnSessionPages(AccountDesk desk, ISessionCheck sessions, SessionEnd end)
{
    private const string Section = AccountDesk.Root + "/sessions";

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.ServiceProvider.GetRequiredService<OwnSessionPages>();
        routes.MapGet(Section, pages.ShowAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(Section + "/end", pages.EndAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(Section + "/end-others", pages.EndOthersAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
    }

    private async Task ShowAsync(HttpContext context)
    {
        if (await desk.OpenAsync(context) is { } visit)
        {
            await WriteAsync(visit);
        }
    }

    private async Task EndAsync(HttpContext context)
    {
        if (await desk.ReceiveAsync(context) is not { } visit)
        {
            return;
        }

        var live = visit.Caller.Live;
        if (live.User.Sessions.FirstOrDefault(session => session.Handle == visit.Subject && session.Handle != live.Session.Handle) is not { } session)
        {
            await WriteAsync(visit.Refused(new AdministrationRefusal(RefusalKind.NotFound, "no-such-session", "There is no such other session of yours.")));
            return;
        }

        await end.EndOtherAsync(context, visit.Caller, session);
        await PageDesk.DoneAsync(visit, Section, "ended");
    }

    private async Task EndOthersAsync(HttpContext context)
    {
        if (await desk.ReceiveAsync(context) is not { } visit)
        {
            return;
        }

        foreach (var session in visit.Caller.Live.User.Sessions.Where(session => session.Handle != visit.Caller.Live.Session.Handle))
        {
            await end.EndOtherAsync(context, visit.Caller, session);
        }

        await PageDesk.DoneAsync(visit, Section, "ended");
    }

    private async Task WriteAsync(PageVisit visit)
    {
        var live = visit.Caller.Live;
        var list = await sessions.ListLiveAsync(live.User, visit.Aborted);
        await desk.WriteAsync<OwnSessionsPage, OwnSessionsModel>(visit, Section, "My sessions", new OwnSessionsModel(list, live.Session.Handle));
    }
}
