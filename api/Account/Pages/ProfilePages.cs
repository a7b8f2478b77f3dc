using System.Net;
using Platform.Api.Http.Access;
using Platform.Api.Http.Pages;
using Platform.Api.Http.Pages.Components;
using Platform.Api.Http.Wire;
using Platform.Grains.Administration;
using Platform.Grains.Administration.Users;
using Platform.Grains.Users;

namespace Platform.Api.Account.Pages;

/// <summary>A user's own profile.</summary>
/// <param name="User">Who.</param>
/// <param name="IsLocal">Whether the platform keeps profile and password, and they can be changed here.</param>
public sealed record ProfileModel(UserSnapshot User, bool IsLocal);

/// <summary>A user's own profile and password. The present password is asked for before it is changed.</summary>
internal sealed class ProfilePages(AccountDesk desk, OwnAccount account)
{
    private const string Section = AccountDesk.Root + "/profile";

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.ServiceProvider.GetRequiredService<ProfilePages>();
        routes.MapGet(Section, pages.ShowAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(Section, pages.ChangeAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(Section + "/password", pages.ChangePasswordAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
    }

    private async Task ShowAsync(HttpContext context)
    {
        if (await desk.OpenAsync(context) is { } visit)
        {
            await WriteAsync(visit);
        }
    }

    private async Task ChangeAsync(HttpContext context)
    {
        if (await desk.ReceiveAsync(context) is not { } visit)
        {
            return;
        }

        // A mail address is where a way back into the account may lead one day: it takes the password, as the password itself does.
        var refusal = await account.ConfirmAsync(visit.Actor, visit.Form.Find("presentPassword") ?? "", From(context), visit.Aborted)
            ?? (await account.ChangeProfileAsync(
                visit.Actor, new ProfileChange(visit.Sent("displayName") ?? "", visit.Sent("mail") ?? ""), null, visit.Aborted)).Refusal;
        await (refusal is null ? PageDesk.DoneAsync(visit, Section, "saved") : WriteAsync(visit.Refused(refusal)));
    }

    private async Task ChangePasswordAsync(HttpContext context)
    {
        if (await desk.ReceiveAsync(context) is not { } visit)
        {
            return;
        }

        var password = visit.Form.Find("password") ?? "";
        var refusal = password != (visit.Form.Find("again") ?? "")
            ? AdministrationRefusal.Invalid("again", "These are two different passwords.")
            : (await account.ChangePasswordAsync(visit.Actor, visit.Form.Find("presentPassword") ?? "", password, From(context), visit.Aborted)).Refusal;

        // A new password ends all sessions that began under the old one, this one among them.
        await (refusal is not null
            ? WriteAsync(visit.Refused(refusal))
            : Page.WriteAsync(context, StatusCodes.Status200OK, "Your password was changed", Html.Of($"""
                <p role="status">All your sessions ended.</p>
                <p><a class="button" href="/login">Log in with the new password</a></p>
                """)));
    }

    private Task WriteAsync(PageVisit visit) => desk.WriteAsync<ProfilePage, ProfileModel>(
        visit, Section, "Profile and password", new ProfileModel(visit.Caller.Live.User, visit.User.Directory == UserKey.Local));

    private static IPAddress From(HttpContext context) => context.Connection.RemoteIpAddress ?? IPAddress.None;
}
