using Platform.Api.Administration.Pages.Scopes;
using Platform.Api.Http.Access;
using Platform.Api.Http.Pages.Components;
using Platform.Api.Http.Wire;
using Platform.Api.OAuth;
using Platform.Grains.Administration;
using Platform.Grains.Administration.Members;
using Platform.Grains.Administration.Scopes;

namespace Platform.Api.Administration.Pages.Members;

/// <summary>The invitations into a scope.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="Invitations">A part of those that can still be used.</param>
/// <param name="Link">The link of the one that was just made, shown this once; null: none was.</param>
/// <param name="RolesToGive">The roles that the caller may give.</param>
/// <param name="Query">The query.</param>
public sealed record InvitationsModel(
    AdministeredScope Scope, Page<Invitation> Invitations, string? Link, IReadOnlyList<string> RolesToGive, PageQuery Query);

/// <summary>Invitations into a scope: made, listed, taken back.</summary>
internal sealed class InvitationPages(ScopeDesk desk, InvitationAdministration invitations, Issuer issuer)
{
    private const string List = ScopeLinks.Section + "/{scope}/invitations";

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.ServiceProvider.GetRequiredService<InvitationPages>();
        routes.MapGet(List, pages.ListAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(List, pages.InviteAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(List + "/revoke", pages.RevokeAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
    }

    private async Task ListAsync(HttpContext context)
    {
        if (await desk.OpenAsync(context) is { } visit)
        {
            await WriteAsync(visit, null);
        }
    }

    private async Task InviteAsync(HttpContext context)
    {
        if (await desk.ReceiveAsync(context) is not { } visit)
        {
            return;
        }

        if ((visit.Visit.Read("endsAt", out var endsAt) ?? visit.Visit.Read("memberUntil", out _)) is { } refusal)
        {
            await WriteAsync(visit.Refused(refusal), null);
            return;
        }

        _ = visit.Visit.Read("memberUntil", out var until);
        var wanted = new NewInvitation { Roles = visit.Visit.Roles, EndsAt = endsAt, MemberUntil = until, Note = visit.Visit.Sent("note") };
        var result = await invitations.InviteAsync(visit.Actor, visit.Path, wanted, visit.Aborted);

        // The answer is the page: the link is nowhere else, and no redirect carries it.
        await (result.IsDone
            ? WriteAsync(visit, issuer.At("/account/invitation") + "#" + result.Value.Secret)
            : WriteAsync(visit.Refused(result.Refusal), null));
    }

    private async Task RevokeAsync(HttpContext context)
    {
        if (await desk.ReceiveAsync(context) is not { } visit)
        {
            return;
        }

        var result = await invitations.RevokeAsync(visit.Actor, visit.Path, visit.Visit.Subject, visit.Aborted);
        await (result.IsDone ? visit.DoneAsync("invitations", "withdrawn") : WriteAsync(visit.Refused(result.Refusal), null));
    }

    private async Task WriteAsync(ScopeVisit visit, string? link)
    {
        var list = await invitations.ListAsync(visit.Actor, visit.Path, visit.Visit.Part, visit.Aborted);
        await (list.IsDone
            ? desk.WriteAsync<InvitationsPage, InvitationsModel>(
                visit,
                "invitations",
                $"Invitations into {visit.Scope.Scope.DisplayName}",
                new InvitationsModel(visit.Scope, list.Value, link, visit.RolesToGive, visit.Visit.Query),
                link is null ? null : "The invitation is made.")
            : PageDesk.RefuseAsync(visit.Visit, list.Refusal));
    }
}
