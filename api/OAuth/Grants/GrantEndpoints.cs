using Platform.Api.Http;
using Platform.Api.Http.Access;
using Platform.Api.Http.OpenApi;
using Platform.Api.Http.Pages;
using Platform.Api.Http.Wire;
using Platform.Api.Sessions;
using Platform.Grains.Audit;
using Platform.Grains.Cluster;
using Platform.Grains.OAuth;

namespace Platform.Api.OAuth.Grants;

/// <summary>What a user gave to clients: listed, and taken back. Taking back ends all tokens of the client at once.</summary>
internal sealed class GrantEndpoints(IOAuthCheck check, IPlatformGrains grains, IAuditLog audit, Forgery forgery)
{
    /// <summary>The list's address.</summary>
    public const string Path = "/grants";

    private const string WithdrawPath = Path + "/withdraw";

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoints = routes.ServiceProvider.GetRequiredService<GrantEndpoints>();
        routes.MapMethods(Path, ["GET", "HEAD"], endpoints.ListAsync).ForSession().Offering(Offers.JsonFirstOrPage)
            .Describe("ListGrants", "What the caller gave to applications, ordered by application.", endpoints.ListAsync, 200, 401, 503);
        routes.MapDelete(Path + "/{**client}", endpoints.WithdrawAsync).ForSession().Offering(Offers.Own)
            .Describe("WithdrawGrant", "Takes all back from an application, which ends its tokens at once.", endpoints.WithdrawAsync, 204, 401, 403, 404, 503);
        routes.MapPost(WithdrawPath, endpoints.WithdrawWithFormAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
    }

    private async Task ListAsync(HttpContext context)
    {
        var given = await check.ReadGrantsAsync(context.GetCaller().Live.User.Key, context.RequestAborted);
        var list = new List<GivenAccess>();
        foreach (var grant in given.Grants)
        {
            list.Add(new GivenAccess(grant, await check.DescribeClientAsync(grant.Client, context.RequestAborted)));
        }

        await (context.Format() == WireFormat.Html ? GrantsPage.WriteAsync(context, forgery, list) : Answer.WriteAsync(context, GrantDocuments.Grants, list));
    }

    private async Task WithdrawAsync(HttpContext context)
    {
        if (Forgery.IsForeign(context))
        {
            await Problems.WriteAsync(context, HttpErrors.CrossSite);
        }
        else if (!await TryWithdrawAsync(context, context.Request.RouteValues["client"] as string))
        {
            await Problems.WriteAsync(context, GrantErrors.NoSuchGrant);
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
    }

    private async Task WithdrawWithFormAsync(HttpContext context)
    {
        var (form, refusal) = await RequestParameters.ReadFormAsync(context.Request);
        if (refusal is not null)
        {
            await Problems.WriteAsync(context, refusal);
        }
        else if (!await forgery.IsOwnFormAsync(context))
        {
            await Problems.WriteAsync(context, SessionErrors.Forged);
        }
        else if (!await TryWithdrawAsync(context, form.Find("client")))
        {
            await Problems.WriteAsync(context, GrantErrors.NoSuchGrant);
        }
        else
        {
            await Links.SeeOther(context, Links.To(context, Path));
        }
    }

    private async ValueTask<bool> TryWithdrawAsync(HttpContext context, string? text)
    {
        var caller = context.GetCaller();
        if (!ClientId.TryParse(text, out var client) || !await grains.UserGrants(caller.Live.User.Key).WithdrawAsync(client))
        {
            return false;
        }

        await audit.RecordAsync(
            new AuditEntry(AuditActions.WithdrawGrant, AuditEntry.Ok, caller.Subject, $"client:{client}", context.ClientAddress()), CancellationToken.None);
        return true;
    }
}

/// <summary>What one client was given, and who it is.</summary>
/// <param name="Grant">What it was given.</param>
/// <param name="Client">Who it is; null where it is no longer there.</param>
internal sealed record GivenAccess(GrantSnapshot Grant, ClientSnapshot? Client);

/// <summary>The errors of grants.</summary>
internal static class GrantErrors
{
    public static readonly ErrorCode NoSuchGrant = new("no-such-grant", "You gave nothing to such an application.", 404);
}
