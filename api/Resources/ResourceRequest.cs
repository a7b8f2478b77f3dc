using Microsoft.Net.Http.Headers;
using Platform.Api.Http;
using Platform.Api.Http.Wire;
using Platform.Api.Sessions;
using Platform.Grains.Resources;

namespace Platform.Api.Resources;

/// <summary>What a request says that changes a document.</summary>
/// <param name="Path">Where.</param>
/// <param name="Query">Its query.</param>
/// <param name="IfMatch">Its <c>If-Match</c>; null: none.</param>
/// <param name="IfNoneMatch">Its <c>If-None-Match</c>; null: none.</param>
/// <param name="Visibility">Who is to read the document; null: not said.</param>
/// <param name="Age">How old the login may be; null: not said.</param>
internal sealed record ResourceRequest(
    ResourcePath Path, Parameters Query, EntityTags? IfMatch, EntityTags? IfNoneMatch, ResourceVisibility? Visibility, AuthenticationAge? Age)
{
    /// <summary>Reads target and headers.</summary>
    public static (ResourceRequest? Request, Problem? Refusal) Read(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (Forgery.IsForeign(context))
        {
            return (null, new Problem(HttpErrors.CrossSite));
        }

        if (ResourceEndpoints.FindPath(context) is not { } path)
        {
            return (null, new Problem(ResourceErrors.MalformedPath, $"Here {ResourcePath.Grammar}."));
        }

        var (query, refusal) = RequestParameters.ReadQuery(context.Request);
        if (refusal is not null)
        {
            return (null, refusal);
        }

        if (!EntityTags.TryParse(headers.IfMatch, out var ifMatch))
        {
            return (null, new Problem(SessionErrors.MalformedCondition, Place: "header If-Match"));
        }

        if (!EntityTags.TryParse(headers.IfNoneMatch, out var ifNoneMatch))
        {
            return (null, new Problem(SessionErrors.MalformedCondition, Place: "header If-None-Match"));
        }

        var (visibility, age, fault) = ResourceHeaders.Read(headers);
        return fault is null ? (new ResourceRequest(path, query, ifMatch, ifNoneMatch, visibility, age), null) : (null, fault);
    }

    /// <summary>The document in the body, or what is wrong with it; neither where there is no body.</summary>
    /// <param name="context">The request.</param>
    /// <param name="mediaType">What it has to be.</param>
    /// <param name="limit">How many bytes it may have.</param>
    public static async Task<(string? Document, Problem? Refusal)> ReadDocumentAsync(HttpContext context, string mediaType, int limit)
    {
        var body = await LimitedBody.ReadAsync(context, limit);
        if (body is null)
        {
            return (null, new Problem(ResourceErrors.TooLarge, $"A document has at most {limit} bytes."));
        }

        if (body.Length == 0)
        {
            return (null, null);
        }

        if (!IsOf(context.Request.ContentType, mediaType))
        {
            return (null, new Problem(HttpErrors.UnsupportedMediaType, $"The body is {mediaType} in UTF-8."));
        }

        return DocumentText.TryRead(body, out var document, out var fault) ? (document, null) : (null, fault);
    }

    /// <summary>Whether the conditions hold for the document that the caller sees (RFC 9110 §13.1); If-Match compares strongly.</summary>
    public bool HoldsFor(ResourceSnapshot? seen) =>
        (IfMatch is null || (seen is not null && (IfMatch.Any || IfMatch.Strong.Contains(seen.Tag))))
        && (IfNoneMatch is null || seen is null || !(IfNoneMatch.Any || IfNoneMatch.All.Contains(seen.Tag)));

    private static bool IsOf(string? contentType, string mediaType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var given)
        && given.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase)
        && (!given.Charset.HasValue || HeaderUtilities.RemoveQuotes(given.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase));
}
