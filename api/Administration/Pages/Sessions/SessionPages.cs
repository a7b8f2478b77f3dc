using Platform.Api.Administration.Pages.Scopes;
using Platform.Api.Http.Access;
using Platform.Api.Http.Pages;
using Platform.Api.Http.Pages.Components;
using Platform.Api.Http.Wire;
using Platform.Grains.Administration;
using Platform.Grains.Administration.Lists;
using Platform.Grains.Administration.Scopes;
using Platform.Grains.Administration.Sessions;
using Platform.Grains.OAuth;
using Platform.Grains.Scopes;

namespace Platform.Api.Administration.Pages.Sessions;

/// <summary>Live sessions.</summary>
/// <param name="Sessions">A part of them.</param>
/// <param name="Query">What the list is filtered by.</param>
/// <param name="MayEndAny">Whether the caller may end any session.</param>
public sealed record SessionsModel(Page<SessionListItem> Sessions, PageQuery Query, bool MayEndAny);

/// <summary>The sessions that are in a scope.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="Sessions">A part of them.</param>
/// <param name="Query">The query.</param>
public sealed record ScopeSessionsModel(AdministeredScope Scope, Page<SessionListItem> Sessions, PageQuery Query);

/// <summary>Live sessions, everywhere and in one scope, and the end of them.</summary>
internal sealed class SessionPages(ConsoleDesk desk, ScopeDesk scopes, SessionAdministration sessions)
{
    private const string Section = ConsoleDesk.Root + "/sessions";
    private const string InScope = ScopeLinks.Section + "/{scope}/sessions";

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.ServiceProvider.GetRequiredService<SessionPages>();
        routes.MapGet(Section, pages.ListAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(Section + "/end", pages.EndAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapGet(Section + "/end-all", pages.ShowEndAllAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(Section + "/end-all", pages.EndAllAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapGet(InScope, pages.ListInScopeAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(InScope, pages.EndInScopeAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
    }

    private async Task ListAsync(HttpContext context)
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

        var result = await sessions.EndAsync(visit.Actor, visit.Subject, visit.Aborted);
        await (result.IsDone
            ? PageDesk.DoneAsync(visit, LocalReturn.TryParse(visit.Sent("back"), out var back) ? back : Section, "ended")
            : WriteAsync(visit.Refused(result.Refusal)));
    }

    private async Task ShowEndAllAsync(HttpContext context)
    {
        if (await desk.OpenAsync(context) is { } visit)
        {
            await WriteEndAllAsync(visit);
        }
    }

    private async Task EndAllAsync(HttpContext context)
    {
        if (await desk.ReceiveAsync(context) is not { } visit)
        {
            return;
        }

        var result = await sessions.EndAllAsync(visit.Actor, visit.Aborted);

        // The caller's own session is over with the others.
        await (result.IsDone ? Links.SeeOther(context, "/login") : WriteEndAllAsync(visit.Refused(result.Refusal)));
    }

    private async Task ListInScopeAsync(HttpContext context)
    {
        if (await scopes.OpenAsync(context) is { } visit)
        {
            await WriteInScopeAsync(visit);
        }
    }

    private async Task EndInScopeAsync(HttpContext context)
    {
        if (await scopes.ReceiveAsync(context) is not { } visit)
        {
            return;
        }

        var result = await sessions.EndInScopeAsync(visit.Actor, visit.Path, visit.Aborted);
        await (result.IsDone ? visit.DoneAsync("sessions", "ended") : WriteInScopeAsync(visit.Refused(result.Refusal)));
    }

    private async Task WriteAsync(PageVisit visit)
    {
        var filter = new SessionFilter
        {
            UserText = visit.Query.Find("user"),
            Scopes = ScopePath.TryParse(visit.Query.Find("scope"), out var scope) ? ScopeSelection.Below(scope) : null,
            Client = ClientId.TryParse(visit.Query.Find("client"), out var client) ? client : null,
            Address = visit.Query.Find("address"),
        };
        var list = await sessions.ListAsync(visit.Actor, filter, visit.Part, visit.Aborted);
        await (list.IsDone
            ? desk.WriteAsync<SessionsPage, SessionsModel>(
                visit, Section, "Live sessions", new SessionsModel(list.Value, visit.Query, visit.Access.AllowsAnywhere(Permission.ManageUsers)))
            : PageDesk.RefuseAsync(visit, list.Refusal));
    }

    private Task WriteEndAllAsync(PageVisit visit) =>
        desk.WriteAsync<SessionsEndPage, PageQuery>(visit, Section, "End all sessions", visit.Query, [new PageLink("Sessions", Section)]);

    private async Task WriteInScopeAsync(ScopeVisit visit)
    {
        var list = await sessions.ListAsync(visit.Actor, new SessionFilter { Scopes = ScopeSelection.Of(visit.Path) }, visit.Visit.Part, visit.Aborted);
        await (list.IsDone
            ? scopes.WriteAsync<ScopeSessionsPage, ScopeSessionsModel>(
                visit, "sessions", $"Sessions in {visit.Scope.Scope.DisplayName}", new ScopeSessionsModel(visit.Scope, list.Value, visit.Visit.Query))
            : PageDesk.RefuseAsync(visit.Visit, list.Refusal));
    }
}
