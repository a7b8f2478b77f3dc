using System.Text;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.Options;
using Platform.Api.Http;
using Platform.Api.Http.Access;
using Platform.Api.Http.OpenApi;
using Platform.Api.Http.Wire;
using Platform.Api.OAuth;
using Platform.Api.Sessions;
using Platform.Grains.Resources;

namespace Platform.Api.Resources;

/// <summary>JSON documents in the scope of the caller: the route table, and reading. Changes are in <see cref="ResourceChanges"/>.</summary>
internal sealed class ResourceEndpoints(IResourceReader reader, ResourceViews views, Challenges challenges, TimeProvider time)
{
    private const string PatchMediaType = "application/merge-patch+json";

    /// <summary>Maps the documents, and those that answer at a path of their own too.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        const string one = "/resources/{**path}";
        var reading = routes.ServiceProvider.GetRequiredService<ResourceEndpoints>();
        var changing = routes.ServiceProvider.GetRequiredService<ResourceChanges>();
        ResourceListing.Map(routes);
        routes.MapMethods(one, ["GET", "HEAD"], reading.GetAsync).ForAnyone().Offering(Offers.Own)
            .Describe("GetResource", "A document: public ones without a login, others with a session or a token for 'read'.", reading.GetAsync, 200, 304, 400, 401, 403, 404, 503)
            .TakesQuery("scope", "The scope, where neither session nor token says one.")
            .TakesQuery("meta", "true: who reads it, who changed it last and when, instead of the document.")
            .TakesHeader("If-None-Match", "304 where the document still has this entity tag.")
            .ShowsMoreFor(OAuthScopes.Read).AnswersDocument();
        routes.MapPost(one, changing.PostAsync).ForPrincipal().Offering(Offers.Own)
            .Describe("PostResource", "With a body: stores the document and returns it. Without one: the document, which needs a session or token even where it is public.", changing.PostAsync, 200, 201, 400, 401, 403, 404, 409, 412, 413, 415, 422, 503)
            .TakesQuery("scope", "The scope, where neither session nor token says one.")
            .TakesDocument("application/json", required: false).TakesChangeHeaders().AnswersDocument();
        routes.MapPut(one, changing.PutAsync).ForPrincipal(OAuthScopes.Write).Offering(Offers.Own)
            .Describe("PutResource", "Stores the document in the caller's scope; If-Match and If-None-Match guard against overwriting.", changing.PutAsync, 201, 204, 400, 401, 403, 409, 412, 413, 415, 422, 503)
            .TakesQuery("scope", "The scope, where neither session nor token says one.")
            .TakesDocument("application/json", required: true).TakesChangeHeaders();
        routes.MapPatch(one, changing.PatchAsync).ForPrincipal(OAuthScopes.Write).Offering(Offers.Own)
            .Describe("PatchResource", "Changes members of the document (RFC 7396); one placed above is copied into the caller's scope.", changing.PatchAsync, 200, 201, 400, 401, 403, 404, 409, 412, 413, 415, 422, 503)
            .TakesQuery("scope", "The scope, where neither session nor token says one.")
            .TakesDocument(PatchMediaType, required: true).TakesChangeHeaders().AnswersDocument();
        routes.MapDelete(one, changing.DeleteAsync).ForPrincipal(OAuthScopes.Write).Offering(Offers.Own)
            .Describe("DeleteResource", "Removes the document from the caller's scope.", changing.DeleteAsync, 204, 400, 401, 403, 404, 409, 412, 503)
            .TakesQuery("scope", "The scope, where neither session nor token says one.");
        foreach (var alias in routes.ServiceProvider.GetRequiredService<IOptions<ResourceOptions>>().Value.Aliases)
        {
            MapAlias(routes, alias, reading, changing);
        }
    }

    /// <summary>The path in the request's route; null where it does not follow the grammar.</summary>
    public static ResourcePath? FindPath(HttpContext context) =>
        ResourcePath.TryParse(context.Request.RouteValues["path"] as string, out var path) ? path : null;

    /// <summary>Answers with a document.</summary>
    public static Task WriteAsync(HttpContext context, int status, ResourceView view, ResourceSnapshot resource)
    {
        var response = context.Response;
        ResourceHeaders.Write(response.Headers, view, resource);

        // Opened in a browser, a document is inert whatever it says.
        response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox; frame-ancestors 'none'";
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.ContentLength = Encoding.UTF8.GetByteCount(resource.Content);
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            Encoding.UTF8.GetBytes(resource.Content, response.BodyWriter);
        }

        return Task.CompletedTask;
    }

    /// <summary>The nearest document that the view shows; null where there is none, or the request has been answered with an error.</summary>
    /// <param name="context">The request.</param>
    /// <param name="view">What it sees.</param>
    /// <param name="path">Where the document is.</param>
    /// <param name="secured">Whether it is read as somebody who logged in, also where it is public.</param>
    public async Task<ResourceSnapshot?> FindAsync(HttpContext context, ResourceView view, ResourcePath path, bool secured)
    {
        var nearest = (await reader.FindAsync(view.Scope.Path, path, context.RequestAborted)).FirstOrDefault(view.Shows);
        if (nearest is null)
        {
            await RefuseAsync(context, view);
            return null;
        }

        if ((secured || nearest.Visibility != ResourceVisibility.Public) && view.IsStaleFor(nearest, time.GetUtcNow()))
        {
            await challenges.RequireFreshLoginAsync(context, nearest.MaxAuthenticationAge.GetValueOrDefault());
            return null;
        }

        return nearest;
    }

    private static void MapAlias(IEndpointRouteBuilder routes, string alias, ResourceEndpoints reading, ResourceChanges changing)
    {
        var pattern = RoutePatternFactory.Parse("/" + alias, new { path = alias }, null);
        Map(["GET", "HEAD"], reading.GetAsync).ForAnyone();
        Map(["POST"], changing.PostAsync).ForPrincipal();
        Map(["PUT"], changing.PutAsync).ForPrincipal(OAuthScopes.Write);
        Map(["PATCH"], changing.PatchAsync).ForPrincipal(OAuthScopes.Write);
        Map(["DELETE"], changing.DeleteAsync).ForPrincipal(OAuthScopes.Write);

        IEndpointConventionBuilder Map(string[] methods, RequestDelegate handler) =>
            routes.Map(pattern, handler).WithMetadata(new HttpMethodMetadata(methods)).Offering(Offers.Own);
    }

    private async Task GetAsync(HttpContext context)
    {
        var (query, refusal) = RequestParameters.ReadQuery(context.Request);
        var meta = query.Find("meta");
        if (refusal is null && meta is not (null or "true" or "false"))
        {
            refusal = new Problem(HttpErrors.MalformedRequest, "meta is true or false.", "query parameter meta");
        }

        if (refusal is null && !EntityTags.TryParse(context.Request.Headers.IfNoneMatch, out _))
        {
            refusal = new Problem(SessionErrors.MalformedCondition, Place: "header If-None-Match");
        }

        if (refusal is null && FindPath(context) is null)
        {
            refusal = new Problem(ResourceErrors.MalformedPath, $"Here {ResourcePath.Grammar}.");
        }

        if (refusal is not null)
        {
            await Problems.WriteAsync(context, refusal);
        }
        else if (await views.ForReadingAsync(context, query) is { } view
            && await FindAsync(context, view, FindPath(context).GetValueOrDefault(), secured: false) is { } resource)
        {
            await AnswerAsync(context, view, resource, meta == "true");
        }
    }

    private static Task AnswerAsync(HttpContext context, ResourceView view, ResourceSnapshot resource, bool meta)
    {
        ResourceHeaders.Write(context.Response.Headers, view, resource);
        if (meta)
        {
            return Answer.WriteAsync(context, WireFormat.Json, ResourceDocuments.Entry, (resource, view));
        }

        EntityTags.TryParse(context.Request.Headers.IfNoneMatch, out var known);
        if (known is not null && (known.Any || known.All.Contains(resource.Tag)))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        return WriteAsync(context, StatusCodes.Status200OK, view, resource);
    }

    /// <summary>
    /// Hidden and absent are one answer to each caller: to nobody in particular that a login might help, to a token for something else that
    /// another might, to everybody else that there is nothing.
    /// </summary>
    private Task RefuseAsync(HttpContext context, ResourceView view) => context.FindPrincipal() switch
    {
        null => challenges.RequireLoginAsync(context, OAuthScopes.Read, AccessErrors.LoginRequired),
        { } principal when view.Insider is not null && !principal.Allows(OAuthScopes.Read) => challenges.RequireOAuthScopeAsync(context, OAuthScopes.Read),
        _ => Problems.WriteAsync(context, ResourceErrors.NoSuchResource),
    };
}

/// <summary>What the requests that change a document have in common.</summary>
internal static class ResourceDescriptions
{
    /// <summary>The headers that stand beside a document that is stored.</summary>
    public static IEndpointConventionBuilder TakesChangeHeaders(this IEndpointConventionBuilder builder) => builder
        .TakesHeader("If-Match", "The entity tag that the document has to have; *: it has to be there.")
        .TakesHeader("If-None-Match", "*: the document must not be there.")
        .TakesHeader(ResourceHeaders.Visibility, "Who reads it: public, members (the default), managers.")
        .TakesHeader(ResourceHeaders.MaxAuthenticationAge, "How many seconds ago those who read or change it may have logged in; none: it does not matter.");
}
