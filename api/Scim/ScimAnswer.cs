using System.Text.Json.Nodes;
using Platform.Api.Http;
using Platform.Api.Http.Wire;
using Platform.Api.Sessions;
using Platform.Grains.Administration;

namespace Platform.Api.Scim;

/// <summary>Why a SCIM request was refused, as RFC 7644 §3.12 says it.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="ScimType">The word of table 9; null: none fits.</param>
/// <param name="Detail">What is wrong, for people.</param>
internal sealed record ScimRefusal(int Status, string? ScimType, string Detail)
{
    /// <summary>A filter that is none, or that no index answers.</summary>
    public static ScimRefusal InvalidFilter(string detail) => new(StatusCodes.Status400BadRequest, "invalidFilter", detail);

    /// <summary>A PATCH path that is none, or that leads nowhere.</summary>
    public static ScimRefusal InvalidPath(string detail) => new(StatusCodes.Status400BadRequest, "invalidPath", detail);

    /// <summary>A value that is none, or is missing.</summary>
    public static ScimRefusal InvalidValue(string detail) => new(StatusCodes.Status400BadRequest, "invalidValue", detail);

    /// <summary>A body that is not a SCIM message.</summary>
    public static ScimRefusal InvalidSyntax(string detail) => new(StatusCodes.Status400BadRequest, "invalidSyntax", detail);

    /// <summary>An attribute that does not change.</summary>
    public static ScimRefusal Mutability(string detail) => new(StatusCodes.Status400BadRequest, "mutability", detail);

    /// <summary>More than is worked through for one request.</summary>
    public static ScimRefusal TooMany(string detail) => new(StatusCodes.Status400BadRequest, "tooMany", detail);

    /// <summary>There is no such resource, or none that the caller may know of.</summary>
    public static ScimRefusal NotFound(string id) => new(StatusCodes.Status404NotFound, null, $"There is no resource '{id}'.");

    /// <summary>A refusal of the core.</summary>
    public static ScimRefusal Of(AdministrationRefusal refusal) => refusal.Kind switch
    {
        RefusalKind.Invalid => InvalidValue(refusal.Message),
        RefusalKind.Forbidden => new(StatusCodes.Status403Forbidden, null, refusal.Message),
        RefusalKind.NotFound => new(StatusCodes.Status404NotFound, null, refusal.Message),
        RefusalKind.PreconditionFailed => new(StatusCodes.Status412PreconditionFailed, null, refusal.Message),
        _ => new(StatusCodes.Status409Conflict, refusal.Code == "name-taken" ? "uniqueness" : null, refusal.Message),
    };
}

/// <summary>Says of an endpoint that its errors leave as SCIM's.</summary>
internal sealed record ScimErrors;

/// <summary>Writes SCIM messages.</summary>
internal static class ScimAnswer
{
    /// <summary>The media type (RFC 7644 §3.1).</summary>
    public const string MediaType = "application/scim+json";

    /// <summary>A resource, with its version and its address; 304 where the client has it.</summary>
    public static Task WriteResourceAsync(HttpContext context, int status, JsonObject resource, ScimProjection projection)
    {
        var meta = resource["meta"] as JsonObject;
        if (meta?["version"]?.GetValue<string>() is { } version)
        {
            context.Response.Headers.ETag = version;
            if (HttpMethods.IsGet(context.Request.Method) && EntityTags.TryParse(context.Request.Headers.IfNoneMatch, out var known)
                && known is not null && (known.Any || known.All.Contains(Tag(version))))
            {
                context.Response.StatusCode = StatusCodes.Status304NotModified;
                return Task.CompletedTask;
            }
        }

        if (status == StatusCodes.Status201Created && meta?["location"]?.GetValue<string>() is { } location)
        {
            context.Response.Headers.Location = location;
        }

        return WriteAsync(context, status, projection.Apply(resource));
    }

    /// <summary>A list (RFC 7644 §3.4.2).</summary>
    public static Task WriteListAsync(HttpContext context, long total, int startIndex, IEnumerable<JsonObject> resources, ScimProjection projection)
    {
        var shown = new JsonArray([.. resources.Select(projection.Apply)]);
        return WriteAsync(context, StatusCodes.Status200OK, new JsonObject
        {
            ["schemas"] = new JsonArray("urn:ietf:params:scim:api:messages:2.0:ListResponse"),
            ["totalResults"] = total,
            ["startIndex"] = startIndex,
            ["itemsPerPage"] = shown.Count,
            ["Resources"] = shown,
        });
    }

    /// <summary>Why not.</summary>
    public static Task RefuseAsync(HttpContext context, ScimRefusal refusal)
    {
        var error = new JsonObject
        {
            ["schemas"] = new JsonArray("urn:ietf:params:scim:api:messages:2.0:Error"),
            ["status"] = refusal.Status.ToString(System.Globalization.CultureInfo.InvariantCulture),
        };
        if (refusal.ScimType is { } type)
        {
            error["scimType"] = type;
        }

        error["detail"] = refusal.Detail;
        return WriteAsync(context, refusal.Status, error);
    }

    /// <summary>A problem of the front, such as a token that is missing or a database that does not answer.</summary>
    public static Task RefuseAsync(HttpContext context, Problem problem) =>
        RefuseAsync(context, new ScimRefusal(problem.Error.Status, null, problem.Detail ?? problem.Error.Title));

    /// <summary>A message.</summary>
    public static Task WriteAsync(HttpContext context, int status, JsonObject message) =>
        Answer.WriteJsonAsync(context, status, MediaType, static (json, node) => node.WriteTo(json), message);

    /// <summary>The opaque value of a version, <c>W/"x"</c>.</summary>
    public static string Tag(string version) => version.TrimStart('W', '/').Trim('"');

    /// <summary>A tag as SCIM shows it: weak, since two writings of one resource may differ in their bytes.</summary>
    public static string Version(string tag) => $"W/\"{tag}\"";
}
