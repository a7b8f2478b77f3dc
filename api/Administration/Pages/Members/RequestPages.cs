using Platform.Api.Administration.Pages.Scopes;
using Platform.Api.Http.Access;
using Platform.Api.Http.Pages.Components;
using Platform.Api.Http.Wire;
using Platform.Grains.Administration;
using Platform.Grains.Administration.Members;
using Platform.Grains.Administration.Scopes;

namespace Platform.Api.Administration.Pages.Members;

/// <summary>Who asks to join a scope.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="Requests">A part of the requests.</param>
/// <param name="RolesToGive">The roles that the caller may give.</param>
/// <param name="Query">The query.</param>
public sealed record RequestsModel(AdministeredScope Scope, Page<JoinRequest> Requests, IReadOnlyList<string> RolesToGive, PageQuery Query);

/// <summary>The requests to join a scope, and the answers to them.</summary>
internal sealed class RequestPages(ScopeDesk desk, MemberAdministration members)
{
    private const string List = ScopeLinks.Section + "/{scope}/requests";

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.ServiceProvider.GetRequiredService<RequestPages>();
        routes.MapGet(List, pages.ListAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(List + "/accept", pages.AcceptAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(List + "/reject", pages.RejectAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
    }

    private async Task ListAsync(HttpContext context)
    {
        if (await desk.OpenAsync(context) is { } visit)
        {
            await WriteAsync(visit);
        }
    }

    private async Task AcceptAsync(HttpContext context)
    {
        if (await desk.ReceiveAsync(context) is not { } visit)
        {
            return;
        }

        var refusal = visit.Visit.Read("until", out var until)
            ?? (await members.AcceptAsync(
                visit.Actor, visit.Path, visit.Visit.Subject, visit.Visit.Roles, until, visit.Visit.IfMatch, visit.Aborted)).Refusal;
        await (refusal is null ? visit.DoneAsync("requests", "accepted") : WriteAsync(visit.Refused(refusal)));
    }

    private async Task RejectAsync(HttpContext context)
    {
        if (await desk.ReceiveAsync(context) is not { } visit)
        {
            return;
        }

        var result = await members.RejectAsync(visit.Actor, visit.Path, visit.Visit.Subject, visit.Visit.Sent("message"), visit.Visit.IfMatch, visit.Aborted);
        await (result.IsDone ? visit.DoneAsync("requests", "rejected") : WriteAsync(visit.Refused(result.Refusal)));
    }

    private async Task WriteAsync(ScopeVisit visit)
    {
        var list = await members.ListRequestsAsync(visit.Actor, visit.Path, visit.Visit.Part, visit.Aborted);
        await (list.IsDone
            ? desk.WriteAsync<RequestsPage, RequestsModel>(
                visit, "requests", $"Requests to join {visit.Scope.Scope.DisplayName}", new RequestsModel(visit.Scope, list.Value, visit.RolesToGive, visit.Visit.Query))
            : PageDesk.RefuseAsync(visit.Visit, list.Refusal));
    }
}
