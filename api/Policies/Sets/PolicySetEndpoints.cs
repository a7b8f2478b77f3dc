using System.Globalization;
using System.Text;
using System.Text.Json;
using Platform.Api.Http;
using Platform.Api.Http.Access;
using Platform.Api.Http.OpenApi;
using Platform.Api.Http.Wire;
using Platform.Api.OAuth;
using Platform.Api.Sessions;
using Platform.Grains.Cluster;
using Platform.Grains.Policies;
using Platform.Policies.Rules;

namespace Platform.Api.Policies.Sets;

/// <summary>Policy sets of protected services: the route table, and reading. Changes are in <see cref="PolicySetChanges"/>.</summary>
internal sealed class PolicySetEndpoints(IPlatformGrains grains, IPolicyCheck check)
{
    private const string One = "/policies/{service}";

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var reading = routes.ServiceProvider.GetRequiredService<PolicySetEndpoints>();
        var changing = routes.ServiceProvider.GetRequiredService<PolicySetChanges>();
        routes.MapGet("/policies", reading.ListAsync).ForPrincipal(OAuthScopes.Policies, OAuthScopes.Admin).Offering(Offers.Own)
            .Describe("ListPolicySets", "The protected services whose policies the caller manages.", reading.ListAsync, 200, 401, 403, 503)
            .AnswersDocument();
        routes.MapMethods(One, ["GET", "HEAD"], reading.GetAsync).ForPrincipal(OAuthScopes.Policies, OAuthScopes.Admin).Offering(Offers.Own)
            .Describe("GetPolicySet", "The policy set of a service, as JSON.", reading.GetAsync, 200, 304, 400, 401, 403, 404, 503)
            .TakesHeader("If-None-Match", "304 where the set still has this entity tag.").AnswersDocument();
        routes.MapPut(One, changing.PutAsync).ForPrincipal(OAuthScopes.Policies, OAuthScopes.Admin).Offering(Offers.Own)
            .Describe("PutPolicySet", "Stores the policy set of a service, from JSON or YAML; all that is wrong with it is said at once.", changing.PutAsync, 200, 201, 400, 401, 403, 409, 412, 413, 415, 422, 503)
            .TakesQuery("check", "true: says what would be wrong, and changes nothing.")
            .TakesQuery("comment", "Why, for the history.")
            .TakesHeader("If-Match", "The entity tag that the set has to have; *: there has to be one.")
            .TakesHeader("If-None-Match", "*: there must be no set.")
            .TakesDocument("application/json", required: true).AnswersDocument();
        routes.MapDelete(One, changing.DeleteAsync).ForPrincipal(OAuthScopes.Policies, OAuthScopes.Admin).Offering(Offers.Own)
            .Describe("DeletePolicySet", "Removes the policy set of a service: everything there is denied from then on. Its history stays.", changing.DeleteAsync, 204, 400, 401, 403, 404, 409, 412, 503)
            .TakesQuery("comment", "Why, for the history.")
            .TakesHeader("If-Match", "The entity tag that the set has to have.");
        routes.MapGet(One + "/revisions", reading.ListRevisionsAsync).ForPrincipal(OAuthScopes.Policies, OAuthScopes.Admin).Offering(Offers.Own)
            .Describe("ListPolicyRevisions", "The revisions of a service's policy set, the newest first: who, when and why. The last 50 are kept.", reading.ListRevisionsAsync, 200, 400, 401, 403, 404, 503)
            .AnswersDocument();
        routes.MapGet(One + "/revisions/{number}", reading.GetRevisionAsync).ForPrincipal(OAuthScopes.Policies, OAuthScopes.Admin).Offering(Offers.Own)
            .Describe("GetPolicyRevision", "The policy set as it was.", reading.GetRevisionAsync, 200, 400, 401, 403, 404, 503)
            .AnswersDocument();
        routes.MapPost(One + "/revisions/{number}/rollback", changing.RollBackAsync).ForPrincipal(OAuthScopes.Policies, OAuthScopes.Admin).Offering(Offers.Own)
            .Describe("RollBackPolicySet", "Makes an earlier revision the newest again, where it is still valid.", changing.RollBackAsync, 200, 201, 400, 401, 403, 404, 409, 412, 422, 503)
            .TakesQuery("comment", "Why, for the history.")
            .TakesHeader("If-Match", "The entity tag that the set has to have.").AnswersDocument();
    }

    /// <summary>The revision number in the request's route; null where it is none.</summary>
    public static long? FindNumber(HttpContext context) =>
        long.TryParse(context.Request.RouteValues["number"] as string, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Writes what is known of a revision, as members of an object that is open.</summary>
    public static void WriteMembers(Utf8JsonWriter json, PolicyRevision revision)
    {
        json.WriteString("service"u8, revision.Service.Value);
        json.WriteNumber("revision"u8, revision.Number);
        json.WriteString("etag"u8, EntityTags.Quote(revision.Tag));
        json.WriteBoolean("removed"u8, revision.Removed);
        json.WriteString("changed"u8, revision.ChangedAt.UtcDateTime);
        json.WriteString("changedBy"u8, revision.ChangedBy);
        json.WriteString("comment"u8, revision.Comment);
    }

    /// <summary>
    /// The set that is there, where the caller manages it; an answer has been given otherwise. Who manages nothing of it learns nothing,
    /// not even whether it is there.
    /// </summary>
    public async Task<(bool Granted, PolicySetSnapshot? Set)> FindAsync(HttpContext context, ServiceName service)
    {
        var facts = await check.ReadAsync(PolicyQuestion.OfService(service), context.RequestAborted);
        if (PolicyRights.Manages(context.GetPrincipal(), facts.Set?.Compiled.Set))
        {
            return (true, facts.Set);
        }

        await Problems.WriteAsync(context, PolicyErrors.NotAPolicyManager);
        return (false, null);
    }

    private async Task ListAsync(HttpContext context)
    {
        var principal = context.GetPrincipal();
        var sets = new List<PolicySetSnapshot>();
        foreach (var entry in await check.ListServicesAsync(context.RequestAborted))
        {
            var facts = await check.ReadAsync(PolicyQuestion.OfService(entry.Service), context.RequestAborted);
            if (facts.Set is { } set && PolicyRights.Manages(principal, set.Compiled.Set))
            {
                sets.Add(set);
            }
        }

        await Answer.WriteJsonAsync(context, StatusCodes.Status200OK, "application/json", WriteList, sets);
    }

    private async Task GetAsync(HttpContext context)
    {
        if (await PolicySetRequest.FindServiceAsync(context) is not { } service)
        {
            return;
        }

        if (!EntityTags.TryParse(context.Request.Headers.IfNoneMatch, out var known))
        {
            await Problems.WriteAsync(context, SessionErrors.MalformedCondition, place: "header If-None-Match");
            return;
        }

        if (await FindAsync(context, service) is not (true, var set))
        {
            return;
        }

        if (set is null)
        {
            await Problems.WriteAsync(context, PolicyErrors.NoSuchSet);
        }
        else if (known is not null && (known.Any || known.All.Contains(set.Tag)))
        {
            context.Response.Headers.ETag = EntityTags.Quote(set.Tag);
            context.Response.StatusCode = StatusCodes.Status304NotModified;
        }
        else
        {
            context.Response.Headers.ETag = EntityTags.Quote(set.Tag);
            context.Response.Headers[RevisionHeader] = set.Number.ToString(CultureInfo.InvariantCulture);
            await WriteSetAsync(context, PolicyJson.Write(set.Compiled.Set));
        }
    }

    private async Task ListRevisionsAsync(HttpContext context)
    {
        if (await PolicySetRequest.FindServiceAsync(context) is not { } service)
        {
            return;
        }

        if (await FindAsync(context, service) is not (true, _))
        {
            return;
        }

        var revisions = await grains.PolicySet(service).ListRevisionsAsync();
        await (revisions.IsEmpty
            ? Problems.WriteAsync(context, PolicyErrors.NoSuchSet)
            : Answer.WriteJsonAsync(context, StatusCodes.Status200OK, "application/json", WriteRevisions, revisions));
    }

    private async Task GetRevisionAsync(HttpContext context)
    {
        if (await PolicySetRequest.FindServiceAsync(context) is not { } service)
        {
            return;
        }

        if (await FindAsync(context, service) is not (true, _))
        {
            return;
        }

        if (FindNumber(context) is not { } number || await grains.PolicySet(service).FindRevisionAsync(number) is not { } revision)
        {
            await Problems.WriteAsync(context, PolicyErrors.NoSuchRevision);
        }
        else if (revision.Document is not { } document)
        {
            await Problems.WriteAsync(context, PolicyErrors.NoSuchRevision, "This revision removed the set.");
        }
        else
        {
            context.Response.Headers.ETag = EntityTags.Quote(revision.Tag);
            context.Response.Headers.LastModified = revision.ChangedAt.ToString("R", CultureInfo.InvariantCulture);
            context.Response.Headers[RevisionHeader] = number.ToString(CultureInfo.InvariantCulture);
            await WriteSetAsync(context, document);
        }
    }

    private const string RevisionHeader = "Policy-Revision";

    private static Task WriteSetAsync(HttpContext context, string document)
    {
        var response = context.Response;
        response.ContentType = "application/json";
        response.ContentLength = Encoding.UTF8.GetByteCount(document);
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            Encoding.UTF8.GetBytes(document, response.BodyWriter);
        }

        return Task.CompletedTask;
    }

    private static void WriteList(Utf8JsonWriter json, List<PolicySetSnapshot> sets)
    {
        json.WriteStartObject();
        json.WriteStartArray("policies"u8);
        foreach (var set in sets)
        {
            json.WriteStartObject();
            json.WriteString("service"u8, set.Service.Value);
            json.WriteStartArray("hosts"u8);
            foreach (var host in set.Compiled.Set.Hosts)
            {
                json.WriteStringValue(host);
            }

            json.WriteEndArray();
            json.WriteString("scope"u8, set.Compiled.Set.Scope);
            json.WriteNumber("rules"u8, set.Compiled.Set.Rules.Length);
            json.WriteNumber("revision"u8, set.Number);
            json.WriteString("etag"u8, EntityTags.Quote(set.Tag));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteRevisions(Utf8JsonWriter json, System.Collections.Immutable.ImmutableArray<PolicyRevision> revisions)
    {
        json.WriteStartObject();
        json.WriteStartArray("revisions"u8);
        foreach (var revision in revisions)
        {
            json.WriteStartObject();
            WriteMembers(json, revision);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
