using Platform.Api.Administration.Http;
using Platform.Api.Http;
using Platform.Api.Http.Access;
using Platform.Api.Http.OpenApi;
using Platform.Api.Http.Pages;
using Platform.Api.Http.Wire;
using Platform.Api.Sessions;
using Platform.Grains.Administration;
using Platform.Grains.Administration.Users;

namespace Platform.Api.Account.Reset;

/// <summary>
/// Where a reset link leads. Loading the page uses nothing up, so that a mail scanner does not; the form does. The link itself is the right to it:
/// nobody is logged in, and another site cannot know it.
/// </summary>
internal sealed class ResetEndpoints(OwnAccount accounts)
{
    private const string Page = "/account/reset";
    private const string Api = "/account/api/reset-password";
    private const int MaxBytes = 8 * 1024;

    /// <summary>The page for a link.</summary>
    public static string LinkTo(string token) => $"{Page}?token={Uri.EscapeDataString(token)}";

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoints = new ResetEndpoints(routes.ServiceProvider.GetRequiredService<OwnAccount>());
        routes.MapGet(Page, endpoints.GetAsync).ForAnyoneUnseen().Offering(Offers.Page)
            .Describe("GetResetPage", "The page that a reset link leads to; loading it uses nothing up.", endpoints.GetAsync, 200, 404, 503)
            .TakesQuery("token", "What the link carries.", required: true);
        routes.MapPost(Page, endpoints.PostAsync).ForAnyoneUnseen().Offering(Offers.Page)
            .Describe("ResetPasswordByPage", "Sets the password, once for each link.", endpoints.PostAsync, 200, 400, 404, 503)
            .TakesForm("token", "password", "repeated");
        routes.MapPost(Api, endpoints.PostJsonAsync).ForAnyoneUnseen().Offering(Offers.Own)
            .Describe("ResetPassword", "Sets the password with a reset link's token, once; all sessions and tokens of the user are over.", endpoints.PostJsonAsync, 204, 400, 404, 413, 415, 503)
            .TakesDocument("application/json", required: true);
    }

    private async Task GetAsync(HttpContext context)
    {
        var (query, _) = RequestParameters.ReadQuery(context.Request);
        await ShowAsync(context, StatusCodes.Status200OK, query.Find("token") ?? "", null);
    }

    private async Task PostAsync(HttpContext context)
    {
        var (form, refusal) = await RequestParameters.ReadFormAsync(context.Request);
        if (refusal is not null)
        {
            await Problems.WriteAsync(context, refusal);
            return;
        }

        var token = form.Find("token") ?? "";
        var password = form.Find("password") ?? "";
        if (password != form.Find("repeated"))
        {
            await ShowAsync(context, StatusCodes.Status400BadRequest, token, "The passwords are not the same.");
            return;
        }

        var result = await accounts.UseResetLinkAsync(token, password, context.ClientAddress(), context.RequestAborted);
        if (result.IsDone)
        {
            await Http.Pages.Page.WriteAsync(context, StatusCodes.Status200OK, "Password set", Html.Of($"""
                <p>Your password is set. You were logged out everywhere.</p>
                <p><a class="button" href="{Links.To(context, "/login")}">Log in</a></p>
                """));
        }
        else if (result.Refusal.Kind == RefusalKind.Invalid)
        {
            await ShowAsync(context, StatusCodes.Status400BadRequest, token, result.Refusal.Message);
        }
        else
        {
            await Problems.WriteAsync(context, AdministrationErrors.Of(result.Refusal));
        }
    }

    private async Task PostJsonAsync(HttpContext context)
    {
        if (!context.Request.HasJsonContentType())
        {
            await Problems.WriteAsync(context, HttpErrors.UnsupportedMediaType, "The body is application/json, in UTF-8.");
            return;
        }

        if (await LimitedBody.ReadAsync(context, MaxBytes) is not { } bytes)
        {
            await Problems.WriteAsync(context, HttpErrors.BodyTooLarge);
            return;
        }

        var (body, refusal) = AdministrationJson.Read<ResetBody>(bytes);
        if (body is null)
        {
            await Problems.WriteAsync(context, refusal!);
            return;
        }

        var result = await accounts.UseResetLinkAsync(body.Token, body.Password, context.ClientAddress(), context.RequestAborted);
        await (result.IsDone ? AdministrationAnswer.Done().WriteAsync(context, null) : Problems.WriteAsync(context, AdministrationErrors.Of(result.Refusal)));
    }

    private async Task ShowAsync(HttpContext context, int status, string token, string? error)
    {
        var found = await accounts.FindByResetLinkAsync(token, context.RequestAborted);
        if (!found.IsDone)
        {
            await Problems.WriteAsync(context, AdministrationErrors.Of(found.Refusal));
            return;
        }

        // Nothing of this page, its address least of all, goes to another one.
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        var wrong = error is null ? Html.Empty : Html.Of($"""<p class="error" role="alert">{error}</p>""");
        await Http.Pages.Page.WriteAsync(context, status, "Set your password", Html.Of($"""
            {wrong}
            <p>For the account {found.Value.UserName}. You are logged out everywhere when it is set.</p>
            <form method="post" action="{Links.To(context, Page)}">
            <input type="hidden" name="token" value="{token}">
            <input type="text" name="username" value="{found.Value.UserName}" autocomplete="username" readonly hidden aria-hidden="true">
            <label for="password">New password</label>
            <input id="password" name="password" type="password" autocomplete="new-password" required autofocus>
            <label for="repeated">Once more</label>
            <input id="repeated" name="repeated" type="password" autocomplete="new-password" required>
            <p class="actions"><button type="submit">Set it</button></p>
            </form>
            """));
    }

    private sealed record ResetBody(string Token, string Password)
    {
        public override string ToString() => "reset";
    }
}
