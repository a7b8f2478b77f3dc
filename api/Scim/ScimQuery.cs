using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Api.Http.Wire;
using Platform.Api.Scim.Filters;

namespace Platform.Api.Scim;

/// <summary>What a list is asked for (RFC 7644 §3.4.2), in the query or as a search's body (§3.4.3).</summary>
/// <param name="Filter">Which resources; null: all.</param>
/// <param name="StartIndex">From which on, 1 for the first.</param>
/// <param name="Count">How many at the most; 0: only how many there are.</param>
/// <param name="Projection">Which attributes.</param>
internal sealed record ScimQuery(ScimFilter? Filter, int StartIndex, int Count, ScimProjection Projection)
{
    /// <summary>How many resources a page has at the most, and unless asked otherwise.</summary>
    public const int MaxCount = 200;

    private const string SearchRequest = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";

    /// <summary>How many resources come before the page.</summary>
    public int Skip => StartIndex - 1;

    /// <summary>Reads a query.</summary>
    public static (ScimQuery? Query, ScimRefusal? Refusal) Read(Parameters query)
    {
        if (query.Find("sortBy") is not null)
        {
            return (null, NoSorting);
        }

        var (projection, refusal) = ScimProjection.Read(query);
        return refusal is not null || !TryNumber(query.Find("startIndex"), 1, out var start) || !TryNumber(query.Find("count"), MaxCount, out var count)
            ? (null, refusal ?? NoNumber)
            : Make(query.Find("filter"), start, count, projection);
    }

    /// <summary>Reads the body of a search.</summary>
    public static (ScimQuery? Query, ScimRefusal? Refusal) Read(JsonObject body)
    {
        if (!ScimBody.Has(body, SearchRequest))
        {
            return (null, ScimRefusal.InvalidSyntax($"'schemas' of a search is [\"{SearchRequest}\"]."));
        }

        if (body["sortBy"] is not null)
        {
            return (null, NoSorting);
        }

        var (projection, refusal) = ScimProjection.Of(ScimBody.Texts(body["attributes"]), ScimBody.Texts(body["excludedAttributes"]));
        return refusal is not null || !TryNumber(body["startIndex"]?.ToJsonString(), 1, out var start) || !TryNumber(body["count"]?.ToJsonString(), MaxCount, out var count)
            ? (null, refusal ?? NoNumber)
            : Make(ScimBody.Text(body["filter"]), start, count, projection);
    }

    private static ScimRefusal NoSorting => ScimRefusal.InvalidValue("Lists are not sorted by request (ServiceProviderConfig: sort); they come in an order of their own.");

    private static ScimRefusal NoNumber => ScimRefusal.InvalidValue("startIndex and count are numbers.");

    private static (ScimQuery? Query, ScimRefusal? Refusal) Make(string? text, int start, int count, ScimProjection projection)
    {
        ScimFilter? filter = null;
        if (text is not null && !ScimFilterParser.TryParse(text, out filter, out var fault))
        {
            return (null, ScimRefusal.InvalidFilter($"The filter cannot be read: {fault}."));
        }

        // §3.4.2.4: below 1 is 1, below 0 is 0.
        return (new ScimQuery(filter, Math.Max(start, 1), Math.Clamp(count, 0, MaxCount), projection), null);
    }

    private static bool TryNumber(string? text, int otherwise, out int number)
    {
        number = otherwise;
        return text is null || int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
    }
}

/// <summary>Reads bodies of SCIM requests.</summary>
internal static class ScimBody
{
    /// <summary>The largest body, in bytes: members of a group come in one.</summary>
    public const int MaxBytes = 1024 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    /// <summary>The body's object, or why it is none.</summary>
    public static async Task<(JsonObject? Body, ScimRefusal? Refusal)> ReadAsync(HttpContext context)
    {
        var type = context.Request.ContentType?.Split(';')[0].Trim();
        if (type is null || !(type.Equals(ScimAnswer.MediaType, StringComparison.OrdinalIgnoreCase) || type.Equals("application/json", StringComparison.OrdinalIgnoreCase)))
        {
            return (null, new ScimRefusal(StatusCodes.Status415UnsupportedMediaType, null, $"The body is {ScimAnswer.MediaType}."));
        }

        if (await LimitedBody.ReadAsync(context, MaxBytes) is not { } content)
        {
            return (null, new ScimRefusal(StatusCodes.Status413PayloadTooLarge, null, "The body is too large."));
        }

        try
        {
            using var document = JsonDocument.Parse(content, Strict);

            // Written and read again: what cannot be written as UTF-8, half a surrogate pair for instance, is no text.
            return JsonNode.Parse(JsonSerializer.SerializeToUtf8Bytes(document.RootElement), documentOptions: Strict) is JsonObject body
                ? (body, null)
                : (null, ScimRefusal.InvalidSyntax("The body is a JSON object."));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            return (null, ScimRefusal.InvalidSyntax("The body is no JSON, or an object in it names a member twice."));
        }
    }

    /// <summary>A member, whatever the letter case of its name (RFC 7643 §2.1).</summary>
    public static JsonNode? Find(JsonObject of, string name) => ScimFilterMatch.FindName(of, name) is { } found ? of[found] : null;

    /// <summary>A text; null where it is none.</summary>
    public static string? Text(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;

    /// <summary>Texts; null where there is no array.</summary>
    public static IReadOnlyCollection<string>? Texts(JsonNode? node) => (node as JsonArray)?.Select(Text).OfType<string>().ToList();

    /// <summary>Whether a message says that it is of a schema.</summary>
    public static bool Has(JsonObject body, string schema) => Texts(Find(body, "schemas"))?.Contains(schema, StringComparer.OrdinalIgnoreCase) == true;
}
