using Microsoft.Net.Http.Headers;
using Platform.Api.Http;
using Platform.Api.Http.Access;
using Platform.Api.Http.Wire;
using Platform.Api.Scopes.Import;
using Platform.Api.Sessions;
using Platform.Grains.Policies;

namespace Platform.Api.Policies.Sets;

/// <summary>What a request says that changes a policy set.</summary>
/// <param name="Service">Whose.</param>
/// <param name="CheckOnly">Whether nothing is to be changed.</param>
/// <param name="IfMatch">Its <c>If-Match</c>; null: none.</param>
/// <param name="IfNoneMatch">Its <c>If-None-Match</c>; null: none.</param>
/// <param name="Author">Who, and why.</param>
internal sealed record PolicySetRequest(ServiceName Service, bool CheckOnly, EntityTags? IfMatch, EntityTags? IfNoneMatch, PolicyAuthor Author)
{
    private const int MaxCommentLength = 1000;

    /// <summary>Reads target, query and headers.</summary>
    public static (PolicySetRequest? Request, Problem? Refusal) Read(HttpContext context)
    {
        if (Forgery.IsForeign(context))
        {
            return (null, new Problem(HttpErrors.CrossSite));
        }

        if (!TryFindService(context, out var service))
        {
            return (null, Malformed());
        }

        var (query, refusal) = RequestParameters.ReadQuery(context.Request);
        var check = query.Find("check");
        var comment = query.Find("comment");
        if (refusal is null && check is not (null or "true" or "false"))
        {
            refusal = new Problem(HttpErrors.MalformedRequest, "check is true or false.", "query parameter check");
        }

        if (refusal is null && comment is not null && (comment.Length > MaxCommentLength || comment.Any(char.IsControl)))
        {
            refusal = new Problem(HttpErrors.MalformedRequest, $"A comment has at most {MaxCommentLength} characters and no control characters.", "query parameter comment");
        }

        EntityTags? ifMatch = null, ifNoneMatch = null;
        if (refusal is null && (!EntityTags.TryParse(context.Request.Headers.IfMatch, out ifMatch) || !EntityTags.TryParse(context.Request.Headers.IfNoneMatch, out ifNoneMatch)))
        {
            refusal = new Problem(SessionErrors.MalformedCondition, Place: "header If-Match or If-None-Match");
        }

        var principal = context.GetPrincipal();
        var author = new PolicyAuthor(principal.Subject.ToString(), context.ClientAddress(), principal.Token?.Client.Id.Value, comment);
        return refusal is null ? (new PolicySetRequest(service, check == "true", ifMatch, ifNoneMatch, author), null) : (null, refusal);
    }

    /// <summary>The service in the request's route; null where the request has been answered with an error.</summary>
    public static async ValueTask<ServiceName?> FindServiceAsync(HttpContext context)
    {
        if (TryFindService(context, out var service))
        {
            return service;
        }

        await Problems.WriteAsync(context, Malformed());
        return null;
    }

    /// <summary>The format that the body's media type tells.</summary>
    /// <returns>False where it is none that rules are written in.</returns>
    public static bool TryFindFormat(HttpContext context, out ScopeFileFormat format)
    {
        format = ScopeFileFormat.Json;
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type)
            || (type.Charset.HasValue && !HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase)))
        {
            return false;
        }

        switch (type.MediaType.Value?.ToLowerInvariant())
        {
            case "application/json":
                return true;
            case "application/yaml" or "application/x-yaml" or "text/yaml" or "text/x-yaml":
                format = ScopeFileFormat.Yaml;
                return true;
            default:
                return false;
        }
    }

    /// <summary>Whether the conditions hold for the set that is there (RFC 9110 §13.1); If-Match compares strongly.</summary>
    public bool HoldsFor(string? tag) =>
        (IfMatch is null || (tag is not null && (IfMatch.Any || IfMatch.Strong.Contains(tag))))
        && (IfNoneMatch is null || tag is null || !(IfNoneMatch.Any || IfNoneMatch.All.Contains(tag)));

    private static bool TryFindService(HttpContext context, out ServiceName service) =>
        ServiceName.TryParse(context.Request.RouteValues["service"] as string, out service);

    private static Problem Malformed() => new(PolicyErrors.MalformedService, $"Here {ServiceName.Grammar}.");
}
