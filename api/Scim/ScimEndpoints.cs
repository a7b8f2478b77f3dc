using System.Text.Json.Nodes;
using Platform.Api.Http;
using Platform.Api.Http.Access;
using Platform.Api.Http.OpenApi;
using Platform.Api.Http.Wire;
using Platform.Api.OAuth;
using Platform.Api.Scim.Resources;
using Platform.Api.Sessions;

namespace Platform.Api.Scim;

/// <summary>SCIM 2.0 (RFC 7643, 7644): the route table, and how each request begins.</summary>
internal sealed class ScimEndpoints(ScimUsers users, ScimGroups groups, ScimAddress address)
{
    private const string OneUser = "/Users/{id}";
    private const string OneGroup = "/Groups/{id}";
    private const string Tag = "SCIM";

    /// <summary>Maps it.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var scim = routes.ServiceProvider.GetRequiredService<ScimEndpoints>();
        Read(routes, "/Users", "ScimListUsers", "Users, those that a filter takes.", scim.ListUsersAsync, 200, 400, 401, 403, 503);
        Change(routes, "POST", "/Users", "ScimCreateUser", "Makes a local user.", scim.CreateUserAsync, 201, 400, 401, 403, 409, 413, 415, 503);
        Read(routes, OneUser, "ScimGetUser", "A user.", scim.GetUserAsync, 200, 304, 400, 401, 403, 404, 503);
        Change(routes, "PUT", OneUser, "ScimReplaceUser", "Replaces what a local user is.", scim.ReplaceUserAsync, 200, 400, 401, 403, 404, 409, 412, 413, 415, 503);
        Change(routes, "PATCH", OneUser, "ScimPatchUser", "Changes a local user.", scim.PatchUserAsync, 200, 400, 401, 403, 404, 409, 412, 413, 415, 503);
        Change(routes, "DELETE", OneUser, "ScimDeleteUser", "Removes a local user.", scim.DeleteUserAsync, 204, 401, 403, 404, 409, 412, 503);
        Read(routes, "/Groups", "ScimListGroups", "Scopes as groups, those that a filter takes.", scim.ListGroupsAsync, 200, 400, 401, 503);
        Read(routes, OneGroup, "ScimGetGroup", "A scope as a group, with its members.", scim.GetGroupAsync, 200, 304, 400, 401, 404, 503);
        Change(routes, "PUT", OneGroup, "ScimReplaceGroup", "Replaces the members of a scope.", scim.ReplaceGroupAsync, 200, 400, 401, 403, 404, 409, 412, 413, 415, 503);
        Change(routes, "PATCH", OneGroup, "ScimPatchGroup", "Changes the members of a scope.", scim.PatchGroupAsync, 200, 400, 401, 403, 404, 409, 412, 413, 415, 503);
        Change(routes, "POST", "/Groups", "ScimCreateGroup", "Refused: scopes are made where they are administered.", RefuseGroupAsync, 401, 403);
        Change(routes, "DELETE", OneGroup, "ScimDeleteGroup", "Refused: scopes are ended where they are administered.", RefuseGroupAsync, 401, 403);
        Read(routes, "/Me", "ScimGetMe", "The caller as a user.", scim.GetOwnAsync, 200, 304, 400, 401, 404, 503);
        Search(routes, "/Users/.search", "ScimSearchUsers", "Users, by a query in the body.", scim.SearchUsersAsync);
        Search(routes, "/Groups/.search", "ScimSearchGroups", "Groups, by a query in the body.", scim.SearchGroupsAsync);
        Search(routes, "/.search", "ScimSearch", "Users and groups, by a query in the body.", scim.SearchAllAsync);
        Discover(routes, "/ServiceProviderConfig", "ScimServiceProviderConfig", "What this SCIM server can do.", scim.GetConfigAsync);
        Discover(routes, "/ResourceTypes", "ScimListResourceTypes", "The kinds of resources.", scim.ListResourceTypesAsync);
        Discover(routes, "/ResourceTypes/{id}", "ScimGetResourceType", "A kind of resources.", scim.GetResourceTypeAsync);
        Discover(routes, "/Schemas", "ScimListSchemas", "The schemas.", scim.ListSchemasAsync);
        Discover(routes, "/Schemas/{id}", "ScimGetSchema", "A schema.", scim.GetSchemaAsync);
    }

    private static void Read(IEndpointRouteBuilder routes, string path, string name, string summary, RequestDelegate handler, params int[] statuses) =>
        Describe(routes.MapGet(ScimAddress.Path + path, handler).ForPrincipal(OAuthScopes.ScimRead, OAuthScopes.ScimWrite), name, summary, handler, statuses)
            .TakesQuery("attributes", "The attributes to answer with, with commas between them.")
            .TakesQuery("excludedAttributes", "The attributes to leave out, with commas between them.");

    private static void Change(IEndpointRouteBuilder routes, string method, string path, string name, string summary, RequestDelegate handler, params int[] statuses) =>
        Describe(routes.MapMethods(ScimAddress.Path + path, [method], handler).ForPrincipal(OAuthScopes.ScimWrite), name, summary, handler, statuses)
            .TakesHeader("If-Match", "The version that it has to have; 412 otherwise.");

    private static void Search(IEndpointRouteBuilder routes, string path, string name, string summary, RequestDelegate handler) =>
        Describe(routes.MapPost(ScimAddress.Path + path, handler).ForPrincipal(OAuthScopes.ScimRead, OAuthScopes.ScimWrite), name, summary, handler, 200, 400, 401, 403, 413, 415, 503)
            .TakesDocument(ScimAnswer.MediaType, required: true);

    private static void Discover(IEndpointRouteBuilder routes, string path, string name, string summary, RequestDelegate handler) =>
        Describe(routes.MapGet(ScimAddress.Path + path, handler).ForAnyoneUnseen(), name, summary, handler, 200, 403, 404);

    private static IEndpointConventionBuilder Describe(IEndpointConventionBuilder endpoint, string name, string summary, RequestDelegate handler, params int[] statuses) =>
        endpoint.Offering(Offers.Own).WithMetadata(new ScimErrors()).Describe(name, summary, handler, statuses).AnswersDocument().WithTags(Tag);

    private async Task ListUsersAsync(HttpContext context)
    {
        if (await ReadQueryAsync(context) is { } query)
        {
            await AnswerUsersAsync(context, query);
        }
    }

    private async Task SearchUsersAsync(HttpContext context)
    {
        if (await ReadSearchAsync(context) is { } query)
        {
            await AnswerUsersAsync(context, query);
        }
    }

    private async Task AnswerUsersAsync(HttpContext context, ScimQuery query)
    {
        var (found, total, refusal) = await users.ListAsync(ScimCaller.Of(context), query, context.RequestAborted);
        await (refusal is not null
            ? ScimAnswer.RefuseAsync(context, refusal)
            : ScimAnswer.WriteListAsync(context, total, query.StartIndex, found, query.Projection));
    }

    private async Task CreateUserAsync(HttpContext context)
    {
        if (await ReadBodyAsync(context) is { } body)
        {
            await AnswerAsync(context, StatusCodes.Status201Created, await users.CreateAsync(ScimCaller.Of(context), body, context.RequestAborted));
        }
    }

    private async Task GetUserAsync(HttpContext context)
    {
        if (await ReadProjectionAsync(context) is { } projection)
        {
            await AnswerAsync(context, StatusCodes.Status200OK, await users.FindAsync(ScimCaller.Of(context), Id(context), projection, context.RequestAborted), projection);
        }
    }

    private async Task ReplaceUserAsync(HttpContext context)
    {
        if (await ReadConditionAsync(context) is (true, var tags) && await ReadBodyAsync(context) is { } body)
        {
            await AnswerAsync(
                context, StatusCodes.Status200OK, await users.ChangeAsync(ScimCaller.Of(context), Id(context), tags, _ => (body, null), context.RequestAborted));
        }
    }

    private async Task PatchUserAsync(HttpContext context)
    {
        if (await ReadConditionAsync(context) is (true, var tags) && await ReadPatchAsync(context) is { } operations)
        {
            await AnswerAsync(
                context,
                StatusCodes.Status200OK,
                await users.ChangeAsync(
                    ScimCaller.Of(context),
                    Id(context),
                    tags,
                    resource =>
                    {
                        Forget(resource, operations);
                        return ScimPatch.Apply(resource, operations) is { } refusal ? (null, refusal) : (resource, null);
                    },
                    context.RequestAborted));
        }
    }

    private async Task DeleteUserAsync(HttpContext context)
    {
        if (await ReadConditionAsync(context) is not (true, var tags))
        {
            return;
        }

        if (await users.RemoveAsync(ScimCaller.Of(context), Id(context), tags, context.RequestAborted) is { } refusal)
        {
            await ScimAnswer.RefuseAsync(context, refusal);
            return;
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task ListGroupsAsync(HttpContext context)
    {
        if (await ReadQueryAsync(context) is { } query)
        {
            await AnswerGroupsAsync(context, query);
        }
    }

    private async Task SearchGroupsAsync(HttpContext context)
    {
        if (await ReadSearchAsync(context) is { } query)
        {
            await AnswerGroupsAsync(context, query);
        }
    }

    private async Task AnswerGroupsAsync(HttpContext context, ScimQuery query)
    {
        var (found, total, refusal) = await groups.ListAsync(ScimCaller.Of(context), query, context.RequestAborted);
        await (refusal is not null
            ? ScimAnswer.RefuseAsync(context, refusal)
            : ScimAnswer.WriteListAsync(context, total, query.StartIndex, found, query.Projection));
    }

    /// <summary>Users first, then groups: one list, whose places go on from one to the other.</summary>
    private async Task SearchAllAsync(HttpContext context)
    {
        if (await ReadSearchAsync(context) is not { } query)
        {
            return;
        }

        var caller = ScimCaller.Of(context);
        var (found, people, refusal) = await users.ListAsync(caller, query, context.RequestAborted);
        if (refusal is not null)
        {
            await ScimAnswer.RefuseAsync(context, refusal);
            return;
        }

        var after = query with { StartIndex = (int)Math.Max(1, query.StartIndex - people), Count = query.Count - found.Count };
        var (scopes, all, fault) = await groups.ListAsync(caller, after, context.RequestAborted);
        await (fault is not null
            ? ScimAnswer.RefuseAsync(context, fault)
            : ScimAnswer.WriteListAsync(context, people + all, query.StartIndex, found.Concat(scopes), query.Projection));
    }

    private async Task GetGroupAsync(HttpContext context)
    {
        if (await ReadProjectionAsync(context) is { } projection)
        {
            await AnswerAsync(context, StatusCodes.Status200OK, await groups.FindAsync(ScimCaller.Of(context), Id(context), projection, context.RequestAborted), projection);
        }
    }

    private async Task ReplaceGroupAsync(HttpContext context)
    {
        if (await ReadConditionAsync(context) is (true, var tags) && await ReadBodyAsync(context) is { } body)
        {
            await AnswerAsync(context, StatusCodes.Status200OK, await groups.ReplaceAsync(ScimCaller.Of(context), Id(context), tags, body, context.RequestAborted));
        }
    }

    private async Task PatchGroupAsync(HttpContext context)
    {
        if (await ReadConditionAsync(context) is (true, var tags) && await ReadPatchAsync(context) is { } operations)
        {
            await AnswerAsync(context, StatusCodes.Status200OK, await groups.ChangeAsync(ScimCaller.Of(context), Id(context), tags, operations, context.RequestAborted));
        }
    }

    private static Task RefuseGroupAsync(HttpContext context) => ScimAnswer.RefuseAsync(context, new ScimRefusal(
        StatusCodes.Status403Forbidden, null, "Groups are scopes, which have a life of their own: they are defined, approved, suspended and archived at /admin or /admin/api/scopes."));

    private async Task GetOwnAsync(HttpContext context)
    {
        if (await ReadProjectionAsync(context) is not { } projection)
        {
            return;
        }

        var caller = ScimCaller.Of(context);
        await (caller.User is { } user
            ? ScimAnswer.WriteResourceAsync(context, StatusCodes.Status200OK, await users.ShowOwnAsync(caller, user, projection, context.RequestAborted), projection)
            : ScimAnswer.RefuseAsync(context, new ScimRefusal(StatusCodes.Status404NotFound, null, "The caller is a client, and no user.")));
    }

    private Task GetConfigAsync(HttpContext context) =>
        ScimAnswer.WriteAsync(context, StatusCodes.Status200OK, ScimSchemas.ServiceProviderConfig(address.Prefix + "/ServiceProviderConfig", address.Documentation));

    private Task ListResourceTypesAsync(HttpContext context) => WriteAllAsync(context, ScimSchemas.ResourceTypes(address.Prefix));

    private Task ListSchemasAsync(HttpContext context) => WriteAllAsync(context, ScimSchemas.All(address.Prefix));

    private Task GetResourceTypeAsync(HttpContext context) => WriteOneAsync(context, ScimSchemas.ResourceTypes(address.Prefix));

    private Task GetSchemaAsync(HttpContext context) => WriteOneAsync(context, ScimSchemas.All(address.Prefix));

    private static Task WriteAllAsync(HttpContext context, IReadOnlyList<JsonObject> all) =>
        // RFC 7644 §4: a filter here is a 403.
        context.Request.Query.ContainsKey("filter")
            ? ScimAnswer.RefuseAsync(context, new ScimRefusal(StatusCodes.Status403Forbidden, null, "What describes the service is not filtered."))
            : ScimAnswer.WriteListAsync(context, all.Count, 1, all, ScimProjection.All);

    private static Task WriteOneAsync(HttpContext context, IReadOnlyList<JsonObject> all) =>
        all.FirstOrDefault(one => one["id"]!.GetValue<string>().Equals(Id(context), StringComparison.OrdinalIgnoreCase)) is { } found
            ? ScimAnswer.WriteAsync(context, StatusCodes.Status200OK, found)
            : ScimAnswer.RefuseAsync(context, ScimRefusal.NotFound(Id(context)));

    /// <summary>Takes off a resource what a PATCH replaces under another name.</summary>
    private static void Forget(JsonObject resource, IReadOnlyList<ScimPatchOperation> operations)
    {
        // displayName and name.formatted are one thing here: what a PATCH changes of them counts, not the old value of the other.
        if (operations.Any(operation => operation.Path is { } path ? IsName(path.Attribute.Name) : ((JsonObject)operation.Value!).Any(member => IsName(member.Key.Split('.')[0]))))
        {
            resource.Remove("displayName");
        }

        static bool IsName(string attribute) => attribute.Equals("name", StringComparison.OrdinalIgnoreCase);
    }

    private static Task AnswerAsync(HttpContext context, int status, (JsonObject? Resource, ScimRefusal? Refusal) result, ScimProjection? projection = null) =>
        result.Resource is { } resource
            ? ScimAnswer.WriteResourceAsync(context, status, resource, projection ?? ScimProjection.All)
            : ScimAnswer.RefuseAsync(context, result.Refusal!);

    private static async Task<ScimProjection?> ReadProjectionAsync(HttpContext context)
    {
        var (query, problem) = RequestParameters.ReadQuery(context.Request);
        if (problem is not null)
        {
            await ScimAnswer.RefuseAsync(context, problem);
            return null;
        }

        var (projection, refusal) = ScimProjection.Read(query);
        if (refusal is not null)
        {
            await ScimAnswer.RefuseAsync(context, refusal);
            return null;
        }

        return projection;
    }

    private static async Task<ScimQuery?> ReadQueryAsync(HttpContext context)
    {
        var (parameters, problem) = RequestParameters.ReadQuery(context.Request);
        if (problem is not null)
        {
            await ScimAnswer.RefuseAsync(context, problem);
            return null;
        }

        var (query, refusal) = ScimQuery.Read(parameters);
        if (refusal is not null)
        {
            await ScimAnswer.RefuseAsync(context, refusal);
        }

        return query;
    }

    private static async Task<ScimQuery?> ReadSearchAsync(HttpContext context)
    {
        if (await ReadBodyAsync(context) is not { } body)
        {
            return null;
        }

        var (query, refusal) = ScimQuery.Read(body);
        if (refusal is not null)
        {
            await ScimAnswer.RefuseAsync(context, refusal);
        }

        return query;
    }

    private static async Task<IReadOnlyList<ScimPatchOperation>?> ReadPatchAsync(HttpContext context)
    {
        if (await ReadBodyAsync(context) is not { } body)
        {
            return null;
        }

        var (operations, refusal) = ScimPatch.Read(body);
        if (refusal is not null)
        {
            await ScimAnswer.RefuseAsync(context, refusal);
            return null;
        }

        return operations;
    }

    private static async Task<JsonObject?> ReadBodyAsync(HttpContext context)
    {
        if (Forgery.IsForeign(context))
        {
            await Problems.WriteAsync(context, HttpErrors.CrossSite);
            return null;
        }

        var (body, refusal) = await ScimBody.ReadAsync(context);
        if (refusal is not null)
        {
            await ScimAnswer.RefuseAsync(context, refusal);
        }

        return body;
    }

    /// <summary>The versions that a change rests on; an answer has been given where they cannot be read.</summary>
    private static async Task<(bool IsRead, IReadOnlyCollection<string>? Tags)> ReadConditionAsync(HttpContext context)
    {
        if (Forgery.IsForeign(context))
        {
            await Problems.WriteAsync(context, HttpErrors.CrossSite);
            return (false, null);
        }

        if (!EntityTags.TryParse(context.Request.Headers.IfMatch, out var tags))
        {
            await ScimAnswer.RefuseAsync(context, ScimRefusal.InvalidValue("If-Match is not a list of entity tags."));
            return (false, null);
        }

        // Versions are weak (§3.14), and say whether anything that they show has changed.
        return (true, tags is null ? null : tags.Any ? ["*"] : tags.All);
    }

    private static string Id(HttpContext context) => context.Request.RouteValues["id"] as string ?? "";
}
