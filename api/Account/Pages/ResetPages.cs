using Microsoft.AspNetCore.Components;
using Platform.Api.Http;
using Platform.Api.Http.Access;
using Platform.Api.Http.Pages.Components;
using Platform.Api.Http.Wire;
using Platform.Api.Sessions;
using Platform.Grains.Administration;
using Platform.Grains.Administration.Users;

namespace Platform.Api.Account.Pages;

/// <summary>A reset link, opened.</summary>
/// <param name="UserName">Whose password was set; null: none was yet.</param>
public sealed record ResetModel(string? UserName);

/// <summary>
/// Setting a password with the link that an administrator made. Who opens it has no session; what opens it stands behind the <c>#</c> of the
/// link, which browsers send to nobody, so that it is in no log.
/// </summary>
internal sealed class ResetPages(ComponentPages pages, OwnAccount account, Forgery forgery)
{
    /// <summary>Its address.</summary>
    public const string Local = AccountDesk.Root + "/reset";

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoints = routes.ServiceProvider.GetRequiredService<ResetPages>();
        routes.MapGet(Local, context => endpoints.WriteAsync(context, null, null)).ForAnyone().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(Local, endpoints.SetAsync).ForAnyone().Offering(Offers.Page).ExcludeFromDescription();
    }

    private async Task SetAsync(HttpContext context)
    {
        var (form, malformed) = await RequestParameters.ReadFormAsync(context.Request);
        if (malformed is not null)
        {
            await Problems.WriteAsync(context, malformed);
            return;
        }

        if (!await forgery.IsOwnLoginFormAsync(context))
        {
            await Problems.WriteAsync(context, SessionErrors.Forged);
            return;
        }

        // A whole link is as good as its end.
        var token = form.Find("token")?.Trim() ?? "";
        token = token[(token.LastIndexOf('#') + 1)..];
        var password = form.Find("password") ?? "";
        var result = password == (form.Find("again") ?? "")
            ? await account.UseResetLinkAsync(token, password, context.ClientAddress(), context.RequestAborted)
            : AdministrationRefusal.Invalid("again", "These are two different passwords.");
        await (result.IsDone
            ? WriteAsync(context, null, result.Value.UserName)
            : WriteAsync(context, result.Refusal.Kind == RefusalKind.NotFound ? result.Refusal with { Field = "token" } : result.Refusal, null, form));
    }

    private Task WriteAsync(HttpContext context, AdministrationRefusal? refusal, string? userName, Parameters? form = null)
    {
        var frame = new PageFrame
        {
            Context = context,
            Title = "Set your password",
            Area = Places.Account,
            Navigation = [],
            Places = [],
            Refusal = refusal,
            Typed = refusal is null ? null : form?.All,
            SentTo = HttpMethods.IsPost(context.Request.Method) ? Local : null,
            Antiforgery = new MarkupString(forgery.FormField(context).ToString()),
        };
        return pages.WriteAsync<ResetPage, ResetModel>(frame, refusal is null ? 200 : PageVisit.StatusOf(refusal.Kind), new ResetModel(userName));
    }
}
