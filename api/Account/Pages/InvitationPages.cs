using Platform.Api.Http.Access;
using Platform.Api.Http.Pages.Components;
using Platform.Api.Http.Wire;
using Platform.Grains.Administration.Members;

namespace Platform.Api.Account.Pages;

/// <summary>An invitation, looked at before it is used.</summary>
/// <param name="Invitation">What it is for; null: none was looked up yet.</param>
/// <param name="ScopeName">The scope's name.</param>
/// <param name="Secret">What opens it, to be sent back; null: none.</param>
public sealed record InvitationModel(Invitation? Invitation, string? ScopeName, string? Secret);

/// <summary>
/// Using an invitation. What opens it stands behind the <c>#</c> of its link, which browsers send to nobody, so that it is in no log; the script
/// puts it into the form, and without script it is pasted.
/// </summary>
internal sealed class InvitationPages(AccountDesk desk, Admissions admissions)
{
    private const string Section = AccountDesk.Root + "/invitation";

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.ServiceProvider.GetRequiredService<InvitationPages>();
        routes.MapGet(Section, pages.ShowAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(Section, pages.FindAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(Section + "/accept", pages.AcceptAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
    }

    private async Task ShowAsync(HttpContext context)
    {
        if (await desk.OpenAsync(context) is { } visit)
        {
            await WriteAsync(visit, new InvitationModel(null, null, null));
        }
    }

    private async Task FindAsync(HttpContext context)
    {
        if (await desk.ReceiveAsync(context) is not { } visit)
        {
            return;
        }

        var secret = visit.Sent("secret") ?? "";

        // A whole link is as good as its end.
        secret = secret[(secret.LastIndexOf('#') + 1)..];
        var found = await admissions.FindInvitationAsync(visit.Actor, secret, visit.Aborted);
        await (found.IsDone
            ? WriteAsync(visit, new InvitationModel(found.Value, visit.Access.Scopes.Find(found.Value.Scope)?.DisplayName ?? found.Value.Scope.Name, secret))
            : WriteAsync(visit.Refused(found.Refusal with { Field = "secret" }), new InvitationModel(null, null, null)));
    }

    private async Task AcceptAsync(HttpContext context)
    {
        if (await desk.ReceiveAsync(context) is not { } visit)
        {
            return;
        }

        var result = await admissions.AcceptInvitationAsync(visit.Actor, visit.Sent("secret") ?? "", visit.Aborted);
        await (result.IsDone
            ? PageDesk.DoneAsync(visit, AccountDesk.Root, "joined")
            : WriteAsync(visit.Refused(result.Refusal), new InvitationModel(null, null, null)));
    }

    private Task WriteAsync(PageVisit visit, InvitationModel model) =>
        desk.WriteAsync<InvitationPage, InvitationModel>(visit, Section, "Use an invitation", model);
}
