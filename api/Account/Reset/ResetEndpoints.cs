using Platform.Api.Administration.Http;
using Platform.Api.Http;
using Platform.Api.Http.Access;
using Platform.Api.Http.OpenApi;
using Platform.Api.Http.Wire;
using Platform.Api.Sessions;
using Platform.Grains.Administration.Users;

namespace Platform.Api.Account.Reset;

/// <summary>
/// Setting a password with a reset link, for programs; people open the link (<see cref="Pages.ResetPages"/>). The link itself is the right to it:
/// nobody is logged in, and another site cannot know it.
/// </summary>
internal sealed class ResetEndpoints(OwnAccount accounts)
{
    private const string Api = "/account/api/reset-password";
    private const int MaxBytes = 8 * 1024;

    /// <summary>The page for a link. What opens it stands behind the <c>#</c>, which browsers send to nobody: it is in no log.</summary>
    public static string LinkTo(string token) => $"{Pages.ResetPages.Local}#{token}";

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoints = new ResetEndpoints(routes.ServiceProvider.GetRequiredService<OwnAccount>());
        routes.MapPost(Api, endpoints.PostJsonAsync).ForAnyoneUnseen().Offering(Offers.Own)
            .Describe("ResetPassword", "Sets the password with a reset link's token, once; all sessions and tokens of the user are over.", endpoints.PostJsonAsync, 204, 400, 404, 413, 415, 503)
            .TakesDocument("application/json", required: true);
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

    private sealed record ResetBody(string Token, string Password)
    {
        public override string ToString() => "reset";
    }
}
