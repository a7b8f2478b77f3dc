using Platform.Api.Http;
using Platform.Api.Http.Access;
using Platform.Api.Http.OpenApi;
using Platform.Api.Http.Wire;
using Platform.Api.OAuth;
using Platform.Grains.Scopes;
using Platform.Grains.Sessions;

namespace Platform.Api.Scopes;

/// <summary>The scopes that a caller finds: gCube's list, and the modern twin.</summary>
internal sealed class ScopeEndpoints(ISessionCheck sessions, TimeProvider time)
{
    /// <summary>Maps the lists.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoints = routes.ServiceProvider.GetRequiredService<ScopeEndpoints>();
        routes.MapMethods("/ListInfrastructureScopes", ["GET", "HEAD"], endpoints.ListForGCubeAsync).ForAnyone().Offering(Offers.XmlFirst)
            .Describe("ListInfrastructureScopes", "The caller's scopes, or those open to anonymous callers.", endpoints.ListForGCubeAsync, 200, 400, 503)
            .TakesQuery("details", "true: with name, type, parent and description.");
        routes.MapMethods("/scopes", ["GET", "HEAD"], endpoints.ListAsync).ForAnyone().Offering(Offers.JsonFirst)
            .Describe("ListScopes", "The caller's scopes, ordered by name, with the caller's roles.", endpoints.ListAsync, 200, 503);
        routes.MapMethods("/scopes/{**path}", ["GET", "HEAD"], endpoints.GetAsync).ForAnyone().Offering(Offers.JsonFirst)
            .Describe("GetScope", "One scope.", endpoints.GetAsync, 200, 404, 503);
    }

    private async Task ListForGCubeAsync(HttpContext context)
    {
        var (query, refusal) = RequestParameters.ReadQuery(context.Request);
        var details = query.Find("details");
        if (refusal is null && details is not null && !bool.TryParse(details, out _))
        {
            refusal = new Problem(HttpErrors.MalformedRequest, "details is true or false.", "query parameter details");
        }

        if (refusal is not null)
        {
            await Problems.WriteAsync(context, refusal);
            return;
        }

        var document = details is not null && bool.Parse(details) ? ScopeDocuments.Details : ScopeDocuments.ShortList;
        await Answer.WriteAsync(context, document, [.. (await AccessAsync(context)).Listed()]);
    }

    private async Task ListAsync(HttpContext context)
    {
        var access = await AccessAsync(context);
        await Answer.WriteAsync(context, ScopeDocuments.List, ([.. access.Listed()], access));
    }

    /// <summary>Members of a hidden scope know of it, so they may look at it, though it is in no list of theirs.</summary>
    private async Task GetAsync(HttpContext context)
    {
        var access = await AccessAsync(context);
        if (!ScopePath.TryParse("/" + context.Request.RouteValues["path"], out var path)
            || access.Scopes.Find(path) is not { } scope
            || !(access.Lists(scope) || access.MayEnter(path)))
        {
            await Problems.WriteAsync(context, ScopeErrors.NoSuchScope);
            return;
        }

        await Answer.WriteAsync(context, ScopeDocuments.One, (scope, access));
    }

    /// <summary>A token that is for less than knowing its user's VOs and VREs finds what everybody finds.</summary>
    private async ValueTask<ScopeAccess> AccessAsync(HttpContext context) =>
        context.FindPrincipal() is { } principal && (principal.Allows(OAuthScopes.Groups) || principal.Allows(OAuthScopes.Read))
        ? principal.Access
        : ScopeAccess.Anonymous(await sessions.ReadScopesAsync(context.RequestAborted), time.GetUtcNow());
}
