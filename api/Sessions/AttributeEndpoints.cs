using System.Buffers;
using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Platform.Api.Http;
using Platform.Api.Http.Access;
using Platform.Api.Http.OpenApi;
using Platform.Api.Http.Wire;
using Platform.Grains.Cluster;
using Platform.Grains.Sessions;

namespace Platform.Api.Sessions;

/// <summary>What one application stores in the session, the next one finds; each attribute with its own version.</summary>
internal sealed class AttributeEndpoints(IPlatformGrains grains, IOptions<SessionOptions> options)
{
    private const int MaxMediaType = 256;

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    /// <summary>Maps the attributes.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        const string list = "/session/attributes", one = "/session/attributes/{name}";
        var endpoints = routes.ServiceProvider.GetRequiredService<AttributeEndpoints>();
        routes.MapMethods(list, ["GET", "HEAD"], endpoints.ListAsync).ForSession().Offering(Offers.JsonFirst)
            .Describe("ListAttributes", "The attributes of the session, without their content.", endpoints.ListAsync, 200, 401, 503);
        routes.MapMethods(one, ["GET", "HEAD"], endpoints.GetAsync).ForSession().Offering(Offers.Own)
            .Describe("GetAttribute", "An attribute's content.", endpoints.GetAsync, 200, 304, 400, 401, 404, 503);
        routes.MapPut(one, endpoints.PutAsync).ForSession().Offering(Offers.Own)
            .Describe("PutAttribute", "Stores an attribute; If-Match and If-None-Match guard against overwriting.", endpoints.PutAsync, 201, 204, 400, 401, 403, 412, 413, 503);
        routes.MapDelete(one, endpoints.DeleteAsync).ForSession().Offering(Offers.Own)
            .Describe("DeleteAttribute", "Removes an attribute.", endpoints.DeleteAsync, 204, 400, 401, 403, 404, 412, 503);
    }

    private async Task ListAsync(HttpContext context) =>
        await Answer.WriteAsync(context, SessionDocuments.Attributes, (IReadOnlyList<SessionAttributeInfo>)await Grain(context).ListAsync());

    private async Task GetAsync(HttpContext context)
    {
        if (!TryReadName(context, out var name) || !EntityTags.TryParse(context.Request.Headers.IfNoneMatch, out var known))
        {
            await Problems.WriteAsync(context, name is null ? SessionErrors.MalformedAttributeName : SessionErrors.MalformedCondition);
            return;
        }

        if (await Grain(context).FindAsync(name) is not { } attribute)
        {
            await Problems.WriteAsync(context, SessionErrors.NoSuchAttribute);
            return;
        }

        var response = context.Response;
        response.Headers.ETag = EntityTags.Quote(attribute.ETag);
        if (known is not null && (known.Any || known.All.Contains(attribute.ETag)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        // An application may have stored a page with script in it; opened here it is inert.
        response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox; frame-ancestors 'none'";
        response.ContentType = attribute.MediaType;
        response.ContentLength = attribute.Content.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            response.BodyWriter.Write(attribute.Content.AsSpan());
        }
    }

    private async Task PutAsync(HttpContext context)
    {
        if (await ReadChangeAsync(context) is not { } change)
        {
            return;
        }

        var mediaType = context.Request.ContentType ?? "application/octet-stream";
        if (mediaType.Length > MaxMediaType || mediaType.AsSpan().ContainsAnyExceptInRange(' ', '~') || !MediaTypeHeaderValue.TryParse(mediaType, out _))
        {
            await Problems.WriteAsync(context, HttpErrors.MalformedRequest, place: "header Content-Type");
            return;
        }

        if (await LimitedBody.ReadAsync(context, options.Value.AttributeBytes) is not { } content)
        {
            await Problems.WriteAsync(context, SessionErrors.AttributeTooLarge, $"An attribute has at most {options.Value.AttributeBytes} bytes.");
            return;
        }

        var result = await Grain(context).PutAsync(change.Name, mediaType, [.. content], change.Condition, context.GetCaller().Live.Session.EndsAt);
        await AnswerAsync(context, result);
    }

    private async Task DeleteAsync(HttpContext context)
    {
        if (await ReadChangeAsync(context) is { } change)
        {
            await AnswerAsync(context, await Grain(context).RemoveAsync(change.Name, change.Condition));
        }
    }

    /// <summary>The name and condition of a change; null where the request has been answered with an error.</summary>
    private async Task<(string Name, ChangeCondition Condition)?> ReadChangeAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (Forgery.IsForeign(context))
        {
            await Problems.WriteAsync(context, HttpErrors.CrossSite);
            return null;
        }

        if (!TryReadName(context, out var name))
        {
            await Problems.WriteAsync(context, SessionErrors.MalformedAttributeName);
            return null;
        }

        if (!EntityTags.TryParse(headers.IfMatch, out var ifMatch) || !EntityTags.TryParse(headers.IfNoneMatch, out var ifNoneMatch))
        {
            await Problems.WriteAsync(context, SessionErrors.MalformedCondition);
            return null;
        }

        if (ifMatch is { Any: false, Strong.IsEmpty: true })
        {
            // Weak tags alone: If-Match compares strongly (RFC 9110 §13.1.1), so none can match.
            await Problems.WriteAsync(context, SessionErrors.PreconditionFailed);
            return null;
        }

        if (ifNoneMatch is { Any: false })
        {
            return await NarrowAsync(context, name, ifMatch, ifNoneMatch);
        }

        return (name, new ChangeCondition(ToGrain(ifMatch), ifNoneMatch is null ? [] : ["*"]));
    }

    /// <summary>
    /// If-None-Match with tags: the attribute must not have one of them. What it has now becomes the condition of the change, so
    /// that a change in between still fails it.
    /// </summary>
    private async Task<(string Name, ChangeCondition Condition)?> NarrowAsync(HttpContext context, string name, EntityTags? ifMatch, EntityTags ifNoneMatch)
    {
        var current = (await Grain(context).FindAsync(name))?.ETag;
        var matches = current is null
            ? ifMatch is null
            : !ifNoneMatch.All.Contains(current) && (ifMatch is null || ifMatch.Any || ifMatch.Strong.Contains(current));
        if (matches)
        {
            return (name, current is null ? ChangeCondition.Absent : ChangeCondition.Is(current));
        }

        await Problems.WriteAsync(context, SessionErrors.PreconditionFailed);
        return null;
    }

    private static ImmutableArray<string> ToGrain(EntityTags? ifMatch) => ifMatch is null ? [] : ifMatch.Any ? ["*"] : ifMatch.Strong;

    private static Task AnswerAsync(HttpContext context, SessionAttributeResult result)
    {
        var response = context.Response;
        if (result.ETag is { } tag)
        {
            response.Headers.ETag = EntityTags.Quote(tag);
        }

        switch (result.Outcome)
        {
            case SessionAttributeOutcome.Created:
                response.StatusCode = StatusCodes.Status201Created;
                response.ContentLength = 0;
                return Task.CompletedTask;
            case SessionAttributeOutcome.Replaced or SessionAttributeOutcome.Removed:
                response.StatusCode = StatusCodes.Status204NoContent;
                return Task.CompletedTask;
            case SessionAttributeOutcome.NotFound:
                return Problems.WriteAsync(context, SessionErrors.NoSuchAttribute);
            case SessionAttributeOutcome.TooLarge:
                return Problems.WriteAsync(context, SessionErrors.AttributeTooLarge);
            default:
                return Problems.WriteAsync(context, SessionErrors.PreconditionFailed);
        }
    }

    private static bool TryReadName(HttpContext context, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? name)
    {
        name = context.Request.RouteValues["name"] as string;
        if (name is { Length: > 0 and <= 128 } && !name.AsSpan().ContainsAnyExcept(NameCharacters))
        {
            return true;
        }

        name = null;
        return false;
    }

    private ISessionAttributesGrain Grain(HttpContext context) => grains.SessionAttributes(context.GetCaller().Live.Session.Key);
}
