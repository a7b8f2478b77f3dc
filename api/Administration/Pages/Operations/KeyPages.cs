using Platform.Api.Http.Access;
using Platform.Api.Http.Pages.Components;
using Platform.Api.Http.Wire;
using Platform.Grains.Administration.Keys;

namespace Platform.Api.Administration.Pages.Operations;

/// <summary>The keys that tokens are signed with.</summary>
internal sealed class KeyPages(ConsoleDesk desk, KeyAdministration keys)
{
    private const string Section = ConsoleDesk.Root + "/keys";

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.ServiceProvider.GetRequiredService<KeyPages>();
        routes.MapGet(Section, pages.ShowAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(Section, pages.RotateAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
    }

    private async Task ShowAsync(HttpContext context)
    {
        if (await desk.OpenAsync(context) is { } visit)
        {
            await WriteAsync(visit);
        }
    }

    private async Task RotateAsync(HttpContext context)
    {
        if (await desk.ReceiveAsync(context) is not { } visit)
        {
            return;
        }

        var result = await keys.RotateAsync(visit.Actor, visit.Aborted);
        await (result.IsDone ? PageDesk.DoneAsync(visit, Section, "rotated") : WriteAsync(visit.Refused(result.Refusal)));
    }

    private async Task WriteAsync(PageVisit visit)
    {
        var list = await keys.ListAsync(visit.Actor, visit.Aborted);
        await (list.IsDone
            ? desk.WriteAsync<KeysPage, AdministeredKeys>(visit, Section, "Signing keys", list.Value)
            : PageDesk.RefuseAsync(visit, list.Refusal));
    }
}
